/** Lanes through a real gate: a rule's visitors wait in its lane, each by their own numbers, and the weights say who moves how fast. */
import { beforeAll, expect, it } from 'vitest';
import { type GateHere, startStoreHere } from '../support/gate-in-process.ts';
import { visitor } from '../support/http-client.ts';
import { roomAt } from '../support/room-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { untilSo } from '../support/within.ts';

const EACH = 24;
const PATIENCE_MS = 60_000;

let gate: GateHere;
let config: (state: string) => string;

beforeAll(async () => {
  const platform = await startSmallPlatform();
  config = (state) => `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  event: { state: ${state}, limits: { admissionsPerMinute: 240 }, lanes: { partner: 3 } }
  plain: {}
rules:
  - { name: partners, match: { path: /partner/* }, room: event, lane: partner }
  - { name: everybody, match: { path: /event/* }, room: event }
default: { room: plain, upstream: platform }
`;
  gate = await (await startStoreHere(config('paused'))).gate('one');
});

it('of a weight of 3 moves three times as fast as one of 1, and nobody in either is left standing', async () => {
  const people = (path: string) =>
    Promise.all(
      Array.from({ length: EACH }, async () => {
        const who = visitor(gate.url);
        const page = await who.open(path);
        return { who, page };
      }),
    );
  const partners = await people('/partner/1');
  const others = await people('/event/1');
  const room = roomAt(gate.url, 'event');
  const places = await Promise.all([...partners, ...others].map(({ who }) => room.placeOf(who)));
  const positions = (from: number) =>
    places
      .slice(from, from + EACH)
      .map(({ position }) => position as number)
      .sort((a, b) => a - b);
  const whole = Array.from({ length: EACH }, (_, index) => index + 1);
  expect([positions(0), positions(EACH)]).toEqual([whole, whole]);
  expect(partners[0]?.page.text).toContain('<dd>partner</dd>');
  expect(others[0]?.page.text).not.toContain('<dd>default</dd>');
  await gate.reload(config('open'));
  let served = { partner: 0, default: 0 };
  const look = async () => {
    const { lanes } = await room.status();
    served = { partner: lanes.partner?.serving ?? 0, default: lanes.default?.serving ?? 0 };
    return served;
  };
  await untilSo(PATIENCE_MS, 'both move', async () => (await look()).partner >= EACH / 2);
  if (served.partner < EACH) {
    expect(served.partner / served.default).toBeGreaterThanOrEqual(2);
    expect(served.partner / served.default).toBeLessThanOrEqual(4.5);
  }
  await untilSo(PATIENCE_MS, 'all are called', async () => {
    const { partner, default: other } = await look();
    return partner === EACH && other === EACH;
  });
});
