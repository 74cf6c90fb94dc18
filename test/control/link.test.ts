/** One contract for both links between admin process and gateways: in memory, and in Redis. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { systemClock } from '../../gateway/clock.ts';
import type { ControlLink } from '../../gateway/control/link.ts';
import { createMemoryLink } from '../../gateway/control/memory-link.ts';
import { openControlLink } from '../../gateway/control/open-link.ts';
import { createLog } from '../../gateway/observe/logger.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { startRedis } from '../support/redis-server.ts';
import { untilSo } from '../support/within.ts';
import { configText, document, NOON, report } from './reports.ts';

interface Stage {
  link: ControlLink;
  /** Null: nothing can be lost. */
  flush: (() => Promise<unknown>) | null;
}

async function inRedis(): Promise<Stage> {
  const redis = await startRedis();
  const loaded = parseConfig(`store: { kind: redis, url: "${redis.url}" }\n${configText()}`, 'x.yaml', {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const log = createLog({ level: 'silent', samplePerSecond: 1 }, systemClock);
  const { link, close } = await openControlLink(loaded.settings.store, log, false);
  cleanUpLater(close);
  return { link, flush: () => redis.client.flushall() };
}

const links: Record<string, () => Promise<Stage>> = {
  memory: async () => ({ link: createMemoryLink(systemClock), flush: null }),
  redis: inRedis,
};

describe.each(Object.entries(links))('the control link in %s', (name, open) => {
  it('hands a document to whoever has an older one, and to nobody else', async () => {
    const { link } = await open();
    expect(await link.published(0)).toBeNull();
    await link.publish(document(3));
    expect(await link.published(2)).toEqual(document(3));
    expect(await link.published(3)).toBeNull();
  });

  it('keeps the document with the highest serial', async () => {
    const { link } = await open();
    await link.publish(document(3));
    expect(await link.publish(document(2))).toBe(false);
    expect((await link.published(0))?.serial).toBe(3);
    expect(await link.publish(document(4))).toBe(true);
    expect((await link.published(0))?.serial).toBe(4);
  });

  it('tells one document from another by its mark alone', async () => {
    const { link } = await open();
    expect(await link.publishedMark()).toBeNull();
    await link.publish(document(3));
    expect(await link.publishedMark()).toMatchObject({ serial: 3, at: NOON });
    const later = '2026-12-01T12:00:01.000Z';
    await link.publish(document(4, { at: later }));
    expect(await link.publishedMark()).toMatchObject({ serial: 4, at: later });
  });

  it('hands each report on, read once or often, and the newest of a gateway as soon as it is there', async () => {
    const { link } = await open();
    await link.report(report('one', { revision: 1 }));
    await link.report(report('two', { revision: 5 }));
    const revisions = async () =>
      Object.fromEntries(
        (await link.reports(60_000)).map((one) => [one.report.gateway, one.report.revision]),
      );
    for (let time = 0; time < 3; time++) expect(await revisions()).toEqual({ one: 1, two: 5 });
    // Redis tells reports of one gateway apart by their time.
    const nowMs = await link.nowMs();
    await untilSo(60_000, 'the next millisecond', async () => (await link.nowMs()) > nowMs);
    await link.report(report('one', { revision: 2 }));
    expect(await revisions()).toEqual({ one: 2, two: 5 });
    await link.forget('two');
    expect(await revisions()).toEqual({ one: 2 });
  });

  it('tells which gateways were heard of lately, each by its newest report', async () => {
    const { link } = await open();
    await link.report(report('one', { revision: 1 }));
    await link.report(report('two'));
    await link.report(report('one', { revision: 2 }));
    const heard = await link.reports(60_000);
    expect(heard.map((one) => [one.report.gateway, one.report.revision]).sort()).toEqual([
      ['one', 2],
      ['two', 1],
    ]);
    const now = await link.nowMs();
    for (const { heardMs } of heard) expect(Math.abs(now - heardMs)).toBeLessThan(60_000);
    await link.forget('one');
    expect((await link.reports(60_000)).map((one) => one.report.gateway)).toEqual(['two']);
  });

  if (name === 'redis')
    it('tells how far ahead a gateway’s clock is', async () => {
      const { link } = await open();
      await link.report(report('fast', { wallMs: Date.now() + 3_600_000 }));
      const [heard] = await link.reports(60_000);
      expect(heard?.clockAheadMs).toBeGreaterThan(3_590_000);
    });

  if (name === 'redis')
    it('lets one admin process hold the deployment, until it lets go', async () => {
      const { link } = await open();
      expect(await link.holdAdmin('first', 60_000)).toEqual({ kind: 'held' });
      expect(await link.holdAdmin('second', 60_000)).toEqual({ kind: 'taken', by: 'first' });
      expect(await link.holdAdmin('first', 60_000)).toEqual({ kind: 'held' });
      await link.releaseAdmin('second');
      expect(await link.holdAdmin('second', 60_000)).toEqual({ kind: 'taken', by: 'first' });
      await link.releaseAdmin('first');
      expect(await link.holdAdmin('second', 60_000)).toEqual({ kind: 'held' });
    });

  if (name === 'redis')
    it('takes any document once the store was emptied', async () => {
      const { link, flush } = await open();
      await link.publish(document(9));
      await flush?.();
      expect(await link.published(0)).toBeNull();
      expect(await link.publish(document(9))).toBe(true);
    });
});
