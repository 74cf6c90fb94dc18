/**
 * The budget of an upstream: admissions a minute, all of its rooms together.
 *
 * While all is well and nobody surges there is none. It is cut when the upstream has more than it can bear:
 *
 *   borne  = answers a second that are good now × 60 / answers that one admission brings
 *   first  = β × borne                       β = .8, and .7 when a signal is far over its limit
 *   then   = max(.5 × borne, .85 × budget)   every two seconds, while it is not getting better
 *   least  = max(proven / ratio, .05 × best)  a platform that is k times slower bears 1/k; and for half a minute what is usual in
 *                                            rooms beside one that surges: its excess is the cause, and pays first
 *
 * and grows while all is well and it is used: by 40 % a second up to half of the best, by 10 % up to .9 of what is proven (slow
 * start), beyond that by ½ % a second at first and faster the longer nothing speaks against it, until it is where it was before (as
 * CUBIC, RFC 9438, returns to its plateau), and where it never was by 1 % a second at most, the less the longer answers take; by 4 %
 * before the first cut. It never grows far ahead of itself: who was let in must have shown in the requests before more are.
 *
 * Regimes: well and unused (the budget stays); well and used (up); between well and too much (held); too much (down); few answers
 * (held). Visitors who are inside go on asking for as long as they stay, so that a cut shows late: multiplying down at every step would
 * empty the platform, which is why what it bears is computed from its own answers.
 */
import { over, type Pressure } from './distress.ts';
import type { UpstreamState } from './state.ts';

const MILD = 0.8;
const STRONG = 0.7;
const SETTLE_MS = 2_000;
const AGAIN = 0.85;
const DRAIN = 0.5;
const OUTDONE = 0.9;
const LEAST_SHARE = 0.05;
const LEAST_PER_MINUTE = 6;
/** Visitors of a surge that were let in before it was held back are gone by then. */
const EXCESS_STAYS_MS = 30_000;
/** Part of the budget that rooms get which ask for more than is usual, whatever the others ask for. */
export const EXCESS_SHARE = 0.05;
const SLOW_START = 0.1;
/** While less than half of what was borne is let in. */
const FAST_START = 0.4;
const FAST_START_UNTIL = 0.5;
const SLOW_START_UNTIL = 0.9;
const FIRST_GROWTH = 0.005;
const FASTER_PER_SECOND = 1.1;
const MOST_GROWTH = 0.1;
/** Where it was never before, those who were let in have to show first. */
const GROWTH_BEYOND = 0.01;
/** Part of it that is left while answers take longer than ever. */
const LEAST_GROWTH = 0.2;
/** While answers come as fast as ever; nothing of it is left at the ratio of `HURRIED`. */
const GROWTH_UNHURRIED = 0.04;
const HURRIED = 1.15;
const BEST_MS = 15_000;
const WELL_RATIO = 1.5;
const WELL_MS = 2_000;
const AHEAD = 1.15;
const FAR_AHEAD = 3;
const USED = 0.85;
const PROVEN_FADES_MS = 1_800_000;
const LEARNED_ADMISSIONS = 20;
const BROUGHT_FADES_MS = 240_000;

export interface RateFacts {
  nowMs: number;
  dtMs: number;
  ratio: number | null;
  /** The worst of those that fewer visitors mend; null: too few answers to say. */
  pressure: Pressure | null;
  /** Sessions that began in this step. */
  admitted: number;
  /** Admissions, and newcomers with those who wait, a minute. */
  admittedPerMinute: number;
  demandPerMinute: number;
  /** What rooms ask for whose demand is a usual one, while others ask for more than that; 0: none does. */
  usualPerMinute: number;
  /** Requests in flight in the mean of the last seconds; null: unknown. */
  inFlight: number | null;
  /** Good answers a second, of the last seconds; null: too few. */
  goodPerSecond: number | null;
}

/** Answers that came, and admissions, as sums that fade: their quotient is what one admission brings. */
export function noteBrought(upstream: UpstreamState, answers: number, facts: RateFacts): void {
  const kept = Math.exp(-facts.dtMs / BROUGHT_FADES_MS);
  // What is asked for while nobody is let in is nobody's who was.
  const own = facts.admittedPerMinute > 0 || upstream.admitted >= LEARNED_ADMISSIONS ? answers : 0;
  upstream.answersForAdmitted = upstream.answersForAdmitted * kept + own;
  upstream.admitted = upstream.admitted * kept + facts.admitted;
}

/** Answers that one admission brings; null: too few were let in to say. */
export function broughtByOne({ answersForAdmitted, admitted }: UpstreamState): number | null {
  return admitted >= LEARNED_ADMISSIONS && answersForAdmitted > 0 ? answersForAdmitted / admitted : null;
}

/** What was admitted while all was well is proven, and fades over half an hour without proof. */
export function noteProven(upstream: UpstreamState, facts: RateFacts): void {
  upstream.provenPerMinute *= Math.exp(-facts.dtMs / PROVEN_FADES_MS);
  upstream.bestPerMinute *= Math.exp(-facts.dtMs / PROVEN_FADES_MS);
  const more = facts.admittedPerMinute - upstream.bestPerMinute;
  if (isWell(facts) && more > 0) upstream.bestPerMinute += more * (1 - Math.exp(-facts.dtMs / BEST_MS));
  if (isWell(facts)) upstream.provenPerMinute = Math.max(upstream.provenPerMinute, facts.admittedPerMinute);
}

