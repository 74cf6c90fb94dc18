/** Who is refused a number takes none: however often one network asks, it forms nobody a line. */
import { expect, it } from 'vitest';
import type { AdmitAsk } from '../../gateway/request/admit.ts';
import { createAdmit } from '../../gateway/request/admit.ts';

/** A room in which everybody would take a number; the price is asked first. */
function stage(priced: { kind: 'lane'; lane: null } | { kind: 'refused'; retryMs: number }) {
  const newcomers: string[] = [];
  const taken: string[] = [];
  const view = { room: 'event', state: 'open', lanes: {}, at: 0 };
  const parts = {
    rooms: { view: () => view },
    tokens: { maySign: () => true, signTicket: () => 'ticket' },
    outages: { of: () => undefined, seen: (seen: unknown) => seen },
    held: { makeSpace: async () => ({ kind: 'space', drop: [] }) },
    allowances: { take: () => null },
    price: { ask: () => priced },
    protection: { newcomer: (room: { name: string }) => void newcomers.push(room.name), admitted: () => {} },
    joins: {
      async take(room: string) {
        taken.push(room);
        return { kind: 'closed', state: 'ended', view };
      },
    },
    newId: () => 'id',
  };
  const admit = createAdmit(parts as unknown as Parameters<typeof createAdmit>[0]);
  const room = { name: 'event', settings: { mode: 'act', allowance: { inFlight: 0 } }, numberless: 0 };
  const ask = {
    ...{ room, standing: { kind: 'none' }, asker: 'navigation', byHeader: false, wasHereBefore: false },
    ...{ classified: { kind: 'room', room: 'event', rule: null, class: 'registration', lane: 'default' } },
    ...{ cookie: undefined, bind: null, address: '127.0.0.1' },
  };
  return { newcomers, taken, ask: async () => admit(ask as unknown as AdmitAsk) };
}

it('a network that is refused brings no newcomers', async () => {
  const refused = stage({ kind: 'refused', retryMs: 1_000 });
  expect(await refused.ask()).toMatchObject({ kind: 'tell', code: 'HG_TOO_MANY_NUMBERS' });
  expect([refused.newcomers, refused.taken]).toEqual([[], []]);
});

it('whoever takes a number is one, and is told of before the number is taken', async () => {
  const served = stage({ kind: 'lane', lane: null });
  await served.ask();
  expect([served.newcomers, served.taken]).toEqual([['event'], ['event']]);
});
