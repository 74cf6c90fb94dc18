/** Random histories of one room: everything that a gateway may ask of a store, and clocks that pass and jump. */
import fc from 'fast-check';
import type { RoomView } from '../../gateway/line/words.ts';
import type { Store } from '../../gateway/store/store.ts';
import type { HandClock } from './hand-clock.ts';
import { lawOf } from './law.ts';

const room = 'event-1';
const KINDS = [
  'join',
  'call',
  'claim',
  'touch',
  'answering',
  'left',
  'unspent',
  'submit',
  'register',
  'seats',
  'operate',
  'restore',
  'lift',
  'configure',
  'forget',
  'wait',
  'jump',
] as const;

export interface HistoryStep {
  kind: (typeof KINDS)[number];
  /** Number, count or duration, as the kind has it. */
  n: number;
}

export const history: fc.Arbitrary<HistoryStep[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), n: fc.integer({ min: 1, max: 20 }) }),
  { maxLength: 60 },
);

const lawFor = (n: number) =>
  lawOf({
    limits: {
      sessions: n % 7,
      admissionsPerMinute: n > 10 ? 60 : null,
      seats: n === 13 ? 3 : null,
      submitReserve: 0,
    },
    state: n === 11 ? 'paused' : 'open',
  });

/** Most of them open again, by themselves or by the next word. */
function operate(store: Store, n: number): Promise<RoomView> {
  const until = (store.view(room)?.at ?? 0) + n * 1_000;
  if (n === 17) return store.operate(room, { kind: 'end' });
  if (n > 12) return store.operate(room, { kind: n % 2 ? 'pause' : 'offline', until });
  return store.operate(room, { kind: 'open' });
}

export async function play(store: Store, clock: HandClock, steps: readonly HistoryStep[]): Promise<void> {
  let revision = 1;
  let epoch = (await store.configure(room, lawFor(4), revision)).epoch;
  for (const { kind, n } of steps) {
    const id = `v${n}`;
    const ticket = { id, lane: 'default', epoch, number: n, serving: 0, expiresAt: clock.wallMs() + 1e8 };
    if (kind === 'join')
      await store.join(
        room,
        'default',
        Array.from({ length: n % 5 }, (_, i) => `v${n + i}`),
      );
    else if (kind === 'call') await store.call(room);
    else if (kind === 'claim') await store.claim(room, ticket);
    else if (kind === 'touch') await store.touch(room, [{ id, how: 'active' }]);
    else if (kind === 'answering') await store.touch(room, [{ id, how: 'answering' }]);
    else if (kind === 'left') await store.leave(room, id, 'left', ticket);
    else if (kind === 'unspent') await store.leave(room, id, 'unspent');
    else if (kind === 'submit') await store.submit(room, id);
    else if (kind === 'register') await store.register(room, id);
    else if (kind === 'seats') await store.setSeats(room, n % 4 === 0 ? null : n % 4);
    else if (kind === 'operate') epoch = (await operate(store, n)).epoch;
    else if (kind === 'restore') {
      const startedAt = store.view(room)?.at ?? 0;
      await store.restore(room, [
        {
          id,
          startedAt,
          leaseUntil: startedAt + n * 10_000,
          spent: n % 2 === 0,
          registered: n % 5 === 0,
          isNew: n % 7 === 0,
        },
      ]);
    } else if (kind === 'lift') {
      await store.lift(room, { epoch, lane: 'default', issued: n, serving: n >> 1, fence: n > 18 ? 1 : 0 });
    } else if (kind === 'configure') {
      revision += 1;
      await store.configure(room, lawFor(n), revision);
    } else if (kind === 'forget') {
      if (await store.forget(room)) epoch = (await store.configure(room, lawFor(n), revision)).epoch;
    } else if (kind === 'wait') clock.advance(n * n * 100);
    else clock.jump((n - 10) * 400_000);
  }
}
