/** A process's books of the requests that it sent: counts, latencies by kind, and what gates said by address. Bounded. */
import type { Histogram } from 'hdr-histogram-js';
import type { Answer, Asked } from '../client.ts';
import type { RequestCounts, RequestKind, StatesAtAddress } from '../load-words.ts';
import { isWaiting } from '../reading.ts';
import { newHistogram, packed, recordMs } from './latency.ts';

export interface RequestBooks {
  note(host: string, asked: Asked, answer: Answer): void;
  /** A request was sent so late. */
  noteDelay(lateMs: number): void;
  noteCame(): void;
  noteLogin(isAnswered: boolean): void;
  seen(): RequestsSeen;
  /** Percentile 99 of the delays of the last so many seconds; null: none. */
  delayHistogram(seconds: number): Histogram;
}

export interface RequestsSeen {
  requests: RequestCounts;
  lately: { came: number; requests: number; failed: number; latency: string; delay: string };
  latency: Record<string, string>;
  states: StatesAtAddress[];
  delay: string;
}

const ADDRESSES_KEPT = 1_000;
export const LATELY_SECONDS = 5;

export function createRequestBooks(prefix: string, nowMs: () => number): RequestBooks {
  const requests: RequestCounts = { sent: 0, failed: 0, emptyAnswers: 0, loginsTried: 0, loginsAnswered: 0 };
  const latency = new Map<string, Histogram>();
  const delay = newHistogram();
  const states = createStateBooks();
  const seconds = createSeconds(nowMs);
  const histogramOf = (name: string) => {
    const known = latency.get(name) ?? newHistogram();
    latency.set(name, known);
    return known;
  };
  return {
    note(host, asked, answer) {
      const second = seconds.now();
      const latencyMs = answer.toldAtMs - answer.dueAtMs;
      requests.sent += 1;
      second.requests += 1;
      if (isEmpty(answer, kindOf(asked, prefix), asked.path.startsWith(prefix))) requests.emptyAnswers += 1;
      if (isFailed(answer)) {
        requests.failed += 1;
        second.failed += 1;
      }
      for (const histogram of [histogramOf('all'), histogramOf(kindOf(asked, prefix)), second.latency])
        recordMs(histogram, latencyMs);
      if (!asked.path.startsWith(prefix)) states.count(host, asked.path, answer.state ?? 'none');
    },
    noteDelay(lateMs) {
      recordMs(delay, lateMs);
      recordMs(seconds.now().delay, lateMs);
    },
    noteCame() {
      seconds.now().came += 1;
    },
    noteLogin(isAnswered) {
      requests.loginsTried += 1;
      if (isAnswered) requests.loginsAnswered += 1;
    },
    delayHistogram: (last) => sumOf(seconds.last(last).map((second) => second.delay)),
    seen: () => ({
      requests: { ...requests },
      lately: latelyOf(seconds.last(LATELY_SECONDS)),
      latency: Object.fromEntries([...latency].map(([kind, histogram]) => [kind, packed(histogram)])),
      states: states.all(),
      delay: packed(delay),
    }),
  };
}

/** No answer, or a 5xx that is no wait. */
export function isFailed({ status, state }: Pick<Answer, 'status' | 'state'>): boolean {
  return status === 0 || (status >= 500 && !isWaiting(state));
}

/** A platform in trouble says 200 and nothing else. */
function isEmpty(answer: Answer, kind: RequestKind, isReserved: boolean): boolean {
  if (kind !== 'api' || isReserved) return false;
  return answer.status >= 200 && answer.status < 300 && answer.status !== 204 && answer.text() === '';
}

export function kindOf({ method, path, purpose }: Asked, prefix: string): RequestKind {
  if (path.startsWith(prefix))
    return path.endsWith('/tickets') ? 'join' : path.endsWith('/ticket') ? 'poll' : 'api';
  if (purpose === 'asset') return 'asset';
  if (purpose === 'ask') return 'api';
  return method === 'POST' ? 'form' : 'page';
}

function createStateBooks() {
  const addresses = new Map<string, { host: string; path: string; states: Record<string, number> }>();
  return {
    count(host: string, target: string, state: string): void {
      const path = target.split('?', 1)[0]!;
      const key = `${host} ${path}`;
      const known = addresses.get(key) ?? { host, path, states: {} };
      if (addresses.size >= ADDRESSES_KEPT && !addresses.has(key)) return;
      addresses.set(key, known);
      known.states[state] = (known.states[state] ?? 0) + 1;
    },
    all: () => [...addresses.values()],
  };
}

interface Second {
  at: number;
  came: number;
  requests: number;
  failed: number;
  latency: Histogram;
  delay: Histogram;
}

/** The one that goes on, and the last that are over; used again and again. */
function createSeconds(nowMs: () => number) {
  const ring: Second[] = Array.from({ length: LATELY_SECONDS + 1 }, () => ({
    ...{ at: -1, came: 0, requests: 0, failed: 0 },
    ...{ latency: newHistogram(), delay: newHistogram() },
  }));
  const now = (): Second => {
    const at = Math.floor(nowMs() / 1_000);
    const second = ring[at % ring.length]!;
    if (second.at === at) return second;
    Object.assign(second, { at, came: 0, requests: 0, failed: 0 });
    second.latency.reset();
    second.delay.reset();
    return second;
  };
  return {
    now,
    last(seconds: number): Second[] {
      const present = Math.floor(nowMs() / 1_000);
      return ring.filter(({ at }) => at >= Math.max(0, present - seconds) && at < present);
    },
  };
}

function sumOf(histograms: readonly Histogram[]): Histogram {
  const sum = newHistogram();
  for (const histogram of histograms) sum.add(histogram as typeof sum);
  return sum;
}

function latelyOf(seconds: readonly Second[]): RequestsSeen['lately'] {
  const sum = (name: 'came' | 'requests' | 'failed') =>
    seconds.reduce((total, second) => total + second[name], 0);
  return {
    ...{ came: sum('came'), requests: sum('requests'), failed: sum('failed') },
    latency: packed(sumOf(seconds.map(({ latency }) => latency))),
    delay: packed(sumOf(seconds.map(({ delay }) => delay))),
  };
}
