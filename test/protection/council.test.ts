/** One contract for both councils: of the gateways of one process, and of all gateways on one Redis. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { systemClock } from '../../gateway/clock.ts';
import { createLog } from '../../gateway/observe/logger.ts';
import { openCouncil } from '../../gateway/protection/open-council.ts';
import { councilKeys } from '../../gateway/protection/redis-council.ts';
import { type Council, createMemoryCouncil, DECIDE_MS, type Meeting } from '../../gateway/release/council.ts';
import type { Evidence } from '../../gateway/release/words.ts';
import { configText } from '../control/reports.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { untilSo } from '../support/within.ts';

const log = createLog({ level: 'silent', samplePerSecond: 1 }, systemClock);

async function openRedis(redis: RedisServer): Promise<Council> {
  const loaded = parseConfig(`store: { kind: redis, url: "${redis.url}" }\n${configText()}`, 'x.yaml', {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const { council, close } = openCouncil(loaded.settings.store, systemClock, log);
  cleanUpLater(close);
  const nobody = { gateway: 'nobody', evidence: null, demand: {}, settings: '', version: '', floorMs: 0 };
  await untilSo(60_000, 'it is reached', async () => (await council.meet(nobody)).nowMs > 0);
  await council.leave('nobody');
  return council;
}

const councils: Record<string, () => Promise<Council>> = {
  memory: async () => createMemoryCouncil(systemClock),
  redis: async () => openRedis(await startRedis()),
};

const window = (gateway: string, number = 1): Evidence => ({
  ...{ gateway, window: number, upstreams: {}, rooms: {} },
});
const meeting = (gateway: string, change: Partial<Meeting> = {}): Meeting => ({
  ...{
    gateway,
    evidence: window(gateway),
    demand: { platform: 3 },
    settings: 'one',
    version: '',
    floorMs: 0,
  },
  ...change,
});
const gatewaysOf = (evidence: readonly Evidence[] | undefined) => evidence?.map(({ gateway }) => gateway);

describe.each(Object.entries(councils))('the council in %s', (_name, open) => {
  /** As soon as the decision before is old enough. */
  const untilDue = async (council: Council, gateway: string, change: Partial<Meeting> = {}) => {
    let met = await council.meet(meeting(gateway, change));
    await untilSo(60_000, 'it is due', async () => {
      if (met.due === null) met = await council.meet(meeting(gateway, change));
      return met.due !== null;
    });
    return met;
  };

  it('hands all that was laid on the table to the one who decides, once', async () => {
    const council = await open();
    await council.meet(meeting('one'));
    const met = await council.meet(meeting('two'));
    expect([met.version, met.decided, gatewaysOf(met.due?.evidence)]).toEqual(['', null, ['one', 'two']]);
    expect(await council.decide('', met.due!.upTo, 'first')).toBe('1');
    const next = await untilDue(council, 'three', { version: '1' });
    expect(gatewaysOf(next.due?.evidence)?.every((gateway) => gateway === 'three')).toBe(true);
  });

  it('keeps what was laid on the table while somebody decided', async () => {
    const council = await open();
    const met = await council.meet(meeting('one'));
    await council.meet(meeting('late'));
    await council.decide('', met.due!.upTo, 'first');
    const next = await untilDue(council, 'one', { version: '1' });
    expect(gatewaysOf(next.due?.evidence)?.slice(0, 2)).toEqual(['late', 'one']);
  });

  it('takes one decision of two that were made from the same', async () => {
    const council = await open();
    const [one, two] = [await council.meet(meeting('one')), await council.meet(meeting('two'))];
    expect(await council.decide(two.version, two.due!.upTo, 'of two')).toBe('1');
    expect(await council.decide(one.version, one.due!.upTo, 'of one')).toBeNull();
    expect((await council.meet(meeting('one'))).decided).toBe('of two');
  });

  it('tells the decision to whoever goes by another one, and to nobody else', async () => {
    const council = await open();
    const { due } = await council.meet(meeting('one'));
    await council.decide('', due!.upTo, 'first');
    expect(await council.meet(meeting('two'))).toMatchObject({ version: '1', decided: 'first' });
    expect(await council.meet(meeting('two', { version: '1' }))).toMatchObject({
      version: '1',
      decided: null,
    });
    expect((await council.meet(meeting('two', { version: '77' }))).decided).toBe('first');
  });

  it('lets a decision stand for a moment before the next', async () => {
    const council = await open();
    const first = await council.meet(meeting('one'));
    await council.decide('', first.due!.upTo, 'first');
    const decidedMs = first.nowMs;
    const next = await untilDue(council, 'one', { version: '1' });
    expect(next.nowMs - decidedMs).toBeGreaterThanOrEqual(DECIDE_MS);
  });

  it('is no decision of somebody who only listens, and hands its evidence to nobody', async () => {
    const council = await open();
    expect((await council.meet(meeting('one', { evidence: null }))).due).toBeNull();
    expect(gatewaysOf((await council.meet(meeting('two'))).due?.evidence)).toEqual(['two']);
  });

  it('knows the demand of everybody who is there', async () => {
    const council = await open();
    await council.meet(meeting('one', { demand: { platform: 30 } }));
    const { demands } = await council.meet(meeting('two'));
    expect(demands).toEqual({ one: { platform: 30 }, two: { platform: 3 } });
    await council.leave('one');
    expect((await council.meet(meeting('two'))).demands).toEqual({ two: { platform: 3 } });
  });

  it('has a clock that never goes back behind what a gateway knows', async () => {
    const council = await open();
    const { nowMs } = await council.meet(meeting('one'));
    const floorMs = nowMs + 3_600_000;
    expect((await council.meet(meeting('two', { floorMs }))).nowMs).toBeGreaterThanOrEqual(floorMs);
    expect((await council.meet(meeting('one'))).nowMs).toBeGreaterThanOrEqual(floorMs);
  });

  it('is bounded, however long nobody decides', async () => {
    const council = await open();
    for (let number = 1; number <= 300; number++)
      await council.meet(meeting('one', { evidence: window('one', number) }));
    const { due } = await council.meet(meeting('two'));
    expect(due!.evidence.length).toBe(256);
    expect(due!.evidence.at(-1)?.gateway).toBe('two');
    await council.decide('', due!.upTo, 'first');
    const next = await untilDue(council, 'two', { version: '1' });
    expect(gatewaysOf(next.due?.evidence)?.every((gateway) => gateway === 'two')).toBe(true);
  });
});

