/** The observer: stands inside a platform, tells which requests came through the gate, and can refuse those that did not. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Observation } from './words.d.ts';

export type { Observation, ObservedAddress, WrongStamps } from './words.d.ts';

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** A stamp key as it is on disk, or its two fields that count. */
export interface StampJwk {
  kid: string;
  /** At least 32 bytes, base64url. */
  k: string;
}

export interface ObserverOptions {
  /** The gate's keys: a folder or files `<kid>.stamp.jwk`, read again each minute, or the keys themselves. */
  stampKeys: string | readonly string[] | readonly StampJwk[];
  /** Public keys of passes, `https://<gate>/.headgate/jwks.json`. Without it a pass proves nothing. */
  jwksUrl?: string;
  /** Whether what came around the gate is answered with 403; default false. */
  refuse?: boolean;
  /** Paths that may be asked straight: `/health`, or `/health/*` for all below it as well. */
  allow?: readonly string[];
  /** Address of the admin API, `http://127.0.0.1:8081`. Without it nothing is reported: `figures()` has it all. */
  reportTo?: string;
  token?: string;
  /** Holds the token; read for each report, so that a new one is taken up. */
  tokenFile?: string;
  everySeconds?: number;
  /** What `observer` reads in the reports; by default made at the start. */
  name?: string;
  /** Where something between gate and platform changes `Host`: the host that the gate stamps. */
  host?: string | ((request: AnyRequest) => string);
  /** Keys the tags of networks; by default made at the start. Observers that share it give a network the same tag. */
  networkKey?: string | Uint8Array;
  /** So many proxies stand in front and append to `X-Forwarded-For`; true: one. By default the header is not believed. */
  trustProxy?: boolean | number;
  /** Of the gate's cookies (`cookies.prefix`); default `hg`. */
  cookiePrefix?: string;
  fetch?: typeof globalThis.fetch;
  /** Epoch ms. */
  now?: () => number;
  /** Called with each verdict, once it is certain; what it throws is told to `log` and changes nothing. */
  onVerdict?: (verdict: Verdict, request: AnyRequest) => void;
  /** Told once when something goes wrong and once when it is well again; default standard error. */
  log?: (line: string) => void;
}

export type Gated = 'stamped' | 'passed' | 'unstamped' | 'allowed' | 'unknown';

export interface Verdict {
  /** How the request came: `stamped` and `passed` through the gate, `unknown` where keys could not be read. */
  kind: Gated;
  /** What was wrong with its stamp; null: nothing, or there was none. */
  wrong: 'malformed' | 'unknownKey' | 'forged' | 'clock' | null;
  /** By the stamp, else by the pass; null: of none. */
  room: string | null;
  /** Whether it is to be answered with 403. */
  isRefused: boolean;
}

/** The window of the next report, and what was counted since the start. */
export interface Figures extends Observation {
  totals: Pick<
    Observation,
    'requests' | 'stamped' | 'passed' | 'unstamped' | 'allowed' | 'unknown' | 'refused' | 'wrong'
  >;
  reports: { sent: number; failed: number };
}

export interface Observer {
  /** For Express, Connect and `node:http`. */
  middleware(request: AnyRequest, response: AnyResponse, next: (error?: unknown) => void): void;
  /** A plugin for `app.register`; it holds for the whole app. */
  fastify(app: unknown, options: unknown, done: (error?: Error) => void): void;
  /** For upgrades (WebSockets), which no middleware sees: whether to go on; if not, it was answered with 403. */
  upgrade(request: AnyRequest, socket: Duplex): boolean;
  /** Counts a request and tells at once how it came. */
  observe(request: AnyRequest): Verdict;
  /** The same; looks first for keys that are newer than those it knows, where that could change the verdict. */
  judge(request: AnyRequest): Promise<Verdict>;
  /** Resolves when the keys were read for the first time, or could not be read. */
  readonly ready: Promise<void>;
  figures(): Figures;
  /** Ends the reports; the middleware goes on counting. */
  stop(): void;
}

/** Throws a TypeError that names the option and what it must be. */
export function createObserver(options: ObserverOptions): Observer;

/** The path with its ids folded, as reports name it. */
export function pathShape(path: string): string;
