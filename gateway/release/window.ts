/** Lays the windows of all gateways together: sums of a step, what is known of the last seconds, and the gauges that each gateway said last. */
import type { ControllerState, StepSums, UpstreamState } from './state.ts';
import type { Evidence, RouteSample, UpstreamSample } from './words.ts';

/** What is older says nothing of now. */
const KEPT_MS = 4_500;
const SILENT_MS = 5_000;
/** A gateway that is gone may come back; its windows then count from where they were. */
const FORGOTTEN_MS = 600_000;

/** Only windows that were not weighed before; notes them. */
export function freshEvidence(
  state: ControllerState,
  evidence: readonly Evidence[],
  nowMs: number,
): Evidence[] {
  for (const [gateway, { atMs }] of Object.entries(state.windows)) {
    if (nowMs - atMs > FORGOTTEN_MS) delete state.windows[gateway];
  }
  return evidence.filter(({ gateway, window }) => {
    const last = state.windows[gateway];
    // After a silence a smaller number is a gateway that began anew under its old name.
    if (last && window <= last.window && nowMs - last.atMs < SILENT_MS) return false;
    state.windows[gateway] = { window, atMs: nowMs };
    return true;
  });
}

export function samplesOf(upstream: string, evidence: readonly Evidence[]): [string, UpstreamSample][] {
  return evidence.flatMap(({ gateway, upstreams }) => {
    const sample = upstreams[upstream];
    return sample ? [[gateway, sample] as [string, UpstreamSample]] : [];
  });
}

/** Route samples of several windows as one: counts are added. */
export function mergeRoutes(samples: readonly UpstreamSample[]): Map<string, RouteSample> {
  const merged = new Map<string, RouteSample>();
  for (const sample of samples) {
    for (const route of sample.routes) {
      const other = merged.get(route.route);
      merged.set(route.route, other ? added(other, route) : route);
    }
  }
  return merged;
}

function added(a: RouteSample, b: RouteSample): RouteSample {
  return {
    ...a,
    answers: a.answers + b.answers,
    errors: a.errors + b.errors,
    empties: a.empties + b.empties,
    totalMs: a.totalMs + b.totalMs,
    latency: a.latency.map((count, i) => count + (b.latency[i] ?? 0)),
  };
}

/** Puts down what the gateways said last; a gateway that fell silent has nothing in flight that we know of. */
export function noteGauges(
  upstream: UpstreamState,
  samples: readonly [string, UpstreamSample][],
  nowMs: number,
): void {
  for (const [gateway, { inFlight, queued, connections }] of samples) {
    upstream.gauges[gateway] = {
      atMs: nowMs,
      mean: Math.min(inFlight.mean, inFlight.most),
      most: Math.max(inFlight.most, inFlight.now),
      queued,
      connections,
    };
  }
  for (const [gateway, { atMs }] of Object.entries(upstream.gauges)) {
    if (nowMs - atMs > SILENT_MS) delete upstream.gauges[gateway];
  }
}

export interface GaugeSums {
  /** Never less than what was in flight at any one moment: the sum of what each gateway had at most. */
  most: number;
  /**
   * About what was in flight at most: Σ mean + √Σ (most − mean)². Gateways have their most at different moments; the sum of it grows
   * with their number where the platform has no more to do.
   */
  mostTogether: number;
  queued: number;
  connections: number;
}

export function gaugeSums(upstream: UpstreamState): GaugeSums {
  const sums = { most: 0, queued: 0, connections: 0 };
  let [means, squares] = [0, 0];
  for (const { mean, most, queued, connections } of Object.values(upstream.gauges)) {
    means += mean;
    squares += (most - mean) ** 2;
    sums.most += most;
    sums.queued += queued;
    sums.connections += connections;
  }
  return { ...sums, mostTogether: means + Math.sqrt(squares) };
}

export function noteStep(upstream: UpstreamState, sums: StepSums): void {
  upstream.steps = [...upstream.steps.filter(({ atMs }) => sums.atMs - atMs < KEPT_MS), sums];
}

export interface Recent extends StepSums {
  /** Length of what was summed up, ms. */
  spanMs: number;
}

/**
 * The newest steps that hold enough answers to conclude anything: at least `leastMs` of them, more while answers are few. Null: too few
 * came in the last seconds, and whatever was decided before is held.
 */
export function recent(
  upstream: UpstreamState,
  nowMs: number,
  leastAnswers: number,
  leastMs: number,
): Recent | null {
  const sums: Recent = {
    atMs: nowMs,
    spanMs: 0,
    answers: 0,
    errors: 0,
    empties: 0,
    tookMs: 0,
    usualMs: 0,
    shed: 0,
    busyMs: 0,
  };
  for (let i = upstream.steps.length - 1; i >= 0; i--) {
    if (sums.spanMs >= leastMs && sums.answers >= leastAnswers) break;
    const one = upstream.steps[i]!;
    for (const key of ['answers', 'errors', 'empties', 'tookMs', 'usualMs', 'shed', 'busyMs'] as const)
      sums[key] += one[key];
    // A step covers the time since the one before it.
    const before = upstream.steps[i - 1]?.atMs ?? one.atMs - 500;
    sums.spanMs = nowMs - before;
  }
  return sums.answers >= leastAnswers ? sums : null;
}
