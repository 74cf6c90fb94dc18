/**
 * The bound on requests in flight to an upstream, by the gradient of its latency.
 *
 *   gradient = clamp(TOLERANCE / ratio, ½, 1)
 *   gradient < 1:  limit = min(limit, most in flight) × (1 − PACE × (1 − gradient)), most = the sum of each gateway's most
 *   gradient = 1:  limit = limit + √limit / 4, but only while more than half of it is used by all gateways together
 *   least        = max(`inFlight.least`, borne + 2 × √borne)      borne: in flight in the mean while all was well
 *   always within least … connections; no bound at all when it has grown to as many as there are connections.
 *
 * Regimes: idle (nothing is concluded, the limit stays); a queue in the platform (down, from what is really in flight, so that a bound
 * far too high is effective at the first step); well and used (up by a part of the queue that Gradient2 allows); well and unused (stays,
 * or the bound would be anything by the time of the surge); slow by itself, whatever is in flight (it stops at the least).
 * Source: Netflix concurrency-limits, Gradient2Limit, with what its users found: the queue allowance is added at gradient 1 only, for
 * added always it lets the limit climb under a modest overload (#134). By Little's law limit × base / latency is what is served without
 * waiting. Envoy's probe pins the concurrency to 3 and starves whoever comes (envoyproxy/envoy#8337, #9007), and its floor and its
 * probe are one number (#46532): here a probe takes a quarter of the limit for one second of a minute, and never goes below `least`.
 */
import { isWell, type RateFacts } from './rate.ts';
import type { UpstreamState } from './state.ts';

export const TOLERANCE = 1.5;
const PACE = 0.4;
const PAUSE_MS = 1_000;
const PROBE_EVERY_MS = 60_000;
const PROBE_MS = 1_000;
const PROBE_SHARE = 0.75;
/** The probe is for those who are busy all the time: whoever is idle now and then shows the base by that. */
const BUSY_SHARE = 0.8;

const BORNE_FADES_MS = 1_800_000;
const BORNE_MS = 5_000;

/** What was in flight while all was well, and answered as fast as ever. */
export function noteBorne(upstream: UpstreamState, facts: RateFacts): void {
  upstream.borneInFlight *= Math.exp(-facts.dtMs / BORNE_FADES_MS);
  const more = (facts.inFlight ?? 0) - upstream.borneInFlight;
  if (isWell(facts) && more > 0) upstream.borneInFlight += more * (1 - Math.exp(-facts.dtMs / BORNE_MS));
}

/**
 * Fewer in flight than it bore while it was well make no platform faster: where it is slow with these, it is slow by itself, and a lower
 * bound would only leave it idle. What Gradient2 allows to wait is on top, for arrivals are no drumbeat.
 */
export const leastInFlight = ({ borneInFlight }: UpstreamState, least: number): number =>
  Math.max(least, borneInFlight + 2 * Math.sqrt(borneInFlight));

export interface InFlightFacts {
  nowMs: number;
  /** Of latency against the base; null: unknown, and the limit is held. */
  ratio: number | null;
  /** Requests in flight since the last step, all gateways together: never more than this, */
  most: number;
  /** and about this at most. */
  mostTogether: number;
  least: number;
  /** Connections, all gateways together. */
  connections: number;
}

/** Moves the limit by one step; slowness shorter than a second is a pause, and moves nothing. */
export function moveInFlight(upstream: UpstreamState, facts: InFlightFacts): void {
  const isSlow = facts.ratio !== null && facts.ratio > TOLERANCE;
  if (!isSlow) upstream.slowSinceMs = 0;
  else if (upstream.slowSinceMs === 0) upstream.slowSinceMs = facts.nowMs;
  if (isSlow && facts.nowMs - upstream.slowSinceMs < PAUSE_MS) return;
  upstream.inFlight = nextInFlight(upstream.inFlight, facts);
}

/** The limit after this step; null: as many as there are connections. */
export function nextInFlight(limit: number | null, facts: InFlightFacts): number | null {
  if (facts.ratio === null) return limit;
  const now = limit ?? facts.connections;
  const next = facts.ratio > TOLERANCE ? lowered(now, facts.ratio, facts) : raised(now, facts);
  return next >= facts.connections ? null : Math.max(Math.min(facts.least, facts.connections), next);
}

function lowered(now: number, ratio: number, { most }: InFlightFacts): number {
  const gradient = Math.max(0.5, TOLERANCE / ratio);
  return Math.min(now, Math.max(1, most)) * (1 - PACE * (1 - gradient));
}

const raised = (now: number, { mostTogether }: InFlightFacts): number =>
  mostTogether > now / 2 ? now + Math.sqrt(now) / 4 : now;

/** The limit in force at this moment: a little lower while the base is probed. Keeps the probe's hours. */
export function probed(
  upstream: UpstreamState,
  { nowMs, mostTogether, least }: InFlightFacts,
): number | null {
  const { inFlight } = upstream;
  if (inFlight === null || mostTogether < BUSY_SHARE * inFlight) return inFlight;
  if (nowMs >= upstream.nextProbeMs) {
    // The first one comes a whole time later: a limit that was just found is no base to probe.
    if (upstream.nextProbeMs > 0) upstream.probeUntilMs = nowMs + PROBE_MS;
    upstream.nextProbeMs = nowMs + PROBE_EVERY_MS;
  }
  return nowMs < upstream.probeUntilMs ? Math.max(least, inFlight * PROBE_SHARE) : inFlight;
}
