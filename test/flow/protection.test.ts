/** Automatic protection through real gateways: a room without limits is held while the platform suffers and free when it is well; signals count; many gateways go by one decision. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ProtectionReport } from '../../gateway/control/words.ts';
import { type Arrivals, sendArrivals } from '../../load-tests/visitors/arrivals.ts';
import { registrant } from '../fault/protection/capacity.ts';
import { configOf, type Decision, journalOf, setStage } from '../fault/protection/stage.ts';
import type { AdminClient } from '../support/admin-client.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { ask, visitor } from '../support/http-client.ts';
import { reload } from '../support/reload.ts';
import { untilSo } from '../support/within.ts';

const PATIENCE_MS = 180_000;
const LONG = { timeout: 600_000 };
const PAGE = '/ereg/newreg.php?eventid=4711';
const ROOM = 'event-4711';
/** No surge is seen in what comes here, and little calm is enough: the platform alone decides. */
const QUICK = 'engage: { calmSeconds: 1, leastPerMinute: 6000 }, distress: { leastAnswers: 5 }';
const THINK_MS = 1_000;
const PER_SECOND = 5;

interface Rate {
  factor: number;
  perMinute: number | null;
}

interface Protection extends Pick<ProtectionReport, 'rooms'> {
  upstreams: {
    distress: { signal: string } | null;
    baseLatencyMs: number | null;
    signals: { state: string }[];
  }[];
}

const protectionOf = (api: AdminClient) => api.get<Protection>('protection');
const held = async (api: AdminClient) => (await protectionOf(api)).rooms.map(({ room }) => room);
const roomOf = (api: AdminClient) => api.get<{ why: string; waiting: number; rate: Rate }>(`rooms/${ROOM}`);

function come(url: string, perSecond = PER_SECOND): Arrivals {
  const visitors = sendArrivals({ base: url, perSecond, seed: 7, plan: registrant(THINK_MS) });
  cleanUpLater(() => visitors.stop(0));
  return visitors;
}

const untilLearned = (api: AdminClient) =>
  untilSo(PATIENCE_MS, 'its usual latency is known', async () => {
    const [upstream] = (await protectionOf(api)).upstreams;
    return upstream?.baseLatencyMs != null && upstream.distress === null;
  });

const kindsOf = (journal: readonly Decision[]) => journal.map(({ kind }) => kind);

describe('a room without limits', () => {
  it.concurrent(
    'is held while the platform suffers, says why, and is free again when it is well',
    LONG,
    async () => {
      const { platform, gateway, api } = await setStage({ room: '{}', protection: QUICK });
      const visitors = come(gateway.url);
      await untilLearned(api);
      await platform.setMode({ slowFactor: 20 });
      await untilSo(PATIENCE_MS, 'the room is held', async () => (await held(api)).includes(ROOM));
      await untilSo(PATIENCE_MS, 'somebody waits, and the room says why', async () => {
        const { why, waiting, rate } = await roomOf(api);
        return waiting > 0 && why.includes('protection') && rate.perMinute !== null;
      });
      const journal = await journalOf(api);
      expect(kindsOf(journal)).toEqual(expect.arrayContaining(['distress', 'engage']));
      expect(journal.filter(({ kind, room }) => kind === 'engage' && room === ROOM)).toHaveLength(1);
      for (const { sentence } of journal) expect(sentence.length).toBeGreaterThan(20);
      await platform.setMode({ slowFactor: 1 });
      visitors.setRate(1);
      await untilSo(PATIENCE_MS, 'the room is free', async () => (await held(api)).length === 0);
      await untilSo(PATIENCE_MS, 'it is said', async () =>
        kindsOf(await journalOf(api)).includes('disengage'),
      );
    },
  );

  it.concurrent(
    'in mode observe waits for nobody, and the journal says what would have been',
    LONG,
    async () => {
      const { platform, gateway, api } = await setStage({
        room: '{}',
        protection: `mode: observe, ${QUICK}`,
      });
      come(gateway.url);
      await untilLearned(api);
      await platform.setMode({ slowFactor: 20 });
      await untilSo(PATIENCE_MS, 'it says that it would engage', async () =>
        (await journalOf(api)).some(({ kind, mode }) => kind === 'engage' && mode === 'observe'),
      );
      expect(await held(api)).toEqual([]);
      expect((await visitor(gateway.url).open(PAGE)).state).toBe('admitted');
    },
  );

  it.concurrent('is free at once when protection is turned off', LONG, async () => {
    const options = { room: '{}', protection: QUICK };
    const { gateway, platform, api } = await setStage(options);
    come(gateway.url);
    await untilLearned(api);
    await platform.setMode({ slowFactor: 20 });
    await untilSo(PATIENCE_MS, 'the room is held', async () => (await roomOf(api)).rate.perMinute !== null);
    await reload(gateway, configOf({ ...options, protection: `mode: off, ${QUICK}` }, platform.url));
    await untilSo(PATIENCE_MS, 'the room is free', async () => {
      const { rate } = await roomOf(api);
      return rate.factor === 1 && rate.perMinute === null && (await held(api)).length === 0;
    });
  });
});

describe('an external signal', () => {
  const signal = { name: 'database-connections', upstream: 'platform', value: 99, limit: 100, ttlSeconds: 3 };

  it.concurrent(
    'near its limit lets fewer in, holds when its reporter dies, and reads unknown then',
    LONG,
    async () => {
      const { gateway, api } = await setStage({ room: '{ limits: { admissionsPerMinute: 600 } }' });
      come(gateway.url);
      await untilLearned(api);
      const report = setInterval(() => void api.send('POST', 'signals', signal), 500);
      cleanUpLater(() => clearInterval(report));
      await untilSo(PATIENCE_MS, 'fewer are let in', async () => (await roomOf(api)).rate.factor < 1);
      clearInterval(report);
      await untilSo(PATIENCE_MS, 'it reads unknown', async () => {
        const [upstream] = (await protectionOf(api)).upstreams;
        return upstream?.signals[0]?.state === 'unknown';
      });
      const atDeath = (await roomOf(api)).rate.factor;
      expect(atDeath).toBeLessThan(1);
      await untilSo(PATIENCE_MS, 'it is said that nothing is known', async () =>
        (await journalOf(api)).some(({ sentence }) => sentence.includes('unknown')),
      );
      await sleep(2_000);
      expect((await roomOf(api)).rate.factor).toBeLessThanOrEqual(atDeath * 1.1);
      expect(await api.get('signals')).toMatchObject({ items: [{ state: 'unknown', stale: true }] });
      await api.done('DELETE', 'signals/platform/database-connections?reason=gone');
      await untilSo(
        PATIENCE_MS,
        'more are let in',
        async () => (await roomOf(api)).rate.factor > atDeath * 1.5,
      );
    },
  );
});

it.concurrent('what was learned outlives a restart, and what was decided does not', LONG, async () => {
  const { gateway, api } = await setStage({ room: '{}' });
  const visitors = come(gateway.url);
  await untilLearned(api);
  await visitors.stop(0);
  await gateway.stop();
  await gateway.restart();
  const metrics = await ask(`${gateway.metricsUrl}/metrics`);
  expect(metrics.text).toMatch(/headgate_upstream_base_seconds\{upstream="platform"\} 0\.\d+/);
  expect(metrics.text).not.toContain('headgate_upstream_in_flight_limit{');
});
