/** Reads the corpus of wrong scenarios: each with the faults that its comments name, line by line. */
import { readFileSync } from 'node:fs';
import type { Located } from '../../config/located.ts';
import { ScenarioErrors } from '../../load-tests/rehearse/scenario/read-scenario.ts';

export interface MarkedScenario {
  name: string;
  text: string;
  /** `<line> <rule>`, sorted. */
  wanted: string[];
}

/** The least that a scenario must have. */
export const SMALLEST = {
  title: 'title: A story',
  seconds: 'seconds: 60',
  visitors:
    'visitors: { guests: { addresses: ["http://a.example/"], arrive: { shape: step, perMinute: 60 } } }',
  expect: 'expect: { quick: { figure: platform.p95Ms, atMost: 100 } }',
};

export function markedScenarios(): MarkedScenario[] {
  const text = readFileSync(new URL('./corpora/wrong-scenarios.txt', import.meta.url), 'utf8');
  return text.split(/^=== /m).slice(1).map(readBlock);
}

function readBlock(block: string): MarkedScenario {
  const [name = '', ...lines] = block.trimEnd().split('\n');
  const wanted = lines.flatMap((line, index) => {
    const rules = /# ! (.*)$/.exec(line)?.[1]?.split(', ') ?? [];
    return rules.map((rule) => `${index + 1} ${rule}`);
  });
  const text = `${lines.join('\n')}\n`;
  return { name, text: name.endsWith('as it is') ? text : complete(text), wanted: wanted.sort() };
}

/** Missing sections go to the end, so that lines stay where they are. */
function complete(text: string): string {
  const missing = Object.entries(SMALLEST).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(text));
  return text + missing.map(([, section]) => `${section}\n`).join('');
}

/** What is told of a scenario that cannot be read; none where it can. */
export function faultsOf(read: () => unknown): readonly Located[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ScenarioErrors) return error.errors;
    throw error;
  }
}
