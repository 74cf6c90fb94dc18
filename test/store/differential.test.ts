/** Both stores keep one law: the same random commands, with losses and jumping clocks, get the same answers and leave the same room. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPart } from '../../gateway/store/redis-scripts.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { type Played, playRoom } from './differential-play.ts';
import { openPlace, type Place } from './differential-redis.ts';

const SEED = Number(process.env.HEADGATE_SEED ?? Math.floor(Math.random() * 1e9));
const ROOMS = Number(process.env.HEADGATE_ROOMS ?? 128);
const STEPS_A_ROOM = 400;
/** The stores parted in these once: a join that let nobody in cut the tokens to a new rate, in one of them. */
const PARTED_ONCE = [51_860_067, 51_860_349, 51_860_436];
/** Half a minute on a quiet machine; many times that on a crowded one. */
const HANGS_MS = 300_000;

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const seedsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => first + index);

async function playAll(place: Place, seeds: readonly number[], steps: number): Promise<Played[]> {
  return Promise.all(seeds.map((seed) => playRoom(place, seed, steps)));
}

test(
  'Redis and the law in TypeScript give the same answers and keep the same room',
  async () => {
    const place = openPlace(server.url, 'hg');
    const started = performance.now();
    const seeds = [...PARTED_ONCE, ...seedsFrom(SEED, ROOMS)];
    const played = await playAll(place, seeds, STEPS_A_ROOM);
    place.client.disconnect();
    const counts: Record<string, number> = {};
    for (const room of played)
      for (const [name, count] of Object.entries(room.counts)) counts[name] = (counts[name] ?? 0) + count;
    const steps = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.info(
      `HEADGATE_SEED=${SEED}: ${steps} steps in ${seeds.length} rooms, ${seconds} s: ${JSON.stringify(counts)}`,
    );
    expect(played.map(({ parted }) => parted).filter((parted) => parted !== null)).toEqual([]);
    expect(steps).toBe(seeds.length * STEPS_A_ROOM);
  },
  HANGS_MS,
);

const FAULTS: [part: string, from: string, to: string][] = [
  ['lib/ageing', 'HALF_LIFE_CALLS = 289', 'HALF_LIFE_CALLS = 290'],
  ['lib/loss', 'HOLD_MS = 3000', 'HOLD_MS = 3001'],
  ['lib/sessions', 'FIRST_LEASE_MS = 30000', 'FIRST_LEASE_MS = 30001'],
  ['lib/returners', 'UNSEEN_MS = 10000', 'UNSEEN_MS = 9000'],
  ['touch', 'LEASE_IN_IDLE_TIMES = 1.25', 'LEASE_IN_IDLE_TIMES = 1.2'],
  ['lib/rate', 'WORD_MS, WORDS_KEPT_MS = 5000', 'WORD_MS, WORDS_KEPT_MS = 5500'],
  ['lib/lanes', "room.at < window['until']", "room.at < window['until'] - 500"],
  ['step/reopen', 'now >= room.stateUntil', 'now > room.stateUntil + 500'],
];

/** Plays room after room until the stores part. */
async function isNoticed(place: Place): Promise<boolean> {
  for (let seed = 1; seed < 80; seed += 8) {
    const played = await playAll(place, seedsFrom(seed, 8), 300);
    if (played.some(({ parted }) => parted !== null)) return true;
  }
  return false;
}

describe('the comparison notices', () => {
  test.each(FAULTS)('in %s, %s changed to %s', async (part, from, to) => {
    expect(readPart(part)).toContain(from);
    const changed = (name: string) => (name === part ? readPart(name).replace(from, to) : readPart(name));
    const faulty = openPlace(server.url, `fault-${part}`, changed);
    expect(await isNoticed(faulty)).toBe(true);
    faulty.client.disconnect();
  });
});
