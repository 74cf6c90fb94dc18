/**
 * Finds what only grows, long before its bound: open connections, requests in flight that never end, a platform's own connections.
 *
 * Each series is looked at on five scales of twelve bins, of 12 s, 30 s and 60 s, `leastMinutes`, and eight times that. Growth of the
 * floor that the load does not explain is a leak where it is at least `growthPerMinute`, has taken 6 % of the bound, and has lasted
 * `leastMinutes`; on shorter scales only where a third of the bound would be gone before that time is over. Pure.
 */
import type { ProtectionSettings } from '../../config/settings.ts';
import { leakOver, leakSeen } from './growth-sentences.ts';
import { type Bin, steadyGrowth } from './steady-growth.ts';
import type { DecisionMode, Judgement } from './words.ts';

export interface GrowthSeries {
  upstream: string;
  /** `connections`, `in-flight`, or an external signal's name. */
  signal: string;
  value: number;
  bound: number;
  /** Requests in flight that answers explain: Σ of their times / span. What grows with it is no leak. */
  load: number;
  /** A burst has left it again after so long: shorter scales would take its trace for growth. */
  settlesMs: number;
}

export interface GrowthInput {
  nowMs: number;
  series: readonly GrowthSeries[];
  settings: ProtectionSettings['connections'];
  mode: DecisionMode;
}

/** Plain JSON. */
export interface GrowthState {
  series: Record<string, Watched>;
}

interface Scale {
  binMs: number;
  /** Whole ones, at most BINS. */
  bins: readonly Bin[];
  startMs: number;
  /** Of the bin that still runs. */
  least: number;
  loads: number;
  count: number;
}

interface Watched {
  scales: readonly Scale[];
  seenMs: number;
  value: number;
  /** How far the value moves when it moves, on the mean of about ten times. */
  jitter: number;
  /** Value at the alarm; null: none stands. */
  alarmedAt: number | null;
}

export interface Leak {
  series: GrowthSeries;
  perMinute: number;
  /** Seen to grow for so long. */
  seconds: number;
  secondsToBound: number;
}

const BINS = 12;
const SHORT_BINS_MS = [1_000, 2_500, 5_000];
const LONG = 8;
/** A floor moves by this much without meaning: of the bound, and in numbers. */
const LEAST_SHARE = 0.06;
const LEAST_RISE = 3;
const EARLY_SHARE = 1 / 3;
/** What grows leaves its own moves behind. */
const BEYOND_JITTER = 4;
const JITTER_WEIGHT = 0.1;
/** Back at this share of what it was at the alarm: restarted, or mended. */
const OVER_SHARE = 0.7;
/** A series of which nothing was heard is begun anew. */
const FORGET_MS = 60_000;
const MINUTE_MS = 60_000;

export function createGrowth(): GrowthState {
  return { series: {} };
}

/** Called with each window. */
export function judgeGrowth(
  state: GrowthState,
  input: GrowthInput,
): { state: GrowthState; judgements: readonly Judgement[] } {
  const series: Record<string, Watched> = {};
  const judgements: Judgement[] = [];
  for (const [key, watched] of Object.entries(state.series))
    if (input.nowMs - watched.seenMs < FORGET_MS) series[key] = watched;
  if (input.mode === 'off') return { state: { series }, judgements };
  for (const one of input.series) {
    const key = `${one.upstream} ${one.signal}`;
    const seen = follow(series[key] ?? begin(one, input), one, input);
    series[key] = seen.watched;
    if (seen.judgement !== null) judgements.push(seen.judgement);
  }
  return { state: { series }, judgements };
}

function begin({ value, settlesMs }: GrowthSeries, { nowMs, settings }: GrowthInput): Watched {
  const leastMs = (settings.leastMinutes * MINUTE_MS) / BINS;
  const shorter = SHORT_BINS_MS.filter((binMs) => binMs >= settlesMs && binMs < leastMs);
  const scales = [...shorter, leastMs, leastMs * LONG].map((binMs) => empty(binMs, [], nowMs));
  return { scales, seenMs: nowMs, value, jitter: 0, alarmedAt: null };
}

function empty(binMs: number, bins: readonly Bin[], startMs: number): Scale {
  return { binMs, bins, startMs, least: Number.MAX_VALUE, loads: 0, count: 0 };
}

function follow(watched: Watched, series: GrowthSeries, input: GrowthInput) {
  const { nowMs, mode } = input;
  const { value } = series;
  const { alarmedAt } = watched;
  const scales = watched.scales.map((scale) => note(scale, series, nowMs));
  const followed = { ...{ scales, seenMs: nowMs, value, alarmedAt }, jitter: jitterWith(watched, value) };
  if (alarmedAt !== null) {
    if (value > OVER_SHARE * alarmedAt) return { watched: followed, judgement: null };
    return { watched: begin(series, input), judgement: leakOver(series, alarmedAt, mode) };
  }
  const leak = leakOf(watched.scales, followed, series, input);
  if (leak === null) return { watched: followed, judgement: null };
  return { watched: { ...followed, alarmedAt: value }, judgement: leakSeen(leak, mode) };
}

function jitterWith({ value: before, jitter }: Watched, value: number): number {
  return value === before ? jitter : jitter + (Math.abs(value - before) - jitter) * JITTER_WEIGHT;
}

/** The first scale on which a bin was ended just now and the floor is seen to leak. */
function leakOf(
  before: readonly Scale[],
  { scales, jitter }: Watched,
  series: GrowthSeries,
  input: GrowthInput,
): Leak | null {
  const leastRise = Math.max(LEAST_RISE, LEAST_SHARE * series.bound, BEYOND_JITTER * jitter);
  for (const [i, scale] of scales.entries()) {
    const isNew = scale.bins !== before[i]!.bins;
    const leak = isNew ? judge(scale, series, leastRise, input.settings) : null;
    if (leak !== null) return leak;
  }
  return null;
}

function note(scale: Scale, { value, load }: GrowthSeries, nowMs: number): Scale {
  const noted = {
    ...scale,
    least: Math.min(scale.least, value),
    loads: scale.loads + load,
    count: scale.count + 1,
  };
  if (nowMs - scale.startMs < scale.binMs) return noted;
  const bin = { least: noted.least, load: noted.loads / noted.count };
  return empty(scale.binMs, [...scale.bins.slice(1 - BINS), bin], nowMs);
}

function judge(
  scale: Scale,
  series: GrowthSeries,
  leastRise: number,
  settings: GrowthInput['settings'],
): Leak | null {
  if (scale.bins.length < BINS) return null;
  const growth = steadyGrowth(scale.bins);
  if (growth === null || growth.rise < leastRise) return null;
  const perMs = growth.slope / scale.binMs;
  const perMinute = perMs * MINUTE_MS;
  const leastMs = settings.leastMinutes * MINUTE_MS;
  const lastedMs = scale.binMs * BINS;
  const earlyMs = (EARLY_SHARE * series.bound - series.value) / perMs;
  if (perMinute < settings.growthPerMinute || (lastedMs < leastMs && earlyMs > leastMs)) return null;
  const secondsToBound = Math.max(0, (series.bound - series.value) / perMs / 1_000);
  return { series, perMinute, seconds: lastedMs / 1_000, secondsToBound };
}
