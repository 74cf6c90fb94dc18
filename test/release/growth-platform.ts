/** A platform as a gate sees it: requests by a Poisson process that take a while, connections that are reused, and some of them lost. */
import type { GrowthSeries } from '../../gateway/release/growth.ts';

export interface Load {
  seed: number;
  seconds: number;
  /** Requests a second at that second. */
  rate(second: number): number;
  /** Mean time of a request, s. */
  mean?: (second: number) => number;
  /** Each n-th request never ends; 0: none. */
  leakEvery?: number;
  bound?: number;
}

export interface Seen {
  nowMs: number;
  series: GrowthSeries[];
}

const STEP_S = 0.01;
const WINDOW_STEPS = 50;
/** Idle connections are closed after so many windows. */
const IDLE_WINDOWS = 8;

/** The numbers 0 ≤ x < 1 of a seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each window of half a second, as it ends. */
export function* windows({
  seed,
  seconds,
  rate,
  leakEvery = 0,
  bound = 256,
  ...load
}: Load): Generator<Seen> {
  const random = randomOf(seed);
  const mean = load.mean ?? (() => 0.05);
  const ending = new Float64Array(65_536);
  let [active, leaked, count, spent, most] = [0, 0, 0, 0, 0];
  const peaks: number[] = [];
  for (let step = 0; step < seconds / STEP_S; step++) {
    const at = step * STEP_S;
    const ended = ending[step % ending.length]!;
    ending[step % ending.length] = 0;
    active -= ended;
    for (let arrivals = poisson(rate(at) * STEP_S, random); arrivals > 0; arrivals--) {
      if (leakEvery > 0 && ++count % leakEvery === 0) {
        leaked++;
        continue;
      }
      const took = Math.min(-Math.log(1 - random()) * mean(at), 600);
      active++;
      spent += took;
      const end = (step + Math.max(1, Math.round(took / STEP_S))) % ending.length;
      ending[end] = ending[end]! + 1;
    }
    most = Math.max(most, active);
    if ((step + 1) % WINDOW_STEPS !== 0) continue;
    peaks.push(most);
    if (peaks.length > IDLE_WINDOWS) peaks.shift();
    const shared = { upstream: 'platform', bound, load: spent / (WINDOW_STEPS * STEP_S) };
    const connections = Math.max(...peaks) + leaked;
    yield {
      nowMs: Math.round((at + STEP_S) * 1_000),
      series: [
        { ...shared, signal: 'connections', value: connections, settlesMs: 4_000 },
        { ...shared, signal: 'in-flight', value: active + leaked, settlesMs: 0 },
      ],
    };
    [spent, most] = [0, active];
  }
}

function poisson(mean: number, random: () => number): number {
  const bound = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > bound) {
    count++;
    product *= random();
  }
  return count;
}
