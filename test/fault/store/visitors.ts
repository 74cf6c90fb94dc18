/** How visitors of the store's fault runs behave: browsers, logged in on the platform, who look at a page now and then and say goodbye. */
import type { Random, VisitorPlan } from '../../../load-tests/visitors/words.ts';

export const EVENT = '4711';
export const ROOM = `event-${EVENT}`;
export const ADDRESS = `/ereg/newreg.php?eventid=${EVENT}`;

/** Patient with failures: a gateway that is killed takes its answers along, and the next one is asked. */
export function patientVisitor(
  index: number,
  stayMs: number,
  change: Partial<VisitorPlan> = {},
): VisitorPlan {
  return {
    kind: 'browser',
    address: ADDRESS,
    account: `visitor-${index}`,
    givesUpAfterPolls: null,
    stayMs,
    looksEveryMs: 1_000,
    fillsForm: false,
    leaves: true,
    retries: 100,
    patienceMs: 10_000,
    ...change,
  };
}

export function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random();
}
