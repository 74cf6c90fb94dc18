/** Drain under load, again and again: gateways that are replaced one after the other behind a balancer that obeys `ready`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { startGateway } from '../support/gateway-process.ts';
import { measureSchedulingDelay } from '../support/scheduling-delay.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { timeVerdict } from './timing.ts';

const ROUNDS = 4;
/** The longest request in flight bounds it, not the limit. */
const DRAINED_WITHIN_MS = 15_000;

describe('rolling restarts under load', () => {
  it(`lose no request in ${ROUNDS} rounds, slow ones and posts among them`, async () => {
    const platform = await startSmallPlatform();
    const config = `
log: { samplePerSecond: 1 }
drain: { delaySeconds: 2, seconds: 30 }
protection: { mode: observe }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { site: { allowance: { inFlight: 10000 } } }
default: { room: site, upstream: platform }
`;
    const gates = await Promise.all([startGateway({ config }), startGateway({ config })]);
    const balancer = await startBalancer({
      gateways: gates.map(({ url }) => url),
      lookMs: 100,
      workers: 100,
      path: (n) => (n % 50 === 0 ? '/slow?ms=8000' : n % 10 === 0 ? '/slow?ms=500' : `/api/${n}`),
    });
    const delay = measureSchedulingDelay();
    const rows: { 'drained, ms': number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const gate = gates[round % 2] as (typeof gates)[0];
      await expect.poll(() => balancer.readySet().length, { interval: 50, timeout: 30_000 }).toBe(2);
      await sleep(2_000);
      const startedMs = performance.now();
      const code = await gate.kill('SIGTERM');
      const drainedMs = Math.round(performance.now() - startedMs);
      await gate.restart();
      const answered = [...balancer.counts].reduce(
        (sum, [outcome, count]) => sum + (outcome.endsWith(' 200') ? count : 0),
        0,
      );
      rows.push({
        ...{ round, 'exit code': code, answered, failures: balancer.failures().length },
        'drained, ms': drainedMs,
      });
      expect(code).toBe(0);
    }
    await balancer.stop();
    const { p99Ms: delayMs } = await delay.stop();
    console.table(rows);
    for (const { 'drained, ms': drainedMs } of rows)
      expect(timeVerdict(drainedMs, DRAINED_WITHIN_MS, delayMs)).not.toBe('failed');
    expect(balancer.failures()).toEqual([]);
  });
});
