/** One report is under way at a time; what is late or lost is counted, told once, and waited for by nobody. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReporter, type Reporter } from '../../gateway/control/reporter.ts';
import type { GatewayReport } from '../../gateway/control/words.ts';
import type { ReportFigures } from '../../gateway/observe/telemetry-metrics.ts';
import { report } from './reports.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const BEGAN =
  'warn reports do not reach the admin process in time and are left out; requests do not wait for them';
const OVER = 'info reports reach the admin process again';

interface Stage {
  reporter: Reporter;
  figures: ReportFigures;
  logged: string[];
  /** Serials of the reports that were begun. */
  begun: number[];
  most: number;
  /** How long the next reports take. */
  takesMs: number;
  isRefused: boolean;
}

function stageOf(make = (serial: number): GatewayReport => report('a', { serial })): Stage {
  const figures: ReportFigures = { sent: 0, failed: 0, skipped: 0 };
  const logged: string[] = [];
  let [made, now] = [0, 0];
  const link = {
    async report({ serial }: GatewayReport) {
      stage.begun.push(serial);
      stage.most = Math.max(stage.most, ++now);
      if (stage.takesMs > 0) await new Promise((resolve) => setTimeout(resolve, stage.takesMs));
      now--;
      if (stage.isRefused) throw new Error('no');
    },
  };
  const log = {
    sample: (_key: string, level: string, _facts: () => object, text: string) => {
      logged.push(`${level} ${text}`);
    },
  };
  const reporter = createReporter({ link, make: () => make(++made), figures, log });
  const stage: Stage = { reporter, figures, logged, begun: [], most: 0, takesMs: 0, isRefused: false };
  return stage;
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe('reports', () => {
  it('go out once a second', async () => {
    const stage = stageOf();
    stage.reporter.start();
    await seconds(10);
    expect(stage.figures).toEqual({ sent: 11, failed: 0, skipped: 0 });
    expect(stage.logged).toEqual([]);
  });

  it('that take ten seconds are one at a time, the others not made, counted, and told of once', async () => {
    const stage = stageOf();
    stage.takesMs = 10_000;
    stage.reporter.start();
    await seconds(60);
    expect(stage.most).toBe(1);
    expect(stage.begun).toHaveLength(7);
    expect(stage.figures).toEqual({ sent: 6, failed: 0, skipped: 54 });
    expect(stage.logged).toEqual([BEGAN]);
    stage.takesMs = 0;
    await seconds(15);
    expect(stage.logged).toEqual([BEGAN, OVER]);
    const before = stage.figures.sent;
    await seconds(10);
    expect(stage.figures.sent).toBe(before + 10);
  });

  it('that are refused are counted and told of once, and so is the end of it', async () => {
    const stage = stageOf();
    stage.isRefused = true;
    stage.reporter.start();
    await seconds(30);
    expect(stage.figures).toEqual({ sent: 0, failed: 31, skipped: 0 });
    expect(stage.logged).toEqual([BEGAN]);
    stage.isRefused = false;
    await seconds(2);
    expect(stage.figures.sent).toBe(2);
    expect(stage.logged).toEqual([BEGAN, OVER]);
  });

  it('that cannot be made end no process, and are made again', async () => {
    let isBroken = true;
    const stage = stageOf((serial) => {
      if (isBroken) throw new Error('a fault');
      return report('a', { serial });
    });
    stage.reporter.start();
    await seconds(2);
    expect(stage.figures).toEqual({ sent: 0, failed: 3, skipped: 0 });
    isBroken = false;
    await seconds(1);
    expect(stage.figures.sent).toBe(1);
  });

  it('that somebody waits for go out at once, or right after the one under way, made anew', async () => {
    const stage = stageOf();
    stage.reporter.soon();
    expect(stage.begun).toEqual([1]);
    await seconds(0);
    stage.takesMs = 500;
    stage.reporter.soon();
    stage.reporter.soon();
    stage.reporter.soon();
    expect(stage.begun).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(500);
    expect(stage.begun).toEqual([1, 2, 3]);
    await seconds(5);
    expect(stage.begun).toEqual([1, 2, 3]);
  });

  it('end with the gateway, the last one written', async () => {
    const stage = stageOf();
    stage.takesMs = 300;
    stage.reporter.start();
    stage.reporter.soon();
    const stopped = stage.reporter.stop();
    await seconds(5);
    await stopped;
    expect(stage.figures).toEqual({ sent: 1, failed: 0, skipped: 0 });
  });
});
