/** Metrics of what is told to others in the background: what was sent, and what was dropped before it could delay a request. */
import { Counter, type Registry } from 'prom-client';
import type { TraceFigures } from './traces.ts';

/** Reports to the admin process since the start of this one, by what became of them. */
export interface ReportFigures {
  sent: number;
  failed: number;
  /** Not even made: the one before was still under way. */
  skipped: number;
}

export function registerSpans(registers: Registry[], figures: () => TraceFigures): void {
  registerOutcomes(registers, figures, {
    name: 'headgate_trace_spans_total',
    help: 'Spans sent to the collector of traces, and dropped because it took them not or too slowly',
  });
}

export function registerReports(registers: Registry[], figures: ReportFigures): void {
  registerOutcomes(registers, () => figures, {
    name: 'headgate_reports_total',
    help: 'Reports to the admin process: sent, failed, and skipped because the one before was still under way',
  });
}

function registerOutcomes(
  registers: Registry[],
  figures: () => TraceFigures | ReportFigures,
  words: { name: string; help: string },
): void {
  new Counter({
    ...{ ...words, labelNames: ['outcome'], registers },
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(figures())) this.inc({ outcome }, count);
    },
  });
}
