/** What a simulated gateway keeps, and what becomes of its calls. Types only. */
import type { Floors, SessionFacts } from '../../gateway/line/words.ts';

/** What becomes of a call: a call whose outcome is unknown may have been applied or not. */
export type Fate = 'answered' | 'lost before' | 'lost after';

/** `unheard`: what the store answered and the gateway never got; for the books alone. */
export type Reply<T> = { kind: 'answered'; answer: T } | { kind: 'lost'; unheard: T | null };

/** `spent`: the visitor got an answer. */
export type Kept = SessionFacts & { spent: boolean; registered: boolean };

export interface Disk {
  floors: Floors | null;
  leases: Map<string, Kept>;
  /** Room time of the last answer, and the gateway's own clock at it: after a restart it still knows what time it may be. */
  lastAt: number;
  answeredAtMs: number;
}
