/** Spans of requests by the OpenTelemetry SDK: one of the gate for each request, one within it for what the platform did. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createTraceExport } from './trace-export.ts';
import { readTraceParent, writeTraceParent } from './trace-parent.ts';
import type { EndedRequest, RequestTrace, Traces } from './traces.ts';

/** Unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say otherwise. */
const SERVICE = 'headgate';
const CLOSE_MS = 2_000;
const SERVER_ERROR = 500;
const CLIENT_ERROR = 400;

/** Sampler, resource, endpoint and headers come from the environment, read by the SDK itself. */
export function createTraces(version: string): Traces {
  const { processor, figures, shutdown } = createTraceExport();
  const named = resourceFromAttributes({ 'service.name': SERVICE, 'service.version': version });
  const resource = defaultResource()
    .merge(named)
    .merge(detectResources({ detectors: [envDetector] }));
  const tracer = new BasicTracerProvider({ resource, spanProcessors: [processor] }).getTracer('headgate');

  const begin = (headers: IncomingHttpHeaders): RequestTrace => {
    const parent = readTraceParent(headers.traceparent, headers.tracestate);
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, context);
    const within = trace.setSpan(context, span);
    let atPlatform: Span | null = null;
    return {
      sent(upstream) {
        atPlatform = startAtPlatform(upstream, within);
        return carried(atPlatform, headers.tracestate !== undefined);
      },
      answered: (outcome) => atPlatform && endAtPlatform(atPlatform, outcome),
      ended: (facts) => endRequest(span, facts),
    };
  };

  const startAtPlatform = (upstream: string, within: Context) =>
    tracer.startSpan(
      upstream,
      { kind: SpanKind.CLIENT, attributes: { 'headgate.upstream': upstream } },
      within,
    );

  return { begin, figures, close: () => shutdown(CLOSE_MS) };
}

/** An inbound `tracestate` of a trace that was not continued must not stay with the new one. */
function carried(span: Span, hadState: boolean): readonly string[] {
  const context = span.spanContext();
  const state = context.traceState?.serialize() ?? '';
  const headers = ['traceparent', writeTraceParent(context)];
  return state !== '' || hadState ? [...headers, 'tracestate', state] : headers;
}

function endAtPlatform(span: Span, outcome: { status: number | null; failure: string | null }): void {
  if (outcome.status !== null) span.setAttribute('http.response.status_code', outcome.status);
  if (outcome.failure !== null) span.setAttribute('error.type', outcome.failure);
  // A client's span is an error from 400 up, a server's from 500 up: so the semantic conventions.
  if (outcome.failure !== null || (outcome.status ?? 0) >= CLIENT_ERROR)
    span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function endRequest(span: Span, facts: EndedRequest): void {
  if (span.isRecording()) {
    span.updateName(`${facts.method} ${facts.route}`);
    span.setAttributes({
      'http.request.method': facts.method,
      'http.route': facts.route,
      'http.response.status_code': facts.status,
      'headgate.state': facts.state,
      'headgate.class': facts.class,
      ...(facts.room !== null && { 'headgate.room': facts.room }),
      ...(facts.rule !== null && { 'headgate.rule': facts.rule }),
    });
    if (facts.status >= SERVER_ERROR) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
