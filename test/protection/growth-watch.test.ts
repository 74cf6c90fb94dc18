/** Laws of the watch on growth: what a gateway saw of its upstreams is judged window by window, and told by name and slope. */
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import type { UpstreamGauges } from '../../gateway/forward/gauges.ts';
import { createGrowthWatch } from '../../gateway/protection/growth-watch.ts';
import type { Evidence, Judgement, UpstreamSample } from '../../gateway/release/words.ts';

function settings(mode: Settings['protection']['mode']): Settings {
  const loaded = defaultConfig({});
  if (!loaded.ok) throw new Error('the default configuration does not load');
  return { ...loaded.settings, protection: { ...loaded.settings.protection, mode } };
}

const gauges = (connections: number, streams: number): UpstreamGauges => ({
  ...{ inFlight: { now: 3, most: 3, mean: 3 }, limit: null, queued: 0, shed: {}, wouldShed: {} },
  ...{ connections, streams, oldestMs: 0, longRunning: 0, targets: { up: 1, all: 1 } },
});

const sample = ({ inFlight, connections, targets }: UpstreamGauges): UpstreamSample => ({
  ...{ spanMs: 500, answers: 20, errors: 0, empties: 0, routes: [], queued: 0, shed: {} },
  ...{ oldestMs: 0, longRunning: 0, inFlight, connections, targets },
});

/** Connections grow by one a second. */
function watched(mode: Settings['protection']['mode'], areStreams: boolean): Judgement[] {
  const told: Judgement[] = [];
  const upstream = settings(mode).default.upstream;
  const watch = createGrowthWatch({
    settings: () => settings(mode),
    external: () => [],
    onJudgement: (judgement) => told.push(judgement),
  });
  for (let window = 0; window < 300; window++) {
    const grown = Math.floor(window / 2);
    const seen = gauges(8 + grown, areStreams ? grown : 0);
    const evidence: Evidence = { gateway: 'a', window, rooms: {}, upstreams: { [upstream]: sample(seen) } };
    watch.saw(evidence, { [upstream]: seen }, window * 500);
  }
  return told;
}

describe('connections that only grow', () => {
  it('are told before a third of the bound, by upstream and slope', () => {
    const [leak, ...more] = watched('act', false);
    expect(more).toEqual([]);
    expect(leak).toMatchObject({ kind: 'leak', signal: 'connections', limit: 256 });
    expect(leak!.value).toBeLessThan(256 / 3);
    expect(leak!.sentence).toContain(`of ${leak!.upstream} grow by 60 a minute`);
  });

  it('are no leak where they are visitors’ streams', () => {
    expect(watched('act', true)).toEqual([]);
  });

  it('are told where all else is only observed, and not where protection is off', () => {
    expect(watched('observe', false).length).toBe(1);
    expect(watched('off', false)).toEqual([]);
  });
});
