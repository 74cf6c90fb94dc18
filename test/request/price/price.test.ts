/** The price of a place: who asks for numbers faster than people come waits in a later lane, and only while others are crowded out. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../config/load.ts';
import type { Settings } from '../../../config/settings.ts';
import type { Crowding } from '../../../gateway/request/price/crowding.ts';
import { createPrice, MOST_SOURCES, type Price } from '../../../gateway/request/price/price.ts';
import { SourceTable } from '../../../gateway/request/price/source-table.ts';
import { createTagKey, networkOf, sourceTag } from '../../../gateway/request/price/source-tag.ts';
import type { LiveRoom } from '../../../gateway/request/rooms.ts';
import { seededRandom } from '../../../load-tests/visitors/random.ts';

const MINUTE_MS = 60_000;
/** Moved by hand. */
function handClock() {
  let nowMs = 1_000;
  return {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    advance(ms: number) {
      nowMs += ms;
    },
  };
}

const SECRET = Buffer.from('0123456789abcdef', 'hex');

function protectionOf(yaml: string): Settings['protection'] {
  const text = `
upstreams: { p: { targets: ["http://127.0.0.1:9"] } }
rooms: { r: {} }
default: { room: r, upstream: p }
protection: ${yaml}
`;
  const loaded = parseConfig(text, 'headgate.yaml', {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings.protection;
}

function stage(yaml = '{}') {
  const clock = handClock();
  const told: { seen: Crowding; mode: string }[] = [];
  const protection = protectionOf(yaml);
  const price = createPrice({
    ...{ protection: () => protection, clock, secret: SECRET },
    onCrowded: (_room, seen, mode) => void told.push({ seen: { ...seen }, mode }),
    onPriced: () => {},
  });
  const room = { name: 'r', label: 'r' } as LiveRoom;
  return { clock, price, told, room };
}

type Lanes = Record<'default' | 'later' | 'last' | 'refused', number>;

function outcome(price: Price, room: LiveRoom, address: string): keyof Lanes {
  const priced = price.ask(room, address);
  return priced.kind === 'refused' ? 'refused' : (priced.lane ?? 'default');
}

/** Visitors by name, each at so many a minute, evenly, for a minute; how many of their numbers went where. */
function minuteOf(stageOf: ReturnType<typeof stage>, crowds: Record<string, Crowd>): Record<string, Lanes> {
  const { clock, price, room } = stageOf;
  const arrivals = Object.entries(crowds).flatMap(([name, { sources, perMinute, addressOf }]) =>
    Array.from({ length: sources }, (_, source) => source).flatMap((source) =>
      Array.from({ length: perMinute }, (_, index) => ({
        name,
        address: addressOf(source, index),
        atMs: ((index + source / sources) * MINUTE_MS) / perMinute,
      })),
    ),
  );
  const seen = Object.fromEntries(Object.keys(crowds).map((name) => [name, none()]));
  const startMs = clock.monotonicMs();
  for (const { name, address, atMs } of arrivals.sort((a, b) => a.atMs - b.atMs)) {
    clock.advance(Math.max(0, startMs + atMs - clock.monotonicMs()));
    seen[name]![outcome(price, room, address)]++;
  }
  return seen;
}

interface Crowd {
  sources: number;
  perMinute: number;
  addressOf(source: number, index: number): string;
}

const none = (): Lanes => ({ default: 0, later: 0, last: 0, refused: 0 });
const bots: Crowd = { sources: 50, perMinute: 2_000, addressOf: (source) => `203.0.113.${source}` };
const honest: Crowd = {
  sources: 1,
  perMinute: 2_000,
  addressOf: (_, index) => `198.18.${index >> 8}.${index & 255}`,
};
const campus: Crowd = { sources: 1, perMinute: 300, addressOf: () => '192.0.2.1' };

describe('the price of a place', () => {
  it('50 sources at 2,000 a minute take few of the numbers in the default lane; 2,000 people and a shared address of 300 take all of theirs', () => {
    const seen = minuteOf(stage(), { bots, honest, campus });
    expect(seen.honest).toEqual({ ...none(), default: 2_000 });
    expect(seen.campus?.default).toBeGreaterThanOrEqual(290);
    expect(seen.campus?.refused).toBe(0);
    expect(seen.bots?.default).toBeLessThanOrEqual(250);
    expect(seen.bots?.later).toBeLessThanOrEqual(1_600);
    // Numbers that nobody claims must all be passed: without end they are not given.
    expect((seen.bots?.last ?? 0) + (seen.bots?.refused ?? 0)).toBeGreaterThan(90_000);
    expect(seen.bots?.refused).toBeGreaterThan(40_000);
  });

  it('with the price turned off the same sources take them all', () => {
    const off = stage('{ joins: { perClientPerMinute: null } }');
    const seen = minuteOf(off, { bots, honest });
    expect(seen.bots).toEqual({ ...none(), default: 100_000 });
    const observed = stage('{ mode: observe }');
    expect(minuteOf(observed, { bots, honest }).bots?.default).toBe(100_000);
    expect(observed.told.map(({ mode }) => mode)).toEqual(['observe']);
  });

  it('people behind shared addresses pay nothing while nobody is crowded out', () => {
    const carrier = { sources: 40, perMinute: 60, addressOf: (source: number) => `192.0.2.${source}` };
    const calm = stage();
    expect(minuteOf(calm, { honest, campus, carrier })).toEqual({
      honest: { ...none(), default: 2_000 },
      campus: { ...none(), default: 300 },
      carrier: { ...none(), default: 2_400 },
    });
    expect(calm.told).toEqual([]);
  });

  it('a few sources alone are balancers that nobody named, or a rehearsal: nobody is held to anything', () => {
    const balancers = { sources: 4, perMinute: 20_000, addressOf: (source: number) => `10.0.0.${source}` };
    expect(minuteOf(stage(), { balancers }).balancers).toEqual({ ...none(), default: 80_000 });
  });

  it('a burst of one address under attack is never refused, and a minute later it is as anybody', () => {
    const attacked = stage();
    minuteOf(attacked, { bots, honest });
    const { clock, price, room } = attacked;
    const burst = Array.from({ length: 300 }, () => outcome(price, room, '192.0.2.1'));
    expect(burst.filter((lane) => lane === 'refused')).toEqual([]);
    expect(burst.slice(0, 3)).toEqual(['default', 'default', 'later']);
    expect(burst[10]).toBe('later');
    expect(burst[299]).toBe('last');
    clock.advance(MINUTE_MS);
    expect(outcome(price, room, '192.0.2.1')).toBe('default');
  });

  it('a source that was hot is nobody new after a pause, of its own or of the machine', () => {
    const attacked = stage();
    minuteOf(attacked, { bots, honest });
    const { clock, price, room } = attacked;
    for (let number = 0; number < 8; number++) outcome(price, room, '192.0.2.1');
    clock.advance(1_000);
    expect(outcome(price, room, '192.0.2.1')).toBe('later');
    clock.advance(3_000);
    expect(outcome(price, room, '192.0.2.1')).toBe('default');
  });

  it('people behind a known shared address come by chance, several at once, and lose nothing by it', () => {
    const attacked = stage();
    const { clock, price, room } = attacked;
    minuteOf(attacked, { bots, honest });
    const chance = seededRandom(11);
    const lanes = none();
    for (let number = 0; number < 600; number++) {
      // 300 a minute; between any two of them the bots have asked several times.
      clock.advance(-Math.log(1 - chance()) * 200);
      for (let bot = 0; bot < 20; bot++) outcome(price, room, `203.0.113.${bot}`);
      lanes[outcome(price, room, '192.0.2.1')]++;
    }
    expect(lanes.default).toBeGreaterThanOrEqual(570);
    expect(lanes.refused).toBe(0);
  });

  it('networks named as shared may ask ten times as much', () => {
    const named = stage('{ joins: { sharedNetworks: [192.0.2.0/24] } }');
    const busy = { ...campus, perMinute: 3_000 };
    expect(minuteOf(named, { bots, honest, busy }).busy?.default).toBeGreaterThanOrEqual(2_950);
    expect(minuteOf(stage(), { bots, honest, busy }).busy?.default).toBeLessThan(100);
  });

  it('a bound that is configured is exact, and says when the next minute begins', () => {
    const bound = stage('{ joins: { perNetworkPerMinute: 5 } }');
    const { clock, price, room } = bound;
    const first = Array.from({ length: 6 }, () => outcome(price, room, '192.0.2.1'));
    expect(first).toEqual([...Array(5).fill('default'), 'refused']);
    clock.advance(20_000);
    expect(price.ask(room, '192.0.2.1')).toEqual({ kind: 'refused', retryMs: 40_000 });
    expect(outcome(price, room, '192.0.2.2')).toBe('default');
    clock.advance(40_000);
    expect(outcome(price, room, '192.0.2.1')).toBe('default');
  });

  it('each room has a crowd of its own', () => {
    const attacked = stage();
    minuteOf(attacked, { bots, honest });
    const other = { name: 'other', label: 'other' } as LiveRoom;
    const lanes = Array.from({ length: 20 }, () => outcome(attacked.price, other, '203.0.113.1'));
    expect(lanes).toEqual(Array(20).fill('default'));
  });

  it('proofs are harder the more a network asks for, within their bounds', () => {
    const attacked = stage();
    const { price, room, clock } = attacked;
    minuteOf(attacked, { bots, honest });
    expect(price.bits(room, '203.0.113.1')).toBe(22);
    expect(price.bits(room, '192.0.2.77')).toBe(14);
    for (let number = 0; number < 12; number++) price.ask(room, '192.0.2.78');
    expect(price.bits(room, '192.0.2.78')).toBe(19);
    clock.advance(2 * MINUTE_MS);
    expect(price.bits(room, '203.0.113.1')).toBe(14);
    expect(stage('{ joins: { proofOfWork: { mode: off } } }').price.bits(room, '192.0.2.1')).toBeNull();
  });
});

describe('sources', () => {
  it('are told apart by address, of IPv6 by the first 64 bits, however it is written', () => {
    const written = ['2001:db8::1', '2001:db8:0:0:1::', '2001:db8::ffff:0:1', '2001:db8:0:0:a:b:c:d'];
    expect(new Set(written.map(networkOf))).toEqual(new Set(['2001:db8:0:0']));
    expect(networkOf('2001:db8:0:1::1')).toBe('2001:db8:0:1');
    expect([networkOf('::1'), networkOf('fe80::'), networkOf('192.0.2.1')]).toEqual([
      '0:0:0:0',
      'fe80:0:0:0',
      '192.0.2.1',
    ]);
  });

  it('are known by tags that nobody can compute without the key', () => {
    const key = createTagKey(SECRET);
    const tag = sourceTag(key, 'r', '192.0.2.1');
    expect(sourceTag(key, 'r', '192.0.2.1')).toBe(tag);
    const others = [
      sourceTag(createTagKey(Buffer.from('0123456789abcdff', 'hex')), 'r', '192.0.2.1'),
      sourceTag(key, 'q', '192.0.2.1'),
      sourceTag(key, 'r', '192.0.2.2'),
    ];
    expect(others).not.toContain(tag);
    const tags = Array.from({ length: 65_536 }, (_, at) =>
      sourceTag(key, 'r', `10.1.${at >> 8}.${at & 255}`),
    );
    expect(new Set(tags).size).toBeGreaterThan(65_500);
  });

  it('are known in bounded memory, and who asks fast stays known through a flood of others', () => {
    const table = new SourceTable(MOST_SOURCES);
    const leakPerMs = 0.01;
    for (let at = 0; at < 500_000; at++) {
      const nowMs = at / 10;
      if (at % 10 === 0) table.pour(table.entryOf(-1, nowMs, leakPerMs), nowMs, leakPerMs, 1_200);
      table.pour(table.entryOf(at, nowMs, leakPerMs), nowMs, leakPerMs, 1_200);
    }
    expect(table.size).toBe(MOST_SOURCES);
    expect(table.level(table.entryOf(-1, 50_000, leakPerMs), 50_000, leakPerMs)).toBeCloseTo(1_200, 0);
  });
});
