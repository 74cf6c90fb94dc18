/** The first answer begins the session as soon as its head was sent; a failure costs the visitor nothing. */
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../gateway/exchange.ts';
import type { ForwardOutcome, PlatformAnswer } from '../gateway/forward/words.ts';
import { createPassOn, type PassOnParts } from '../gateway/pass-on.ts';
import type { PassOn } from '../gateway/request/admission.ts';
import { createLeases } from '../gateway/request/leases.ts';
import type { LiveRoom } from '../gateway/request/rooms.ts';

/** One admitted visitor's first request: the platform answers with `status` (null: no answer), the forward ends as `outcome`. */
async function firstRequest(status: number | null, outcome: ForwardOutcome) {
  const calls: string[] = [];
  const store = {
    touch: async (_room: string, touches: { how: string }[]) => {
      calls.push(...touches.map(({ how }) => `touch ${how}`));
      return { leases: touches.map(() => ({ id: 'a', startedAt: 0, leaseUntil: 1e9 })) };
    },
    leave: async (_room: string, _id: string, how: string) => calls.push(`leave ${how}`),
  };
  const leases = createLeases(store as never, { wallMs: () => 0, monotonicMs: () => 0 });
  const lease = leases.keep('main', { id: 'a', startedAt: 0, leaseUntil: 30_000 }, true);
  const inside = { lease, pass: 'p', isNew: true, isFirst: true, hasBegun: false, dropRooms: ['old'] };
  const admission: PassOn = { kind: 'pass-on', state: 'admitted', inside, release: null };
  let headers: readonly string[] = [];
  const forward = async (
    _request: unknown,
    _response: unknown,
    order: { onAnswer(answer: PlatformAnswer): { headers: readonly string[] } },
  ) => {
    if (status !== null)
      headers = order.onAnswer({
        status,
        session: null,
        seats: null,
        build: null,
        isEventStream: false,
      }).headers;
    return outcome;
  };
  const passOn = createPassOn({
    settings: { cookies: { prefix: 'hg', domain: null, sameSite: null, secure: null } },
    forwarder: { forward },
    store,
    leases,
    rooms: { view: () => ({ at: 0 }) },
    teller: { tellTrouble: () => {} },
    metrics: { upstreamAnswer: () => {} },
    orders: (_ordered: unknown, onAnswer: unknown) => ({ onAnswer }),
    onStoreError: () => {},
    audit: { pass: () => null },
  } as unknown as PassOnParts);
  const exchange = {
    id: 'r',
    request: { headers: {} },
    judged: { method: 'GET', scheme: 'http' },
  } as unknown as Exchange;
  const room = {
    name: 'main',
    settings: { session: { idleSeconds: 600, maxSeconds: 3_600, submitGraceSeconds: 600 } },
  } as LiveRoom;
  await passOn(exchange, { kind: 'room', upstream: 'p', rule: null } as never, room, admission, 'admitted');
  await new Promise((resolve) => setImmediate(resolve));
  return {
    calls,
    cookies: headers.filter((text) => text.startsWith('hg_')).map((text) => text.split('=')[0]),
  };
}

describe('the first answer', () => {
  it('below 500 spends the ticket, gives the pass, and clears what had to go for it', async () => {
    expect(await firstRequest(200, { kind: 'answered', status: 200, bodyBytes: 1, ms: 1 })).toEqual({
      calls: ['touch active'],
      cookies: ['hg_p_main', 'hg_t_main', 'hg_t_old', 'hg_p_old'],
    });
  });

  it('a visitor who goes, or a platform that breaks off, in the middle of it: the session has begun', async () => {
    expect((await firstRequest(200, { kind: 'aborted', ms: 1 })).calls).toEqual(['touch active']);
    expect((await firstRequest(200, { kind: 'broken', failure: 'reset', status: 200, ms: 1 })).calls).toEqual(
      ['touch active'],
    );
  });

  it('5xx, or none at all, frees the slot, sets no cookie and leaves the ticket good', async () => {
    const nothing = { calls: ['leave unspent'], cookies: [] };
    expect(await firstRequest(503, { kind: 'answered', status: 503, bodyBytes: 1, ms: 1 })).toEqual(nothing);
    expect(await firstRequest(null, { kind: 'failed', failure: 'reset', ms: 1 })).toEqual(nothing);
  });

  it('a visitor who goes before it keeps the slot for the short first lease: the platform still works on it', async () => {
    expect(await firstRequest(null, { kind: 'aborted', ms: 1 })).toEqual({ calls: [], cookies: [] });
  });
});
