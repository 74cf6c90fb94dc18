/**
 * When a group's visitors come, and to which address: the same for the same seed, in order of time, and read as it is needed.
 * Nobody here knows when the scenario ends: whoever reads stops there.
 *
 * Of `n` visitors each has an `n`-th of the shape to come in, by chance within it: the shape holds exactly, and no two runs
 * of different seeds are the same. With F the share of the shape that is over at a time, visitor i comes at F⁻¹((i + u)/n).
 */
import type { Arrivals, VisitorGroup } from '../../rehearse/visitor-words.ts';
import type { Arrival } from '../load-words.ts';
import { seededRandom, seedOf } from '../random.ts';
import type { Random } from '../words.ts';
import { logArrivals } from './log-arrivals.ts';

export function* arrivalTimes(group: VisitorGroup, seed: number): Iterable<Arrival> {
  const { arrivals, addresses } = group;
  if (arrivals.shape === 'log') {
    yield* logArrivals(arrivals, addresses[0]?.url ?? null, seed);
    return;
  }
  const nextAddress = takeTurns(addresses);
  const random = seededRandom(seedOf(seed, group.name));
  for (const atSeconds of timesOf(arrivals, random)) yield { atSeconds, address: nextAddress() };
}

type Shaped = Exclude<Arrivals, { shape: 'log' }>;

function* timesOf(arrivals: Shaped, random: Random): Iterable<number> {
  if (arrivals.shape === 'email') {
    const waves = arrivals.waves.map((wave) => mailTimes(wave, arrivals.halfSeconds, random));
    yield* inOrder(waves);
    return;
  }
  const count = countOf(arrivals);
  const at = inverseOf(arrivals);
  for (let index = 0; index < count; index++) yield at((index + random()) / count);
}

/** How many come by a shape, rounded. */
export function countOf(arrivals: Shaped): number {
  switch (arrivals.shape) {
    case 'step':
      return Math.round((arrivals.perMinute * spanOf(arrivals)) / 60);
    case 'ramp':
      return Math.round(((arrivals.fromPerMinute + arrivals.toPerMinute) / 2) * (spanOf(arrivals) / 60));
    case 'email':
      return arrivals.waves.reduce((sum, { readers }) => sum + readers, 0);
    case 'countdown':
      return arrivals.visitors;
  }
}

function spanOf({ fromSeconds, untilSeconds }: { fromSeconds: number; untilSeconds: number }): number {
  return Math.max(0, untilSeconds - fromSeconds);
}

/** The time by which a share of a shape's visitors have come. */
function inverseOf(arrivals: Exclude<Shaped, { shape: 'email' }>): (share: number) => number {
  if (arrivals.shape === 'countdown') {
    const fromSeconds = arrivals.opensAtSeconds - arrivals.earlySeconds;
    return (share) => fromSeconds + share * arrivals.earlySeconds;
  }
  const { fromSeconds } = arrivals;
  const span = spanOf(arrivals);
  if (arrivals.shape === 'step') return (share) => fromSeconds + share * span;
  const { fromPerMinute: a, toPerMinute: b } = arrivals;
  // With the rate from a to b, the share over at x of the span is (a·x + (b−a)·x²/2) / ((a+b)/2), solved for x without
  // taking a difference of nearly equal numbers.
  return (share) =>
    fromSeconds + (span * share * (a + b)) / (a + Math.sqrt(a * a + share * (b * b - a * a)) || 1);
}

/** Half within `halfSeconds`, half of the rest within the next, and so on. */
function* mailTimes(
  { atSeconds, readers }: { atSeconds: number; readers: number },
  halfSeconds: number,
  random: Random,
): Iterable<number> {
  for (let index = 0; index < readers; index++)
    yield atSeconds - halfSeconds * Math.log2(1 - (index + random()) / readers);
}

/** Merges times that are each in order; few, so each is looked at. */
function* inOrder(sources: readonly Iterable<number>[]): Iterable<number> {
  const heads = sources.map((source) => {
    const times = source[Symbol.iterator]();
    return { times, next: times.next() };
  });
  for (;;) {
    const open = heads.filter(({ next }) => !next.done);
    if (open.length === 0) return;
    const first = open.reduce((least, head) => (head.next.value < least.next.value ? head : least));
    yield first.next.value;
    first.next = first.times.next();
  }
}

/** Each in turn by weight, spread evenly: of weights 2 and 1 the turns are a b a, a b a. */
function takeTurns(addresses: VisitorGroup['addresses']): () => string {
  const turns = addresses.map(({ url, weight }) => ({ url, weight, credit: 0 }));
  const total = turns.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let best = turns[0];
    for (const turn of turns) {
      turn.credit += turn.weight;
      if (turn.credit > (best?.credit ?? 0)) best = turn;
    }
    if (best === undefined) throw new Error('a group without an address sends nobody');
    best.credit -= total;
    return best.url;
  };
}
