/** An observer that reads an access log. Types of log-observer.js. */
import type { LogFormat } from './access-log.js';
import type { Observation } from './words.d.ts';

export interface LogObserverOptions {
  /** Address of the admin API, `http://127.0.0.1:8081`. */
  reportTo: string;
  token?: string;
  /** Holds the token; read for each report. */
  tokenFile?: string;
  /** The gate's keys: a folder or files `<kid>.stamp.jwk`. Without them whatever looks like a stamp counts as one. */
  stampKeys?: string | readonly string[];
  /** Of lines that name none. */
  host?: string | null;
  format?: 'auto' | LogFormat;
  /** Paths that may be asked straight: `/health`, or `/health/*`. */
  allow?: readonly string[];
  everySeconds?: number;
  /** What `observer` reads in the reports; by default made at the start. */
  name?: string;
  /** Keys the tags of networks; by default made at the start. */
  networkKey?: string | Uint8Array;
  fetch?: typeof globalThis.fetch;
  /** Epoch ms. */
  now?: () => number;
  log?: (line: string) => void;
}

export interface LogFigures extends Observation {
  totals: Pick<Observation, 'requests' | 'stamped' | 'unstamped' | 'allowed' | 'unknown' | 'wrong'>;
  skipped: { malformed: number; withoutHost: number };
  reports: { sent: number; failed: number };
}

export interface LogObserver {
  take(line: string): void;
  ready: Promise<void>;
  figures(): LogFigures;
  stop(): void;
}

export function createLogObserver(options: LogObserverOptions): LogObserver;
