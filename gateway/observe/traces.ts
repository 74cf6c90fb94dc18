/** Traces of requests, where the usual OTEL_… variables ask for them; without them nothing of it is even loaded. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Log } from './logger.ts';

/** One request on its way; every call is cheap, and none throws. */
export interface RequestTrace {
  /** The request goes to the platform now: headers (flat name, value) that carry the trace on. */
  sent(upstream: string): readonly string[];
  /** What came of that. */
  answered(outcome: { status: number | null; failure: string | null }): void;
  /** The visitor has the answer. Nothing else of the request is told. */
  ended(facts: EndedRequest): void;
}

export interface EndedRequest {
  method: string;
  /** Path with ids folded, or the rule's name: never a path as sent. */
  route: string;
  rule: string | null;
  room: string | null;
  class: string;
  /** `headgate-state`. */
  state: string;
  status: number;
}

export interface Traces {
  begin(headers: IncomingHttpHeaders): RequestTrace;
  figures(): TraceFigures;
  /** Sends what is left, for at most 2 s. Never rejects. */
  close(): Promise<void>;
}

export interface TraceFigures {
  sent: number;
  /** The queue was full, or the collector took them not. */
  dropped: number;
}

/** Null: nobody wants traces, or what they want cannot be had (told in the log). Never rejects. */
export async function openTraces(
  env: NodeJS.ProcessEnv,
  version: string,
  log: Pick<Log, 'say'>,
): Promise<Traces | null> {
  const wanted = tracesWanted(env);
  if (wanted.kind === 'no') return null;
  if (wanted.kind === 'unknown') {
    log.say('warn', { exporter: wanted.exporter }, 'no traces: this exporter is not known (otlp or none)');
    return null;
  }
  try {
    const { createTraces } = await import('./trace-spans.ts');
    return createTraces(version);
  } catch (error) {
    log.say('error', { error: String(error) }, 'no traces: they could not be set up');
    return null;
  }
}

type Wanted = { kind: 'no' } | { kind: 'yes' } | { kind: 'unknown'; exporter: string };

/** By the OpenTelemetry specification; but where nothing names an endpoint nothing is sent to a default one. */
export function tracesWanted(env: NodeJS.ProcessEnv): Wanted {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return { kind: 'no' };
  const exporter = env.OTEL_TRACES_EXPORTER?.trim() ?? '';
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT || '';
  if (exporter === 'none' || (exporter === '' && endpoint === '')) return { kind: 'no' };
  return exporter === '' || exporter === 'otlp' ? { kind: 'yes' } : { kind: 'unknown', exporter };
}
