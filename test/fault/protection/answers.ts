/** What visitors were told, request by request, as they saw it: how long it took, and how it ended. */
import type { Answer, Asked } from '../../../load-tests/visitors/client.ts';
import { percentile } from '../control/steady-visitors.ts';

export interface Told {
  /** Of `performance.now()`, when it was asked. */
  atMs: number;
  tookMs: number;
  status: number;
  state: string | null;
  path: string;
}

export interface Answers {
  readonly all: readonly Told[];
  /** For `onAnswer` of visitors. */
  note(asked: Asked, answer: Answer): void;
  /** Pages of the platform that came well, or not, asked between two times. */
  served(fromMs: number, untilMs: number): readonly Told[];
  /** Percentile of the time that they took; NaN where there are none. */
  servedMs(share: number, fromMs: number, untilMs: number): number;
  /** How often each `headgate-state` came (`none` without one), with the status where it is a failure's. */
  tally(fromMs: number, untilMs: number): Record<string, number>;
}

/** Sent on to the platform, or asked without a gate. */
const SERVED = new Set(['admitted', 'allowed', 'bypassed', 'observed', null]);

export function noteAnswers(): Answers {
  const all: Told[] = [];
  const within = (fromMs: number, untilMs: number) =>
    all.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
  const served = (fromMs: number, untilMs: number) =>
    within(fromMs, untilMs).filter(
      ({ state, path, status }) => SERVED.has(state) && status > 0 && !path.startsWith('/.headgate'),
    );
  return {
    all,
    note({ path }, { askedAtMs, toldAtMs, status, state }) {
      all.push({ atMs: askedAtMs, tookMs: toldAtMs - askedAtMs, status, state, path });
    },
    served,
    servedMs(share, fromMs, untilMs) {
      const took = served(fromMs, untilMs).map(({ tookMs }) => tookMs);
      return percentile(took, share);
    },
    tally(fromMs, untilMs) {
      const counts: Record<string, number> = {};
      for (const { state, status } of within(fromMs, untilMs)) {
        const what = `${state ?? 'none'}${status >= 500 || status === 0 ? ` ${status}` : ''}`;
        counts[what] = (counts[what] ?? 0) + 1;
      }
      return counts;
    },
  };
}
