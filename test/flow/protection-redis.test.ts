/** Four gateways on one Redis decide as one: each goes by the same decision, made once, and by its own share of it. */
import { expect, it } from 'vitest';
import { sendArrivals } from '../../load-tests/visitors/arrivals.ts';
import { registrant } from '../fault/protection/capacity.ts';
import { type Decision, journalOf } from '../fault/protection/stage.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { startDeployment } from '../support/deployment.ts';
import { untilSo } from '../support/within.ts';

const PATIENCE_MS = 90_000;
const GATEWAYS = 4;
const CONFIG = `
protection:
  engage: { calmSeconds: 1, leastPerMinute: 6000 }
  distress: { leastAnswers: 5 }
  joins: { perNetworkPerMinute: null, perClientPerMinute: null, proofOfWork: { mode: off } }
rooms: { platform: {}, "event-{eventid}": {} }
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
`;

interface Protection {
  gateways: { together: number; alone: number }[];
  upstreams: {
    baseLatencyMs: number | null;
    inFlightLimit: number | null;
    shares: Record<string, number | null>;
  }[];
  rooms: { room: string }[];
}

it('four gateways adopt one decision, each by its share, and it is told once', {
  timeout: 300_000,
}, async () => {
  const { gateways, platform, api, redis } = await startDeployment({ gateways: GATEWAYS, config: CONFIG });
  await platform.setMode({ databaseConnections: 20, queryMs: 100 });
  const visitors = gateways.map(({ url }, seed) =>
    sendArrivals({ base: url, perSecond: 1.5, seed, plan: registrant(1_000) }),
  );
  cleanUpLater(() => Promise.all(visitors.map((one) => one.stop(0))));
  const protection = () => api.get<Protection>('protection');
  await untilSo(PATIENCE_MS, 'usual latency is known', async () => {
    const { upstreams } = await protection();
    return upstreams[0]?.baseLatencyMs != null;
  });
  await platform.setMode({ slowFactor: 20 });
  let seen: Protection | null = null;
  await untilSo(PATIENCE_MS, 'all are held to their shares of one bound', async () => {
    seen = await protection();
    const shares = Object.values(seen.upstreams[0]?.shares ?? {});
    return shares.length === GATEWAYS && shares.every((share) => share !== null);
  });
  expect(seen!.rooms.map(({ room }) => room)).toEqual(['event-4711']);
  expect(seen!.gateways.every(({ alone }) => alone === 0)).toBe(true);
  const engaged = ({ kind, room }: Decision) => kind === 'engage' && room === 'event-4711';
  await untilSo(PATIENCE_MS, 'it is told', async () => (await journalOf(api)).some(engaged));
  expect((await journalOf(api)).filter(engaged)).toHaveLength(1);

  // Without Redis each goes on alone, and afterwards together again.
  await redis.kill();
  await untilSo(PATIENCE_MS, 'they go on alone', async () =>
    (await Promise.all(gateways.map(({ metricsUrl }) => roundsOf(metricsUrl, 'alone')))).every((n) => n > 0),
  );
  await redis.restart();
  const before = await Promise.all(gateways.map(({ metricsUrl }) => roundsOf(metricsUrl, 'together')));
  await untilSo(PATIENCE_MS, 'they decide together again', async () => {
    const now = await Promise.all(gateways.map(({ metricsUrl }) => roundsOf(metricsUrl, 'together')));
    return now.some((rounds, at) => rounds > before[at]!);
  });
});

async function roundsOf(metricsUrl: string, outcome: string): Promise<number> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  const found = text.match(new RegExp(`headgate_protection_rounds_total\\{outcome="${outcome}"\\} (\\d+)`));
  return Number(found?.[1] ?? 0);
}
