/** What an upstream looks like from outside: for ready, metrics, and the controller's signals. */
import type { Upstream } from './upstream.ts';
import type { FailureKind } from './words.ts';

export interface TargetReport {
  url: string;
  status: 'up' | 'ejected' | 'down';
  reason: string | null;
  weight: number;
  /** Weight with health and ramp counted in. */
  effectiveWeight: number;
  outstanding: number;
  connections: number;
}

export interface UpstreamFigures {
  status: 'ok' | 'degraded' | 'down';
  connections: number;
  /** Slots taken, those kept for aborted requests included. */
  inFlight: number;
  waiting: number;
  /** Since the start. */
  answers: number;
  failures: Partial<Record<FailureKind, number>>;
  /** Of the newest answers, at most 128 and 30 s old; times are to the answer's head. */
  window: { answers: number; errorShare: number; emptyShare: number; p50Ms: number; p95Ms: number };
  targets: TargetReport[];
}

export function describeUpstream(upstream: Upstream, nowMs: number): UpstreamFigures {
  const { answers, errorShare, emptyShare, p50Ms, p95Ms } = upstream.samples.figures(nowMs);
  return {
    status: upstream.status,
    connections: upstream.targets.reduce((sum, target) => sum + target.connectionsNow, 0),
    inFlight: upstream.slots.used,
    waiting: upstream.slots.waiting,
    answers: upstream.answers,
    failures: { ...upstream.failures },
    window: { answers, errorShare, emptyShare, p50Ms, p95Ms },
    targets: upstream.targets.map((target) => ({
      url: target.url,
      status: target.state.status,
      reason: target.state.reason,
      weight: target.weight,
      effectiveWeight: target.effectiveWeight,
      outstanding: target.outstanding,
      connections: target.connectionsNow,
    })),
  };
}
