/** Goes through the entries of an audit log in their order, and tells where the chain is broken. Pure. */
import { GENESIS, hashOf, type StoredEntry } from './chain.ts';

export interface AuditFault {
  kind: 'changed' | 'missing' | 'order' | 'unreadable' | 'cut' | 'head';
  /** Of the entry that is wrong, or of the first that is missing; null: none is known to be. */
  position: number | null;
  message: string;
}

export interface Walked {
  entries: number;
  /** Number and hash of the last entry. */
  count: number;
  hash: string;
  faults: AuditFault[];
}

export interface Walk {
  entry(stored: StoredEntry & { hash: string }): void;
  /** One that cannot be read stands here. */
  unreadable(why: string): void;
  end(): Walked;
}

const MOST_FAULTS = 100;

/** `watch`: told the hash of this entry as it is passed. */
export function createWalk(watch: { count: number; seen: (hash: string) => void }): Walk {
  const faults: AuditFault[] = [];
  let entries = 0;
  let expected = 1;
  /** Null: the entry before is not there to go by. */
  let before: string | null = GENESIS;
  let last = { count: 0, hash: GENESIS };
  const blame = (kind: AuditFault['kind'], position: number, message: string) => {
    if (faults.length < MOST_FAULTS)
      faults.push({ kind, position, message: `entry ${position}: ${message}` });
  };

  const judgePlace = (seq: number) => {
    if (seq === expected) return;
    before = null;
    if (seq < expected) blame('order', seq, `stands where entry ${expected} belongs`);
    else if (seq === expected + 1) blame('missing', expected, `is missing: entry ${seq} stands in its place`);
    else blame('missing', expected, `and those up to ${seq - 1} are missing`);
  };

  return {
    entry(stored) {
      entries += 1;
      judgePlace(stored.seq);
      if (before !== null && hashOf(before, stored) !== stored.hash)
        blame('changed', stored.seq, 'was changed: its hash is not that of what it says');
      before = stored.hash;
      expected = Math.max(expected, stored.seq) + 1;
      if (stored.seq === watch.count) watch.seen(stored.hash);
      if (stored.seq > last.count) last = { count: stored.seq, hash: stored.hash };
    },
    unreadable(why) {
      entries += 1;
      blame('unreadable', expected, `cannot be read: ${why}`);
      expected += 1;
      before = null;
    },
    end: () => ({ entries, ...last, faults }),
  };
}
