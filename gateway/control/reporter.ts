/** Reports once a second, one report at a time: what cannot be written in time is left out and counted, and nothing waits for it. */
import type { Log } from '../observe/logger.ts';
import type { ReportFigures } from '../observe/telemetry-metrics.ts';
import { createLastingTrouble } from './lasting-trouble.ts';
import type { ControlLink } from './link.ts';
import type { GatewayReport } from './words.ts';

export interface Reporter {
  start(): void;
  /** Somebody waits for what it will say: as soon as the one under way is written. */
  soon(): void;
  /** Resolves when the last one is written, or has failed. */
  stop(): Promise<void>;
}

export interface ReporterParts {
  link: Pick<ControlLink, 'report'>;
  make(): GatewayReport;
  /** Counted into. */
  figures: ReportFigures;
  log: Pick<Log, 'sample'>;
}

const REPORT_MS = 1_000;

export function createReporter({ link, make, figures, log }: ReporterParts): Reporter {
  const trouble = createLastingTrouble(log, 'reports', {
    began: 'reports do not reach the admin process in time and are left out; requests do not wait for them',
    over: 'reports reach the admin process again',
  });
  let underWay: Promise<void> | null = null;
  let isWanted = false;
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    try {
      await link.report(make());
      figures.sent++;
      if (!isLate) trouble.ended();
    } catch (error) {
      figures.failed++;
      trouble.happened(error);
    }
  }

  function send(): void {
    isWanted = isLate = false;
    underWay = write().finally(() => {
      underWay = null;
      if (isWanted) send();
    });
  }

  function skip(): void {
    isLate = true;
    figures.skipped++;
    trouble.happened(`a report takes longer than ${REPORT_MS} ms`);
  }

  return {
    start() {
      send();
      timer = setInterval(() => (underWay === null ? send() : skip()), REPORT_MS);
      timer.unref();
    },
    soon() {
      if (underWay === null) send();
      else isWanted = true;
    },
    async stop() {
      clearInterval(timer);
      isWanted = false;
      await underWay;
    },
  };
}
