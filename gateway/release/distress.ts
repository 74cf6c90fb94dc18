/**
 * Says whether an upstream suffers, and of what: each signal against its own limit, and the worst of them.
 *
 * Regimes: fewer than `leastAnswers` answers in the last seconds (nothing is concluded, what was decided is held); over a limit for
 * less than a second and a half (a pause of its garbage collector is no distress); over it for longer, or twice over it for a second
 * (it suffers); under 80 % of it again for three seconds (it has recovered).
 */
import type { ProtectionSettings } from '../../config/settings.ts';
import type { UpstreamState } from './state.ts';
import type { GaugeSums, Recent } from './window.ts';

const CONFIRMED_MS = 1_400;
const FAR_OVER_CONFIRMED_MS = 900;
const FAR_OVER = 2;
const RECOVERED_SHARE = 0.8;
const RECOVERED_MS = 3_000;
/** Share of what is asked for that may be shed, or may wait for a slot, before too many are inside. */
const SHED_SHARE = 0.02;
const QUEUED_SHARE = 0.5;
/** Who waits for a slot while answers come about as fast as ever waits for the bound, which grows, and not for the platform. */
const UNHURRIED = 1.2;
const CONNECTIONS_SHARE = 0.95;

export interface Pressure {
  signal: 'latency' | 'errors' | 'empty' | 'shed' | 'queue' | 'connections';
  value: number;
  limit: number;
}

export interface PressureFacts {
  recent: Recent | null;
  /** Of latency against the usual one; null: unknown. */
  ratio: number | null;
  gauges: GaugeSums;
  /** In force; null: none. */
  inFlight: number | null;
  connections: number;
  /** Usual share of empty answers. */
  usualEmptyShare: number;
}

/** Every signal that can be told, worst first. */
export function pressures(facts: PressureFacts, { distress }: ProtectionSettings): Pressure[] {
  const found: Pressure[] = [];
  const isOwnDoing = facts.ratio !== null && facts.ratio < UNHURRIED;
  const { recent, ratio, gauges, inFlight, connections } = facts;
  if (ratio !== null) found.push({ signal: 'latency', value: ratio, limit: distress.latencyTimes });
  if (recent) {
    const { answers, errors, empties, shed } = recent;
    found.push({ signal: 'errors', value: errors / answers, limit: distress.errorShare });
    if (facts.usualEmptyShare < distress.emptyShare / 2)
      found.push({ signal: 'empty', value: empties / answers, limit: distress.emptyShare });
    if (!isOwnDoing) found.push({ signal: 'shed', value: shed / (answers + shed), limit: SHED_SHARE });
    if (inFlight !== null && !isOwnDoing)
      found.push({ signal: 'queue', value: gauges.queued / inFlight, limit: QUEUED_SHARE });
  }
  found.push({ signal: 'connections', value: gauges.most / connections, limit: CONNECTIONS_SHARE });
  return found.sort((a, b) => over(b) - over(a));
}

/** Times its limit. A limit of 0 is over by anything at all. */
export const over = ({ value, limit }: { value: number; limit: number }): number =>
  limit > 0 ? value / limit : value > 0 ? FAR_OVER : 0;

/** Keeps the hours of distress; what is answered is whether it began or ended in this step. */
export function judge(upstream: UpstreamState, worst: Pressure, nowMs: number): 'began' | 'ended' | null {
  const times = over(worst);
  if (times < 1) upstream.overSinceMs = 0;
  else if (upstream.overSinceMs === 0) upstream.overSinceMs = nowMs;
  if (times >= RECOVERED_SHARE) upstream.wellSinceMs = 0;
  else if (upstream.wellSinceMs === 0) upstream.wellSinceMs = nowMs;
  return upstream.distress === null ? begins(upstream, worst, nowMs) : ends(upstream, worst, nowMs);
}

function begins(upstream: UpstreamState, worst: Pressure, nowMs: number): 'began' | null {
  if (upstream.overSinceMs === 0) return null;
  const enough = over(worst) >= FAR_OVER ? FAR_OVER_CONFIRMED_MS : CONFIRMED_MS;
  if (nowMs - upstream.overSinceMs < enough) return null;
  upstream.distress = { ...worst, sinceMs: nowMs };
  return 'began';
}

function ends(upstream: UpstreamState, worst: Pressure, nowMs: number): 'ended' | null {
  const { distress } = upstream;
  if (upstream.wellSinceMs === 0 || nowMs - upstream.wellSinceMs < RECOVERED_MS) {
    if (distress && over(worst) >= 1) Object.assign(distress, worst);
    return null;
  }
  upstream.distress = null;
  return 'ended';
}
