/** The way of spans out of the process: gathered, sent in the background, bounded, and counted where they are dropped. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { TraceFigures } from './traces.ts';

/** Spans that wait or are being sent; about 1 KB each. */
const MOST_SPANS = 4_096;
const SUCCESS = 0;

export interface TraceExport {
  processor: SpanProcessor;
  figures(): TraceFigures;
  /** Sends what is left; gives up after `withinMs`. Never rejects. */
  shutdown(withinMs: number): Promise<void>;
}

export function createTraceExport(exporter: SpanExporter = new OTLPTraceExporter()): TraceExport {
  const figures: TraceFigures = { sent: 0, dropped: 0 };
  let held = 0;
  const counting = countingExporter(exporter, (spans, isSent) => {
    held -= spans;
    if (isSent) figures.sent += spans;
    else figures.dropped += spans;
  });
  // Its queue is larger than what we let in, so that nothing is dropped where we do not count.
  const batch = new BatchSpanProcessor(counting, { maxQueueSize: MOST_SPANS + 1 });
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd(span) {
      if (!isSampled(span)) return;
      if (held >= MOST_SPANS) {
        figures.dropped++;
        return;
      }
      held++;
      batch.onEnd(span);
    },
    forceFlush: () => batch.forceFlush(),
    shutdown: () => batch.shutdown(),
  };
  return {
    processor,
    figures: () => ({ ...figures }),
    shutdown: (withinMs) => within(batch.shutdown(), withinMs),
  };
}

function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & 1) === 1;
}

function countingExporter(exporter: SpanExporter, settled: (spans: number, isSent: boolean) => void) {
  const counting: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        settled(spans.length, result.code === SUCCESS);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
  return counting;
}

async function within(done: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  // A collector that is not there is no reason not to end.
  await Promise.race([done.catch(() => {}), late]);
  clearTimeout(timer);
}
