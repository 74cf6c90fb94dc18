/** The W3C `traceparent` header, read strictly and written: what is not valid is as if it were not there. */
import { createTraceState, isSpanContextValid, type SpanContext } from '@opentelemetry/api';

const VERSION = '00';
/** `00-<32 hex>-<16 hex>-<2 hex>`. */
const LENGTH = 55;
/** Not defined by the specification. */
const NO_VERSION = 'ff';
/** The specification asks to pass on at least so much of `tracestate`. */
const MOST_STATE_CHARACTERS = 512;
const HEX = /^[0-9a-f]+$/;

/** Null: none, or not valid. A later version is read by its first four parts, as the specification asks. */
export function readTraceParent(parent: unknown, state: unknown): SpanContext | null {
  if (typeof parent !== 'string' || parent.length < LENGTH) return null;
  const [version = '', traceId = '', spanId = '', flags = ''] = parent.split('-', 5);
  if (version.length !== 2 || !HEX.test(version) || version === NO_VERSION) return null;
  if (version === VERSION ? parent.length !== LENGTH : parent[LENGTH] !== undefined && parent[LENGTH] !== '-')
    return null;
  if (flags.length !== 2 || !HEX.test(flags)) return null;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  const context: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  // Upper case is no trace id by the specification, but the library would take it.
  if (!HEX.test(traceId) || !HEX.test(spanId) || !isSpanContextValid(context)) return null;
  if (typeof state === 'string' && state !== '' && state.length <= MOST_STATE_CHARACTERS)
    context.traceState = createTraceState(state);
  return context;
}

export function writeTraceParent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `${VERSION}-${traceId}-${spanId}-0${traceFlags & 1}`;
}
