/** Looking for a capacity: told by a platform of numbers whose capacity is known, and what is proposed for it. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bentBy } from '../../load-tests/rehearse/capacity/bend.ts';
import { propose, verdictOf } from '../../load-tests/rehearse/capacity/proposal.ts';
import { type SearchOptions, search } from '../../load-tests/rehearse/capacity/search.ts';
import type { Load, Step } from '../../load-tests/rehearse/capacity/words.ts';

const CALM_MS = 30;

const step = (change: Partial<Step>): Step => ({
  ...{ phase: 'raised', atOnce: 8, plannedPerMinute: null, seconds: 3, requestsPerSecond: 100 },
  ...{ visitsPerMinute: 600, meanMs: CALM_MS, p95Ms: 40, failedShare: 0, toldToWait: 0 },
  ...{ cpuShare: 0.2, delayMs: 1, bent: null, ...change },
});

/** Works on `servers` requests at once, each for 30 ms; fails them beyond `breaksAt` visitors. */
function platformOf(servers: number, more: { breaksAt?: number; waits?: boolean } = {}): Load {
  let atOnce = 0;
  const seen = (visitors: number): Partial<Step> => {
    const requestsPerSecond = Math.min(visitors, servers) * (1_000 / CALM_MS);
    const meanMs = (visitors / requestsPerSecond) * 1_000;
    const failedShare = visitors > (more.breaksAt ?? Number.POSITIVE_INFINITY) ? 0.3 : 0;
    const toldToWait = more.waits === true && visitors > 1 ? 5 : 0;
    return {
      requestsPerSecond,
      visitsPerMinute: requestsPerSecond * 6,
      meanMs,
      p95Ms: meanMs * 1.3,
      failedShare,
      toldToWait,
    };
  };
  return {
    setAtOnce(count) {
      atOnce = count;
    },
    measure: async (phase) => step({ phase, atOnce, ...seen(atOnce) }),
    async arrivals(perMinute) {
      const busy = perMinute / 6 / (servers * (1_000 / CALM_MS));
      const p95Ms = CALM_MS * 1.3 * (busy > 0.75 ? 3 : 1.1);
      return step({ phase: 'arrivals', atOnce: null, plannedPerMinute: perMinute, p95Ms });
    },
    stop: async () => {},
  };
}

const searched = (load: Load, mostPerSecond: number | null = null, change: Partial<SearchOptions> = {}) =>
  search({
    ...{ load, mostPerSecond, signal: new AbortController().signal, onStep: () => {}, nowMs: () => 0 },
    ...change,
  });

