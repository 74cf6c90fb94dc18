/**
 * Whether the load was what it claims to be. It was not where the sender, and not what it was sent to, was the bottleneck:
 * - of all requests, one in a hundred was sent more than 100 ms late; or it was so, and five were, in more than a quarter of the
 *   windows of 5 s, and in two at least, for once may be a blink of the machine;
 * - a process took 95 % of its core, or more, in more than a tenth of the windows;
 * - more than 1 % of the visitors came a second or more after their time;
 * - a process ended before its time, or did not answer.
 */
import { BUSY_SHARE, LATE_MS } from './self-watch.ts';
import type { SelfWatch } from './worker-words.ts';

const LATE_WINDOWS_SHARE = 0.25;
const BUSY_WINDOWS_SHARE = 0.1;
const LEAST_LATE_WINDOWS = 2;
const BEHIND_SHARE = 0.01;

export interface Honest {
  /** 99th percentile of how late requests were sent. */
  delayP99Ms: number;
  processes: readonly SelfWatch[];
  /** A sentence each. */
  failures: readonly string[];
}

/** Sentences of what was wrong; none: the load was honest. */
export function judgeHonesty({ delayP99Ms, processes, failures }: Honest): string[] {
  const worst = (share: (seen: SelfWatch) => number) => Math.max(0, ...processes.map(share));
  const came = processes.reduce((sum, seen) => sum + seen.came, 0);
  const cameLate = processes.reduce((sum, seen) => sum + seen.cameLate, 0);
  const late = worst(({ windows, lateWindows }) =>
    lateWindows < LEAST_LATE_WINDOWS ? 0 : lateWindows / windows,
  );
  const busy = worst(({ windows, busyWindows }) => busyWindows / Math.max(1, windows));
  return [
    ...(delayP99Ms > LATE_MS
      ? [`one request in a hundred was sent ${Math.round(delayP99Ms)} ms late or more`]
      : []),
    ...(late > LATE_WINDOWS_SHARE
      ? [`requests were sent more than ${LATE_MS} ms late for ${percent(late)} of the time`]
      : []),
    ...(busy > BUSY_WINDOWS_SHARE
      ? [`a process that sends took ${BUSY_SHARE * 100} % of a core or more for ${percent(busy)} of the time`]
      : []),
    ...(came > 0 && cameLate / came > BEHIND_SHARE
      ? [`${percent(cameLate / came)} of the visitors came a second or more after their time`]
      : []),
    ...failures,
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
