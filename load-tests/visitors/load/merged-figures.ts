/** What all processes of a load saw, as one. */
import type { GeneratorReport } from '../../rehearse/report-words.ts';
import type {
  LatelySeen,
  LoadFigures,
  RequestCounts,
  StatesAtAddress,
  VisitorCounts,
} from '../load-words.ts';
import { judgeHonesty } from './honesty.ts';
import { latencyOf, merged, percentileMs } from './latency.ts';
import { LATELY_SECONDS } from './request-books.ts';
import { addCounts, noVisitors } from './tally.ts';
import type { Seen } from './worker-words.ts';

export interface Whole {
  seen: readonly Seen[];
  processes: number;
  atSeconds: number;
  realSeconds: number;
  /** What went wrong with processes, a sentence each. */
  failures: readonly string[];
}

export function mergedFigures({ seen, processes, atSeconds, realSeconds, failures }: Whole): LoadFigures {
  const groups = sumGroups(seen);
  const visitors = Object.values(groups).reduce(addCounts, noVisitors());
  const requests = sumRequests(seen);
  const latencyMs = latencies(seen);
  const delay = merged(seen.map((one) => one.delay));
  const at = (percentile: number) => percentileMs(delay, percentile) ?? 0;
  const delayMs = { p50: at(50), p99: at(99), most: at(100) };
  const invalidBecause = judgeHonesty({
    delayP99Ms: delayMs.p99,
    processes: seen.map(({ self }) => self),
    failures,
  });
  const generator: GeneratorReport = {
    isHonest: invalidBecause.length === 0,
    delayMs,
    cpuShare: Math.max(0, ...seen.map(({ self }) => self.cpuShare)),
    processes,
    visitors: visitors.came,
    mostAtOnce: seen.reduce((sum, one) => sum + one.mostAtOnce, 0),
    requests: requests.sent,
    latencyMs,
  };
  const lately = latelyOf(seen, Math.min(LATELY_SECONDS, realSeconds));
  const states = sumStates(seen);
  return { atSeconds, visitors, groups, requests, lately, latencyMs, states, generator, invalidBecause };
}

function sumGroups(seen: readonly Seen[]): Record<string, VisitorCounts> {
  const groups: Record<string, VisitorCounts> = {};
  for (const one of seen)
    for (const [name, counts] of Object.entries(one.groups))
      groups[name] = addCounts(groups[name] ?? noVisitors(), counts);
  return groups;
}

function sumRequests(seen: readonly Seen[]): RequestCounts {
  const sum = { sent: 0, failed: 0, emptyAnswers: 0, loginsTried: 0, loginsAnswered: 0 };
  for (const { requests } of seen)
    for (const name of Object.keys(sum) as Array<keyof RequestCounts>) sum[name] += requests[name];
  return sum;
}

function latencies(seen: readonly Seen[]): LoadFigures['latencyMs'] {
  const kinds = new Set(seen.flatMap(({ latency }) => Object.keys(latency)));
  const of = (kind: string) => merged(seen.flatMap(({ latency }) => latency[kind] ?? []));
  return Object.fromEntries([...kinds].map((kind) => [kind, latencyOf(of(kind))]));
}

function latelyOf(seen: readonly Seen[], seconds: number): LatelySeen {
  const sum = (name: 'came' | 'requests' | 'failed') =>
    seen.reduce((total, { lately }) => total + lately[name], 0);
  const requests = sum('requests');
  return {
    ...{ seconds, came: sum('came'), requests },
    failedShare: requests === 0 ? null : sum('failed') / requests,
    p95Ms: percentileMs(merged(seen.map(({ lately }) => lately.latency)), 95),
    delayP99Ms: percentileMs(merged(seen.map(({ lately }) => lately.delay)), 99),
  };
}

function sumStates(seen: readonly Seen[]): StatesAtAddress[] {
  const addresses = new Map<string, { host: string; path: string; states: Record<string, number> }>();
  for (const { host, path, states } of seen.flatMap((one) => one.states)) {
    const key = `${host} ${path}`;
    const known = addresses.get(key) ?? { host, path, states: {} };
    addresses.set(key, known);
    for (const [state, count] of Object.entries(states))
      known.states[state] = (known.states[state] ?? 0) + count;
  }
  return [...addresses.values()];
}
