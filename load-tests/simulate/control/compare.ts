/** Plays one shape with every kind of limit: the fixed rate that is right is found by trying them, not by hand. */
import type { ControlOptions } from './options.ts';
import { CAPACITY_PER_SECOND, ROUTES } from './platform.ts';
import { type Limit, type Played, play } from './play.ts';
import { CALM_SHAPE, type Shape } from './shapes.ts';

/** Of what the whole platform can serve. */
const SWEPT = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const GOOD_TIMES_CALM = 2;
/** A right rate exists where some fixed rate gives more than no limit at all does. */
const WORTH_IT = 1.02;
const LEAST_OF_RIGHT = 0.85;
const LEAST_OF_DOUBLE = 0.98;
/** A rate overloads where it gives less than the right one by more than chance. */
const OVERLOADS = 0.95;

export interface Arm {
  limit: Limit;
  good: number;
  /** Of the first seed. */
  played: Played;
}

export interface Comparison {
  shape: Shape;
  adaptive: Arm;
  right: Arm;
  double: Arm;
  none: Arm;
  hasRight: boolean;
  ofRight: number;
  ofDouble: number;
  missed: string[];
}

/** Twice the p95 of a calm day, by route, ms. */
export function goodWithin(seed: number): number[] {
  const endless = ROUTES.map(() => Number.POSITIVE_INFINITY);
  const plan = {
    shape: CALM_SHAPE,
    limit: { kind: 'none' } as const,
    seed,
    gateways: 1,
    goodWithinMs: endless,
  };
  return play(plan).latencies.map((latencies) => {
    const sorted = latencies.toSorted((a, b) => a - b);
    return GOOD_TIMES_CALM * sorted[Math.floor(sorted.length * 0.95)]!;
  });
}

export function compare(shape: Shape, options: ControlOptions, goodWithinMs: readonly number[]): Comparison {
  const arm = (limit: Limit): Arm => playArm(shape, limit, options, goodWithinMs);
  const fixed = SWEPT.map((share) => arm({ kind: 'fixed', perMinute: perMinute(share) }));
  const right = fixed.reduce((best, one) => (one.good > best.good ? one : best));
  const rightRate = right.limit.kind === 'fixed' ? right.limit.perMinute : 0;
  const double = arm({ kind: 'fixed', perMinute: 2 * rightRate });
  return judged(shape, { adaptive: arm({ kind: 'adaptive' }), right, double, none: arm({ kind: 'none' }) });
}

const perMinute = (share: number): number => Math.round(share * CAPACITY_PER_SECOND * 60);

function playArm(shape: Shape, limit: Limit, options: ControlOptions, goodWithinMs: readonly number[]): Arm {
  const runs = Array.from({ length: options.seeds }, (_, i) =>
    play({ shape, limit, seed: options.seed + 1000 * i, gateways: options.gateways, goodWithinMs }),
  );
  return { limit, good: runs.reduce((sum, { good }) => sum + good, 0), played: runs[0]! };
}

function judged(shape: Shape, arms: Pick<Comparison, 'adaptive' | 'right' | 'double' | 'none'>): Comparison {
  const { adaptive, right, double, none } = arms;
  const hasRight = right.good > WORTH_IT * none.good;
  const ofRight = adaptive.good / right.good;
  const ofDouble = adaptive.good / double.good;
  const missed: string[] = [];
  if (hasRight && ofRight < LEAST_OF_RIGHT) missed.push(`less than ${LEAST_OF_RIGHT} of the right rate`);
  if (ofDouble < LEAST_OF_DOUBLE) missed.push(`less than ${LEAST_OF_DOUBLE} of the double rate`);
  if (double.good < OVERLOADS * right.good && ofDouble <= 1) missed.push('no better than the double rate');
  return { shape, ...arms, hasRight, ofRight, ofDouble, missed };
}
