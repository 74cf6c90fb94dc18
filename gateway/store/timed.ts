/** A store whose calls are timed, whatever store it is. */
import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

/** Calls that wait for the store; the others answer from memory. */
const TIMED = [
  'configure',
  'join',
  'call',
  'claim',
  'submit',
  'touch',
  'leave',
  'register',
  'setSeats',
  'lift',
  'restore',
  'redeem',
  'reportFactor',
] as const;

export function timeCalls(
  store: Store,
  clock: Clock,
  onCall: (call: string, seconds: number) => void,
): Store {
  const timed = Object.create(store) as Record<string, unknown>;
  for (const call of TIMED) {
    const plain = store[call].bind(store) as (...args: unknown[]) => Promise<unknown>;
    timed[call] = (...args: unknown[]) => {
      const startedMs = clock.monotonicMs();
      const done = () => onCall(call, (clock.monotonicMs() - startedMs) / 1_000);
      const answer = plain(...args);
      answer.then(done, done);
      return answer;
    };
  }
  return timed as unknown as Store;
}
