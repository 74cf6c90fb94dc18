/** What one webhook does not have yet: bounded, the least important leaves first, and who is due goes in the order of arrival. */
import type { NoticeSeverity, Waiting } from './words.ts';

export const MOST_WAITING = 500;

const ASCENDING: readonly NoticeSeverity[] = ['info', 'warning', 'critical'];

export interface WaitingNotices {
  /** What had to leave for it; null: nothing. */
  add(waiting: Waiting): Waiting | null;
  remove(waiting: Waiting): void;
  /** Who is due first; null: nobody waits. */
  first(): Waiting | null;
  all(): readonly Waiting[];
}

export function createWaitingNotices(most = MOST_WAITING): WaitingNotices {
  const all: Waiting[] = [];
  const remove = (waiting: Waiting) => {
    const index = all.indexOf(waiting);
    if (index >= 0) all.splice(index, 1);
  };
  return {
    add(waiting) {
      all.push(waiting);
      if (all.length <= most) return null;
      const leaving = leastImportant(all);
      remove(leaving);
      return leaving;
    },
    remove,
    first: () => all.reduce<Waiting | null>((first, each) => sooner(first, each), null),
    all: () => all,
  };
}

/** Of the lowest severity there is, the oldest. */
function leastImportant(all: readonly Waiting[]): Waiting {
  for (const severity of ASCENDING) {
    const oldest = all.find(({ notice }) => notice.severity === severity);
    if (oldest) return oldest;
  }
  return all[0] as Waiting;
}

function sooner(first: Waiting | null, each: Waiting): Waiting {
  return first === null || each.dueMs < first.dueMs ? each : first;
}
