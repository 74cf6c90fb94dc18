/** What several gateways have in flight, taken together: their most at different moments was never in flight at once. */
import { expect, it } from 'vitest';
import { createUpstream } from '../../gateway/release/state.ts';
import { gaugeSums, noteGauges } from '../../gateway/release/window.ts';
import type { UpstreamSample } from '../../gateway/release/words.ts';

const sampleOf = (mean: number, most: number): UpstreamSample => ({
  ...{ spanMs: 500, answers: 0, errors: 0, empties: 0, routes: [], queued: 0, shed: {} },
  ...{ inFlight: { mean, most, now: 0 }, oldestMs: 0, longRunning: 0, connections: 0 },
  targets: { up: 1, all: 1 },
});

function sumsOf(samples: readonly UpstreamSample[]) {
  const upstream = createUpstream();
  noteGauges(
    upstream,
    samples.map((sample, at) => [`gateway ${at}`, sample]),
    500,
  );
  return gaugeSums(upstream);
}

it('one gateway has in flight at most what it had at most', () => {
  expect(sumsOf([sampleOf(8, 22)])).toMatchObject({ most: 22, mostTogether: 22 });
});

it('four with a quarter of the requests each have about as many in flight as one with all of them', () => {
  // Of so many independent requests: the most in a window lies about 2.5 standard deviations above the mean.
  const one = sampleOf(16, 16 + 2.5 * Math.sqrt(16));
  const quarter = sampleOf(4, 4 + 2.5 * Math.sqrt(4));
  const four = sumsOf([quarter, quarter, quarter, quarter]);
  expect(four.mostTogether).toBeCloseTo(sumsOf([one]).mostTogether, 6);
  expect(four.most).toBeGreaterThan(1.3 * sumsOf([one]).most);
});

it('the most of a window is never less than its mean, whatever a gateway says', () => {
  expect(sumsOf([sampleOf(9, 4)])).toMatchObject({ most: 4, mostTogether: 4 });
});