describe('the council in Redis', () => {
  it('leaves nothing for ever but what was decided, and forgets with the server', async () => {
    const redis = await startRedis();
    const council = await openRedis(redis);
    const { due } = await council.meet(meeting('one'));
    await council.decide('', due!.upTo, 'first');
    await council.meet(meeting('one', { version: '1' }));
    const [decision, ...others] = councilKeys('hg');
    expect(await redis.client.pttl(decision)).toBe(-1);
    for (const key of others) expect(await redis.client.pttl(key), key).toBeGreaterThan(0);
    await redis.client.flushall();
    expect(await council.meet(meeting('one', { version: '1' }))).toMatchObject({
      version: '',
      decided: null,
    });
  });

  it('is not moved by an hour by a server whose clock jumps', async () => {
    const redis = await startRedis();
    const council = await openRedis(redis);
    const { nowMs } = await council.meet(meeting('one'));
    // As if the server had said so an hour later than it says now, and an hour earlier.
    for (const byMs of [3_600_000, -3_600_000]) {
      await redis.client.hincrby('hg:{council}', 'timeMs', byMs);
      const later = await council.meet(meeting('one'));
      expect(later.nowMs - nowMs).toBeGreaterThanOrEqual(0);
      expect(later.nowMs - nowMs).toBeLessThan(60_000);
    }
  });

  it('rejects while it cannot be reached, and goes on when it is back', async () => {
    const redis = await startRedis();
    const council = await openRedis(redis);
    await redis.kill();
    await expect(council.meet(meeting('one'))).rejects.toThrow();
    await redis.restart();
    await untilSo(60_000, 'met again', async () => (await council.meet(meeting('one'))).nowMs > 0);
  });
});
