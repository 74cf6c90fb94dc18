/** Tells the log of troubles without flooding it: a line when one begins or shows another side, one each 10 s while it lasts, one when it is over. */
import type { StoreLog } from './embedded.ts';

export interface Troubles {
  /** It has begun, and lasts until `ended`. */
  began(kind: string, message: string): void;
  ended(kind: string): void;
  /** It happened; it is over when it has not happened for 3 s. */
  happened(kind: string, message: string): void;
  /** Looks at the time; runs by itself while there is a trouble. */
  look(): void;
  stop(): void;
}

interface Trouble {
  message: string;
  /** Every message that was told of it. */
  told: Set<string>;
  sinceMs: number;
  lastMs: number;
  toldMs: number;
  times: number;
  isLasting: boolean;
}

const EVERY_MS = 10_000;
const QUIET_MS = 3_000;
const LOOK_MS = 1_000;
/** Sides of one trouble that are told at once. */
const MOST_SIDES = 5;

export function createTroubles(log: StoreLog, nowMs = () => performance.now()): Troubles {
  const troubles = new Map<string, Trouble>();
  let timer: NodeJS.Timeout | undefined;

  function met(kind: string, message: string, isLasting: boolean): void {
    const now = nowMs();
    const known = troubles.get(kind);
    if (known) {
      Object.assign(known, { message, lastMs: now, times: known.times + 1, isLasting });
      if (!known.told.has(message) && known.told.size < MOST_SIDES) tell(kind, known);
      return;
    }
    const trouble = {
      message,
      told: new Set<string>(),
      sinceMs: now,
      lastMs: now,
      toldMs: now,
      times: 1,
      isLasting,
    };
    troubles.set(kind, trouble);
    tell(kind, trouble);
    timer ??= setInterval(look, LOOK_MS).unref();
  }

  function tell(kind: string, { told, message }: Trouble): void {
    told.add(message);
    log('error', { kind }, message);
  }

  function look(): void {
    for (const [kind, trouble] of troubles) lookAt(kind, trouble, nowMs());
    if (troubles.size === 0) stop();
  }

  function lookAt(kind: string, trouble: Trouble, now: number): void {
    const { message, times, sinceMs, toldMs, lastMs, isLasting } = trouble;
    const seconds = Math.round((now - sinceMs) / 1000);
    if (!isLasting && now - lastMs >= QUIET_MS) {
      troubles.delete(kind);
      log('info', { kind, seconds, times }, `over after ${seconds} s: ${message}`);
    } else if (now - toldMs >= EVERY_MS) {
      trouble.toldMs = now;
      log('error', { kind, seconds, times }, `for ${seconds} s now: ${message}`);
    }
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    began: (kind, message) => met(kind, message, true),
    ended(kind) {
      const trouble = troubles.get(kind);
      if (trouble?.isLasting) Object.assign(trouble, { isLasting: false, lastMs: nowMs() });
    },
    happened: (kind, message) => met(kind, message, false),
    look,
    stop,
  };
}
