/** Watches what only grows, at this gateway: called with each window, tells of a leak long before its bound. Each gateway has connections of its own, so each judges for itself. */
import type { Settings } from '../../config/settings.ts';
import type { UpstreamGauges } from '../forward/gauges.ts';
import { createGrowth, judgeGrowth } from '../release/growth.ts';
import { growthSeries } from '../release/growth-series.ts';
import type { Evidence, ExternalSignal, Judgement } from '../release/words.ts';

export interface GrowthWatchParts {
  settings(): Settings;
  external(): readonly ExternalSignal[];
  onJudgement(judgement: Judgement): void;
}

export function createGrowthWatch(parts: GrowthWatchParts) {
  let state = createGrowth();

  return {
    saw(evidence: Evidence, gauges: Readonly<Record<string, UpstreamGauges>>, nowMs: number): void {
      const { upstreams, protection } = parts.settings();
      const [bounds, streams]: Record<string, number>[] = [{}, {}];
      for (const [name, { maxConnections }] of Object.entries(upstreams)) bounds![name] = maxConnections;
      for (const [name, gauge] of Object.entries(gauges)) streams![name] = gauge.streams;
      const series = growthSeries(evidence.upstreams, streams!, bounds!, parts.external());
      // A leak is only told of: there is nothing to do that could be observed first.
      const mode = protection.mode === 'off' ? 'off' : 'observe';
      const judged = judgeGrowth(state, { nowMs, series, settings: protection.connections, mode });
      state = judged.state;
      for (const judgement of judged.judgements) parts.onJudgement(judgement);
    },
  };
}

export type GrowthWatch = ReturnType<typeof createGrowthWatch>;
