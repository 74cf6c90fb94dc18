/** The bound on requests in flight follows the latency, and a probe of the base starves nobody. */
import { expect, it } from 'vitest';
import { type InFlightFacts, moveInFlight, nextInFlight, probed } from '../../gateway/release/gradient.ts';
import { createUpstream } from '../../gateway/release/state.ts';

const facts = ({ most = 40, mostTogether = most, ...change }: Partial<InFlightFacts>): InFlightFacts => ({
  ...{ nowMs: 0, ratio: 1, most, mostTogether, least: 4, connections: 256 },
  ...change,
});

it('slowness lowers it from what is really in flight', () => {
  expect(nextInFlight(null, facts({ ratio: 3, most: 40 }))).toBe(32);
  expect(nextInFlight(32, facts({ ratio: 3, most: 32 }))).toBeCloseTo(25.6);
});

it('never goes below the least, nor beyond the connections', () => {
  expect(nextInFlight(4, facts({ ratio: 50, most: 4 }))).toBe(4);
  expect(nextInFlight(255.9, facts({ ratio: 1, most: 256 }))).toBeNull();
});

it('grows only while it is used', () => {
  expect(nextInFlight(64, facts({ most: 60 }))).toBe(66);
  expect(nextInFlight(64, facts({ most: 20 }))).toBe(64);
});

it('several gateways lower it from the sum of what each had at most, and use it by what they had together', () => {
  expect(nextInFlight(64, facts({ ratio: 3, most: 50, mostTogether: 30 }))).toBe(40);
  expect(nextInFlight(64, facts({ most: 50, mostTogether: 30 }))).toBe(64);
});

it('is held while nothing is known', () => {
  expect(nextInFlight(64, facts({ ratio: null }))).toBe(64);
});

it('a pause shorter than a second moves nothing', () => {
  const upstream = createUpstream();
  for (const nowMs of [1000, 1500]) moveInFlight(upstream, facts({ nowMs, ratio: 4 }));
  expect(upstream.inFlight).toBeNull();
  moveInFlight(upstream, facts({ nowMs: 2000, ratio: 4 }));
  expect(upstream.inFlight).toBeLessThan(40);
});

it('a probe takes a quarter for a second of a minute, and only from those who are busy all the time', () => {
  const upstream = { ...createUpstream(), inFlight: 40 };
  const seen: number[] = [];
  for (let nowMs = 1000; nowMs <= 301_000; nowMs += 500) seen.push(probed(upstream, facts({ nowMs }))!);
  expect(Math.min(...seen)).toBe(30);
  expect(seen.filter((limit) => limit < 40).length / seen.length).toBeLessThan(0.03);
  const idle = { ...createUpstream(), inFlight: 40 };
  for (let nowMs = 1000; nowMs <= 301_000; nowMs += 500) {
    expect(probed(idle, facts({ nowMs, most: 10 }))).toBe(40);
  }
});

it('a probe does not go below the least', () => {
  const upstream = { ...createUpstream(), inFlight: 5 };
  const seen = Array.from(
    { length: 300 },
    (_, i) => probed(upstream, facts({ nowMs: 1000 + 500 * i, most: 5 }))!,
  );
  expect(Math.min(...seen)).toBe(4);
});
