/** The newest observations of a target or an upstream, bounded in number and age. */
import type { TargetFigures } from './target-health.ts';

/** `good`: an answer below 500. `empty`: a 200 without a body where one was due. `error`: 5xx, reset, time-out, malformed. */
export type Observation = 'good' | 'empty' | 'error';

export function observationOf(method: string, status: number, bodyBytes: number): Observation {
  if (status >= 500) return 'error';
  return isEmptyAnswer(method, status, bodyBytes) ? 'empty' : 'good';
}

/** Logins of programs are POSTs: of every method but those whose answers have no body by nature. */
export function isEmptyAnswer(method: string, status: number, bodyBytes: number): boolean {
  return status === 200 && bodyBytes === 0 && method !== 'HEAD' && method !== 'OPTIONS';
}

const SIZE = 128;
/** Older observations say nothing of the present. */
const WINDOW_MS = 30_000;

export class Samples {
  readonly #at = new Float64Array(SIZE);
  readonly #ms = new Float64Array(SIZE);
  readonly #kinds: Observation[] = new Array(SIZE).fill('good');
  #count = 0;
  errorsInRow = 0;

  add(kind: Observation, ms: number, nowMs: number): void {
    const i = this.#count++ % SIZE;
    this.#at[i] = nowMs;
    this.#ms[i] = ms;
    this.#kinds[i] = kind;
    this.errorsInRow = kind === 'error' ? this.errorsInRow + 1 : 0;
  }

  clear(): void {
    this.#count = 0;
    this.errorsInRow = 0;
  }

  figures(nowMs: number): TargetFigures & { p95Ms: number } {
    const times: number[] = [];
    let [answers, errors, empty] = [0, 0, 0];
    for (let i = Math.min(this.#count, SIZE) - 1; i >= 0; i--) {
      if (this.#at[i]! < nowMs - WINDOW_MS) continue;
      answers++;
      if (this.#kinds[i] === 'error') errors++;
      else times.push(this.#ms[i]!);
      if (this.#kinds[i] === 'empty') empty++;
    }
    times.sort((a, b) => a - b);
    return {
      answers,
      errorShare: answers === 0 ? 0 : errors / answers,
      emptyShare: answers === 0 ? 0 : empty / answers,
      errorsInRow: this.errorsInRow,
      p50Ms: quantile(times, 0.5),
      p95Ms: quantile(times, 0.95),
    };
  }
}

/** Nearest rank of sorted values; 0 of none. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
