/** When a scenario begins, where its configuration opens rooms by the clock: far enough ahead that the stage stands by then. */
import { placedInTime } from '../rehearse/scenario/placed-in-time.ts';
import { isPlain, type Plain } from './stage-config.ts';

export interface Begin {
  /** Epoch ms; null: nothing in the configuration depends on it. */
  atMs(): number | null;
  /** With the scenario's times as times of the clock. */
  placed(config: Plain): Plain;
  /** Whether it would be over before visitors can be sent; then it is put off, and the configuration must be placed anew. */
  isLate(): boolean;
}

export interface BeginOptions {
  compress: number;
  opensAtSeconds?: number;
}

const AHEAD_MS = 6_000;
/** Visitors' processes start within it. */
const SENDERS_MS = 1_500;
/** A configuration that is written anew is taken up within it, too. */
const PUT_OFF_MS = 4_000;

export function createBegin(config: Plain, { compress, opensAtSeconds = 0 }: BeginOptions): Begin {
  const matters = JSON.stringify(config).match(/"(opensAt|maintenance)"/) !== null;
  let atMs = Date.now() + AHEAD_MS;
  return {
    atMs: () => (matters ? atMs : null),
    placed: (written) => placedInTime(undated(written, opensAtSeconds), atMs, compress),
    isLate() {
      if (!matters || Date.now() + SENDERS_MS <= atMs) return false;
      atMs = Date.now() + PUT_OFF_MS;
      return true;
    },
  };
}

/** A launch that is planned for a day of the calendar is played now. */
function undated(config: Plain, opensAtSeconds: number): Plain {
  if (!Array.isArray(config.launches)) return config;
  const isDate = (text: unknown) => typeof text === 'string' && /^\d{4}-\d\d-\d\d/.test(text);
  const launches = config.launches.map((launch) =>
    isPlain(launch) && isDate(launch.opensAt) ? { ...launch, opensAt: opensAtSeconds } : launch,
  );
  return { ...config, launches };
}