describe('the search', () => {
  it.each([1, 3, 10, 20, 77])('finds what a platform of %i servers does', async (servers) => {
    const { outcome, capacity } = await searched(platformOf(servers));
    expect(outcome).toBe('found');
    expect(capacity?.requestsPerSecond).toBeCloseTo((servers * 1_000) / CALM_MS);
    expect(capacity?.inFlight).toBeCloseTo(servers);
  });

  it('is not misled by a machine that stood still for a moment', async () => {
    const platform = platformOf(20);
    let stumbles = 1;
    const load: Load = {
      ...platform,
      async measure(phase, seconds, signal) {
        const seen = await platform.measure(phase, seconds, signal);
        if (phase !== 'raised' || seconds < 1 || stumbles-- <= 0) return seen;
        return { ...seen, requestsPerSecond: 5, visitsPerMinute: 30, meanMs: 900, p95Ms: 1_500 };
      },
    };
    const { outcome, capacity, steps } = await searched(load);
    expect(steps[1]?.bent).not.toBeNull();
    expect(outcome).toBe('found');
    expect(capacity?.inFlight).toBeCloseTo(20);
  });

  it.each([1, 2, 5, 16])(
    'sends at most %i visitors at once where no more are asked for',
    async (mostAtOnce) => {
      const { outcome, steps, because } = await searched(platformOf(100), null, { mostAtOnce });
      expect(Math.max(...steps.map(({ atOnce }) => atOnce ?? 0))).toBe(mostAtOnce);
      expect([outcome, because]).toEqual([
        'at-least',
        expect.stringContaining(`${mostAtOnce} visitors at once were sent before`),
      ]);
      const { steps: back } = await searched(platformOf(3), null, { mostAtOnce });
      expect(Math.max(...back.map(({ atOnce }) => atOnce ?? 0))).toBeLessThanOrEqual(mostAtOnce);
    },
  );

  it('confirms the largest share under which it stays calm', async () => {
    const { margin, confirmed, steps } = await searched(platformOf(10));
    expect(margin).toBe(0.7);
    expect(confirmed?.bent).toBeNull();
    expect(steps.filter(({ phase }) => phase === 'arrivals')).toHaveLength(2);
  });

  it('counts nothing that was done while requests failed', async () => {
    const { capacity, because } = await searched(platformOf(1_000, { breaksAt: 20 }));
    expect(capacity?.requestsPerSecond).toBeLessThanOrEqual((24 * 1_000) / CALM_MS);
    expect(because).toContain('30 % of the requests failed');
  });

  it('says at least where the ceiling came first', async () => {
    const { outcome, because } = await searched(platformOf(1_000), 200);
    expect(outcome).toBe('at-least');
    expect(because).toContain('the ceiling on requests a second was reached before the platform bent');
  });

  it('finds nothing behind a gate that makes visitors wait', async () => {
    const { outcome, capacity } = await searched(platformOf(10, { waits: true }));
    expect({ outcome, capacity }).toEqual({ outcome: 'invalid', capacity: null });
  });

  it('says nothing when it was ended', async () => {
    const { outcome } = await searched(platformOf(10), null, { signal: AbortSignal.abort() });
    expect(outcome).toBe('invalid');
  });
});

describe('a platform bends', () => {
  const calm = step({ atOnce: 1, p95Ms: 40 });
  it.each([
    [{ failedShare: 0.02 }, '2 % of the requests failed'],
    [{ p95Ms: 81 }, 'p95 was 81 ms, more than twice the calm 40 ms'],
    [{ atOnce: 16, requestsPerSecond: 105 }, '100 % more visitors got 5 % more done'],
    [{ atOnce: 16, requestsPerSecond: 150 }, null],
    [{ failedShare: 0.01, p95Ms: 80, atOnce: 16, requestsPerSecond: 110 }, null],
  ])('%j: %s', (change, because) => expect(bentBy(step(change), step({}), calm)).toBe(because));
});

describe('the proposal', () => {
  const capacity = { visitsPerMinute: 1_000, requestsPerSecond: 166, inFlight: 10 };
  const names = { room: 'event-{eventid}', upstream: 'platform', staySeconds: 90 };

  it('follows from the capacity, with a reason for each limit', () => {
    const { limits, reasons, yaml } = propose(capacity, { ...names, margin: 0.8 });
    expect(limits).toEqual({
      admissionsPerMinute: 800,
      sessions: 1_200,
      allowanceInFlight: 5,
      maxConnections: 13,
    });
    expect(reasons.map((reason) => reason.split(':')[0])).toEqual([
      'admissionsPerMinute 800',
      'sessions 1200',
      'maxConnections 13',
      'allowance.inFlight 5',
    ]);
    expect(parse(yaml)).toEqual({
      upstreams: { platform: { maxConnections: 13 } },
      rooms: {
        'event-{eventid}': {
          limits: { sessions: 1_200, admissionsPerMinute: 800 },
          allowance: { inFlight: 5 },
        },
      },
    });
  });

  it('is careful where nothing was confirmed, and then has not held', () => {
    const { limits, reasons } = propose(capacity, { ...names, margin: null });
    expect(limits.admissionsPerMinute).toBe(500);
    expect(reasons[0]).toContain('no share of it was confirmed');
    const found = {
      outcome: 'found',
      because: '',
      steps: [],
      calm: null,
      capacity,
      confirmed: null,
    } as const;
    expect(verdictOf({ ...found, margin: null })).toBe('failed');
    expect(verdictOf({ ...found, margin: 0.8 })).toBe('held');
  });
});
