/** Bots beside people in the real line, by a clock moved by hand: the bounds of the price, whatever the machine does. */
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../config/settings.ts';
import { createPrice } from '../../../gateway/request/price/price.ts';
import { type Arrival, playBots } from './bots-line.ts';

const PEOPLE = 2_000;
const ARRIVING_SECONDS = 15;
const ADMISSIONS_PER_MINUTE = 3_600;
const SOURCES = 50;
const BOTS_PER_MS = (SOURCES * 2_000) / 60_000;
const BOTS_SECONDS = 40;
/** 300 a minute. */
const SHARED_EVERY_MS = 200;

function arrivals(bots: 'none' | 'never come' | 'come'): Arrival[] {
  const people = Array.from({ length: PEOPLE }, (_, index) => ({
    ...{ atMs: (index * ARRIVING_SECONDS * 1_000) / PEOPLE, who: 'person' as const, comes: true },
    address: `198.18.${index >> 8}.${index & 255}`,
  }));
  const shared = Array.from({ length: (ARRIVING_SECONDS * 1_000) / SHARED_EVERY_MS }, (_, index) => ({
    ...{ atMs: index * SHARED_EVERY_MS, who: 'shared' as const, comes: true, address: '192.0.2.1' },
  }));
  const count = bots === 'none' ? 0 : BOTS_SECONDS * 1_000 * BOTS_PER_MS;
  const crowd = Array.from({ length: count }, (_, index) => ({
    ...{ atMs: index / BOTS_PER_MS, who: 'bot' as const, comes: bots === 'come' },
    address: `203.0.113.${index % SOURCES}`,
  }));
  return [...people, ...shared, ...crowd].sort((a, b) => a.atMs - b.atMs);
}

function played(bots: Parameters<typeof arrivals>[0], perClientPerMinute: number | null = 600) {
  let nowMs = 1_000_000;
  const clock = {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    advance(ms: number) {
      nowMs += ms;
    },
  };
  const proofOfWork = { mode: 'auto', leastBits: 14, mostBits: 22 } as const;
  const joins = { perClientPerMinute, perNetworkPerMinute: null, sharedNetworks: [], proofOfWork };
  const protection = { mode: 'act', joins } as unknown as Settings['protection'];
  const price = createPrice({
    ...{ protection: () => protection, clock, secret: Buffer.from('0123456789abcdef', 'hex') },
    ...{ onCrowded() {}, onPriced() {} },
  });
  return playBots(arrivals(bots), ADMISSIONS_PER_MINUTE, price, clock);
}

describe('50 sources that ask 2,000 times a minute, beside 2,000 people and a shared address of 300 a minute', () => {
  const calm = played('none');

  it.each(['never come', 'come'] as const)('people wait at most 1.5 times as long: the bots %s', (bots) => {
    const attacked = played(bots);
    expect(calm.medianSeconds('person')).toBeGreaterThan(5);
    expect(attacked.medianSeconds('person') / calm.medianSeconds('person')).toBeLessThanOrEqual(1.5);
    expect(attacked.medianSeconds('shared') / calm.medianSeconds('shared')).toBeLessThanOrEqual(1.5);
    expect(attacked.refused).toMatchObject({ person: 0, shared: 0 });
  });

  it('with the price turned off they wait more than ten times as long', () => {
    const unpriced = played('come', null);
    expect(unpriced.medianSeconds('person') / calm.medianSeconds('person')).toBeGreaterThan(10);
  });
});
