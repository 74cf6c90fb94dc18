/** Reads one line of an access log, whatever its format. Types of access-log.js. */

export type LogFormat = 'combined' | 'vhost' | 'json';

/** One request as the log tells it. All texts have one character a byte, as they came. */
export interface AccessLine {
  /** As written, perhaps with a port; null: the line names none. */
  host: string | null;
  /** Address of the client; null: not told. */
  client: string | null;
  /** Epoch ms. */
  timeMs: number;
  method: string;
  /** Path and query, unescaped, not normalised. */
  target: string;
  /** `HTTP/1.1`; '' where the line tells none. */
  protocol: string;
  /** 0: not told. */
  status: number;
  referer: string | null;
  agent: string | null;
  /** The gate's stamp; null: none. */
  stamp: string | null;
  /** How long the answer took; null: not told. */
  requestMs: number | null;
}

export interface LineParser {
  /** The same object each time; null for what is no line of an access log. Never throws. */
  parse(line: string): AccessLine | null;
  /** What most lines were; null before the first. */
  readonly format: LogFormat | null;
}

/** `combined`: with the stamp as last quoted field or without; `vhost`: the same with `host[:port]` in front. */
export function createLineParser(hint?: 'auto' | LogFormat): LineParser;