export const isWell = ({ ratio, pressure }: RateFacts): boolean =>
  (ratio === null || ratio < WELL_RATIO) && (pressure === null || over(pressure) < 0.8);

/** Moves the budget by one step. Answers whether it was cut. */
export function moveBudget(upstream: UpstreamState, facts: RateFacts): boolean {
  if (upstream.distress !== null && facts.pressure !== null && over(facts.pressure) >= 1) {
    return cut(upstream, facts, facts.pressure);
  }
  if (upstream.budgetPerMinute !== null && isWell(facts)) grow(upstream, facts, upstream.budgetPerMinute);
  return false;
}

function cut(upstream: UpstreamState, facts: RateFacts, pressure: Pressure): boolean {
  const { budgetPerMinute: budget, cutAtMs } = upstream;
  const isFirst = cutAtMs === 0 || budget === null || facts.nowMs - cutAtMs > 5 * SETTLE_MS;
  if (!isFirst && facts.nowMs - cutAtMs < SETTLE_MS) return false;
  const borne = bornePerMinute(upstream, facts);
  const now = budget ?? Number.POSITIVE_INFINITY;
  const aim = isFirst ? (over(pressure) >= 2 ? STRONG : MILD) * borne : Math.max(DRAIN * borne, AGAIN * now);
  upstream.budgetPerMinute = Math.max(leastPerMinute(upstream, facts), Math.min(now, aim));
  upstream.growth = FIRST_GROWTH;
  // What was borne once is no longer the mark for a fast return.
  if (broughtByOne(upstream) !== null)
    upstream.provenPerMinute = Math.min(upstream.provenPerMinute, OUTDONE * borne);
  upstream.cutAtMs = facts.nowMs;
  return true;
}

/** By its own answers; where nobody knows what one admission brings, by what was admitted. */
function bornePerMinute(upstream: UpstreamState, { goodPerSecond, admittedPerMinute }: RateFacts): number {
  const brought = broughtByOne(upstream);
  if (brought !== null && goodPerSecond !== null) return (goodPerSecond * 60) / brought;
  const { provenPerMinute } = upstream;
  return provenPerMinute > 0
    ? Math.min(provenPerMinute, Math.max(admittedPerMinute, LEAST_PER_MINUTE))
    : admittedPerMinute;
}

/** While requests wait for a slot the latency of those that have one says nothing of how many there are too many. */
function leastPerMinute(
  upstream: UpstreamState,
  { ratio, pressure, nowMs, usualPerMinute }: RateFacts,
): number {
  const { provenPerMinute, bestPerMinute, distress } = upstream;
  const share = pressure?.signal === 'latency' ? Math.min(DRAIN, 1 / (ratio ?? 1)) : 0;
  // The excess is the cause until it has been held back for a while: what is usual beside it is not taken away meanwhile.
  const usual = distress !== null && nowMs - distress.sinceMs < EXCESS_STAYS_MS ? usualPerMinute : 0;
  return Math.max(
    LEAST_PER_MINUTE,
    usual / (1 - EXCESS_SHARE),
    provenPerMinute * share,
    bestPerMinute * LEAST_SHARE,
  );
}

function grow(upstream: UpstreamState, facts: RateFacts, budget: number): void {
  if (upstream.wellSinceMs === 0 || facts.nowMs - upstream.wellSinceMs < WELL_MS) return;
  if (facts.demandPerMinute < USED * budget || isAhead(upstream, facts, budget)) return;
  const seconds = facts.dtMs / 1000;
  upstream.budgetPerMinute = budget * (1 + growthOf(upstream, facts, budget) * seconds);
  upstream.growth = Math.min(MOST_GROWTH, upstream.growth * FASTER_PER_SECOND ** seconds);
}

/** Share a second. */
function growthOf(
  { provenPerMinute, bestPerMinute, cutAtMs, growth }: UpstreamState,
  { ratio }: RateFacts,
  budget: number,
): number {
  if (budget < FAST_START_UNTIL * bestPerMinute) return FAST_START;
  if (budget < SLOW_START_UNTIL * provenPerMinute) return SLOW_START;
  if (budget < SLOW_START_UNTIL * bestPerMinute) return growth;
  const unhurried = Math.min(1, Math.max(0, (HURRIED - (ratio ?? HURRIED)) / (HURRIED - 1)));
  const known = Math.min(GROWTH_BEYOND, growth) * Math.max(LEAST_GROWTH, unhurried);
  return cutAtMs > 0 ? known : Math.max(known, GROWTH_UNHURRIED * unhurried);
}

/** Those who were let in at this rate have yet to show in the requests. */
function isAhead(upstream: UpstreamState, { goodPerSecond }: RateFacts, budget: number): boolean {
  const brought = broughtByOne(upstream);
  if (brought === null || goodPerSecond === null) return false;
  const ahead = budget < FAST_START_UNTIL * upstream.bestPerMinute ? FAR_AHEAD : AHEAD;
  return (budget * brought) / 60 > ahead * goodPerSecond;
}
