/** DESIGN's invariants of the line as properties over random histories: each takes the transitions that it judges. */
import fc from 'fast-check';
import type { RoomLaw } from '../../gateway/line/words.ts';
import type { Transitions } from '../../load-tests/simulate/transitions.ts';
import { type Command, histories, type Mix } from './line-commands.ts';
import { LineHistory } from './line-history.ts';
import { startLaw } from './line-stage.ts';

export interface Law {
  says: string;
  /** Which trouble its histories are full of. */
  mix: Mix;
  /** The limits they begin with. */
  limits?: Partial<RoomLaw['limits']>;
  /** Played after every history, before it is judged. */
  finish?: (history: LineHistory) => void;
  /** Each breach in a sentence with its numbers. */
  breaches: (history: LineHistory) => string[];
}

export interface Verdict {
  breach: string | null;
  histories: number;
  commands: number;
  tickets: number;
  admitted: number;
}

/** The same histories on every run and machine; another seed for a longer look. */
const SEED = Number(process.env.HEADGATE_LAW_SEED ?? 20_260_901);

export function judge(law: Law, transitions: Transitions, runs: number, shrink = true): Verdict {
  const verdict: Verdict = { breach: null, histories: 0, commands: 0, tickets: 0, admitted: 0 };
  const property = fc.property(histories(law.mix), (commands) => {
    const history = playOut(law, transitions, commands);
    verdict.histories++;
    verdict.commands += commands.length;
    verdict.tickets += history.holders.length;
    verdict.admitted += history.books.admitted;
    const [breach] = law.breaches(history);
    if (breach) throw new Error(breach);
  });
  const result = fc.check(property, { seed: SEED, numRuns: runs, endOnFailure: !shrink });
  if (result.failed)
    verdict.breach = `${String(result.errorInstance)} after ${JSON.stringify(result.counterexample)}`;
  return verdict;
}

function playOut(law: Law, transitions: Transitions, commands: Command[]): LineHistory {
  const history = new LineHistory(transitions, {
    ...startLaw,
    limits: { ...startLaw.limits, ...law.limits },
  });
  history.play(commands);
  law.finish?.(history);
  return history;
}

const said = (count: number, sentence: string): string[] => (count > 0 ? [`${count} ${sentence}`] : []);

const limit = ({ books }: LineHistory): string[] => said(books.mostOverLimit, 'sessions over the limit');
const rate = ({ books }: LineHistory): string[] =>
  said(books.mostOverRate, 'admissions in 60 s over the limit');
const live = ({ judge: seen }: LineHistory): string[] =>
  said(seen.faults.thrownOut, 'live sessions were ended');

export const laws = {
  1: { says: 'live sessions never exceed the limit', mix: { limits: 2 }, breaches: limit },
  2: {
    says: 'admissions in 60 s never exceed the limit and two seconds worth',
    mix: { limits: 0, states: 0 },
    limits: { sessions: null, admissionsPerMinute: 20 },
    breaches: rate,
  },
  3: {
    says: 'a ticket becomes a session at most once',
    mix: { losses: 0 },
    finish: replayEverything,
    breaches: ({ judge: seen }) => said(seen.faults.usedTwice, 'spent tickets became sessions again'),
  },
  4: {
    says: 'a position shown to a visitor never grows',
    mix: { looks: 14, losses: 2 },
    breaches: ({ judge: seen }) => said(seen.faults.positionsGrown, 'positions grew'),
  },
  5: {
    says: 'a lower number is never called after a higher one',
    mix: { losses: 2 },
    breaches: ({ judge: seen }) => said(seen.faults.outOfOrder, 'visitors were overtaken'),
  },
  6: {
    says: 'an acknowledged ticket is honoured through kills, failovers and wiped stores',
    mix: { losses: 3, kills: 3 },
    finish: letEverybodyIn,
    breaches: ({ judge: seen, holders }) => [
      ...said(seen.faults.wronglyRefused, 'good tickets were refused'),
      ...said(
        holders.filter((one) => one.state === 'waiting').length,
        `of ${holders.length} visitors never got in`,
      ),
    ],
  },
  7: {
    says: 'whoever waits is called for each slot that stands free',
    mix: { losses: 0, jumps: 1, states: 1 },
    breaches: ({ witness }) => witness.idle,
  },
  8: {
    says: 'a late comer takes the next free slot',
    mix: { losses: 0, states: 0, kills: 0 },
    breaches: ({ witness }) => witness.passedOver,
  },
  9: {
    says: 'a clock that jumps an hour admits nobody extra and ends no live session',
    mix: { jumps: 5, losses: 0 },
    breaches: (history) => [...limit(history), ...rate(history), ...live(history)],
  },
  10: {
    says: 'a room that is paused, offline or healing calls nobody and keeps every place',
    mix: { states: 6, losses: 2 },
    finish: letEverybodyIn,
    breaches: ({ witness, judge: seen }) => [
      ...witness.calledWhileClosed,
      ...said(seen.faults.wronglyRefused, 'places were lost'),
    ],
  },
} satisfies Record<number, Law>;

/** Everybody inside goes; whoever still waits comes as soon as called: all must get in. */
function letEverybodyIn(history: LineHistory): void {
  history.setState('open');
  history.operate('open', null);
  history.setLimits(50, null);
  for (let i = 0; i < 400 && history.holders.some((one) => one.state === 'waiting'); i++) {
    history.pass(500, false, false);
    for (const holder of history.holders) {
      history.look(holder, i % 3);
      if (holder.state === 'waiting' && holder.ticket.number <= history.serving)
        history.claim(holder, i % 3, 'answered');
      if (holder.state === 'inside') history.leaveNow(holder, i % 3);
    }
  }
}

/** Everybody inside goes, and every ticket that was spent is played again. */
function replayEverything(history: LineHistory): void {
  history.setState('open');
  history.operate('open', null);
  history.setLimits(50, null);
  for (const holder of history.holders) if (holder.state === 'inside') history.leaveNow(holder, 0);
  history.pass(100_000, false, false);
  for (const holder of history.holders) if (holder.state === 'spent') history.claim(holder, 1, 'answered');
}
