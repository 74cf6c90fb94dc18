/**
 * A process that sends watches itself, in windows of 5 s: how much of a core it took, and how late it sent. What a starved
 * sender measures says nothing of those who answered.
 */
import type { Histogram } from 'hdr-histogram-js';
import { percentileMs } from './latency.ts';
import type { RequestBooks } from './request-books.ts';
import type { SelfWatch } from './worker-words.ts';

export const WINDOW_SECONDS = 5;
export const BUSY_SHARE = 0.95;
export const LATE_MS = 100;
/** In a window with few requests one that was late is a blink, not a hundredth of what was sent. */
const LEAST_LATE = 5;
/** Who comes so late did not come by the schedule. */
const BEHIND_MS = 1_000;

export interface Watching {
  noteArrival(lateMs: number): void;
  seen(): SelfWatch;
  stop(): void;
}

export function watchSelf(books: Pick<RequestBooks, 'delayHistogram'>): Watching {
  const seen: SelfWatch = { windows: 0, busyWindows: 0, lateWindows: 0, cpuShare: 0, came: 0, cameLate: 0 };
  let lastCpu = process.cpuUsage();
  let lastMs = performance.now();
  const look = () => {
    const nowMs = performance.now();
    const cpu = process.cpuUsage(lastCpu);
    const cpuShare = (cpu.user + cpu.system) / 1_000 / (nowMs - lastMs);
    seen.windows += 1;
    if (cpuShare >= BUSY_SHARE) seen.busyWindows += 1;
    if (isLate(books.delayHistogram(WINDOW_SECONDS))) seen.lateWindows += 1;
    seen.cpuShare = Math.max(seen.cpuShare, cpuShare);
    lastCpu = process.cpuUsage();
    lastMs = nowMs;
  };
  const timer = setInterval(look, WINDOW_SECONDS * 1_000);
  return {
    noteArrival(lateMs) {
      seen.came += 1;
      if (lateMs > BEHIND_MS) seen.cameLate += 1;
    },
    seen: () => ({ ...seen }),
    stop: () => clearInterval(timer),
  };
}

/** Whether of what a window sent one in a hundred, and five at least, was late. */
export function isLate(delays: Histogram): boolean {
  const percentile = Math.min(99, 100 * (1 - LEAST_LATE / delays.totalCount));
  return delays.totalCount >= LEAST_LATE && (percentileMs(delays, percentile) ?? 0) > LATE_MS;
}
