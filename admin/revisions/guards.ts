/** Judges a revision by what its first gateways counted, against those that do not run it and against their own minute before. */
import { percentile } from './totals.ts';
import type { Guards, Sums } from './words.ts';

/**
 * `bad`: roll it back now. `doubtful`: it is worse, on few requests. `good`; `unknown`: too few requests for a word.
 */
export type Verdict =
  | { kind: 'bad' | 'doubtful'; reason: string }
  | { kind: 'good' | 'unknown'; detail: string };

/** Fewer forwarded requests say nothing. */
const LEAST_REQUESTS = 20;
/** So many failures more than the others’ share explains: at 1 % elsewhere, 4 of 100 come by chance once in 50 times. */
const LEAST_EXCESS = 3;
/** Taking a revision makes a gateway stand still for a moment: of so many answers those few are below the percentile. */
const LEAST_ANSWERS = 400;
/** Below this a rise in ms is noise, whatever its ratio. */
const LEAST_RISE_MS = 20;

/** `baselines`: the others meanwhile, and the same gateways before. The worse of them counts: what ails all is not the revision. */
export function judge(tried: Sums, baselines: readonly Sums[], guards: Guards): Verdict {
  if (tried.forwarded < LEAST_REQUESTS)
    return { kind: 'unknown', detail: `${tried.forwarded} requests are too few to judge it by` };
  const known = baselines.filter(({ forwarded }) => forwarded >= LEAST_REQUESTS);
  const verdicts = [
    shareVerdict('failed', 'of its requests failed', tried, known, guards.mostFailedShare),
    ...(known.length === 0
      ? []
      : [
          shareVerdict('unqueued', 'of its requests went unqueued', tried, known, guards.mostUnqueuedShare),
          latencyVerdict(tried, known, guards.mostLatencyRatio),
        ]),
  ];
  return (
    verdicts.find((verdict) => verdict?.kind === 'bad') ??
    verdicts.find((verdict) => verdict !== null) ?? {
      kind: 'good',
      detail: `${tried.forwarded} requests, ${percent(tried.failed / tried.forwarded)} failed`,
    }
  );
}

function shareVerdict(
  key: 'failed' | 'unqueued',
  words: string,
  tried: Sums,
  baselines: readonly Sums[],
  most: number,
): Verdict | null {
  const usual = Math.max(0, ...baselines.map((one) => one[key] / one.forwarded));
  const share = tried[key] / tried.forwarded;
  const excess = tried[key] - usual * tried.forwarded;
  if (share - usual <= most || excess < 1) return null;
  const reason = `${percent(share)} ${words} (${tried[key]} of ${tried.forwarded}), ${percent(usual)} elsewhere`;
  return { kind: excess >= LEAST_EXCESS ? 'bad' : 'doubtful', reason };
}

function latencyVerdict(tried: Sums, baselines: readonly Sums[], most: number): Verdict | null {
  const usual = Math.max(0, ...baselines.map((one) => percentile(one, 0.95) ?? 0));
  const p95 = percentile(tried, 0.95) ?? 0;
  if (usual === 0 || p95 <= usual * most || p95 - usual < LEAST_RISE_MS) return null;
  const reason = `95 % of its answers took up to ${Math.round(p95)} ms, ${Math.round(usual)} ms elsewhere`;
  return { kind: tried.forwarded >= LEAST_ANSWERS ? 'bad' : 'doubtful', reason };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
