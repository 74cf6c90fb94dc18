/** What findings, and what visitors were told at each address, have to say of a check that failed. Pure. */
import type { StatesAtAddress } from '../../visitors/load.ts';
import type { SeenFinding } from '../report-words.ts';
import type { Expectation } from '../words.ts';
import { AROUND_THE_LINE, answersOf, UNQUEUED } from './gate-states.ts';
import { shownValue } from './shown.ts';

const MOST_ADDRESSES = 8;

const ABOUT_FINDINGS: readonly string[] = ['gate.unqueuedShare', 'gate.findings', 'gate.alarms'];

/** Sentences for the report; none where the expectation is about something else. */
export function findingsTold(
  { figure }: Expectation,
  findings: readonly SeenFinding[],
  states: readonly StatesAtAddress[],
): string[] {
  if (figure === 'visitors.aroundTheLine') return addressesTold(states, AROUND_THE_LINE);
  if (!ABOUT_FINDINGS.includes(figure)) return [];
  const sentences = serious(findings).map(told);
  return sentences.length === 0 && figure === 'gate.unqueuedShare'
    ? addressesTold(states, UNQUEUED)
    : sentences;
}

function serious(findings: readonly SeenFinding[]): SeenFinding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}

function told({ summary, evidence: { host, pathShape, share }, proposedRule }: SeenFinding): string {
  const address = `${host ?? ''}${pathShape ?? ''}`;
  const amount = share === null ? '' : `${shownValue(share, 'share')} of the platform’s requests`;
  const about = [address, amount].filter((part) => part !== '').join(', ');
  const mended = proposedRule === null ? '' : ` Would be mended by: ${sentence(proposedRule.summary)}`;
  return `${about === '' ? '' : `${about}: `}${sentence(summary)}${mended}`;
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** As visitors saw it, where no gate tells of it: by the word in each answer. What a rule lets by is meant to go by. */
function addressesTold(states: readonly StatesAtAddress[], words: readonly string[]): string[] {
  return states
    .map((one) => ({ ...one, unqueued: answersOf(one, words), all: answersOf(one) }))
    .filter(({ unqueued }) => unqueued > 0)
    .sort((a, b) => b.unqueued - a.unqueued)
    .slice(0, MOST_ADDRESSES)
    .map(
      ({ host, path, unqueued, all }) =>
        `Visitors of ${host}${path} were let by without a place in line ${unqueued} times of ${all}.`,
    );
}
