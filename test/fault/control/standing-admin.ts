/** The admin process stands still (SIGSTOP) while visitors ask: its gateways report to the store, and have nothing to notice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startDeployment } from '../../support/deployment.ts';
import type { GatewayProcess } from '../../support/gateway-process.ts';
import { percentile, steadyVisitors } from './steady-visitors.ts';

export interface StandingRun {
  /** Each of them with the admin running, and standing still. */
  rounds: number;
  phaseMs: number;
  perSecond: number;
}

export interface StandingPhase {
  isStill: boolean;
  p99Ms: number;
  asked: number;
  notServed: number;
  /** Of all gateways. */
  reports: Record<string, number>;
}

export interface StandingOutcome {
  phases: StandingPhase[];
  /** What gateways said of it, by level `warn` and `error`. */
  complaints: string[];
  /** Gateways that the admin hears of when it goes on. */
  heardAfter: number;
}

const GATEWAYS = 2;
const OUTCOMES = ['sent', 'failed', 'skipped'];
const CONFIG = `
passes: { requestsPerMinute: 1000000 }
rooms:
  platform: {}
  inside: { limits: { sessions: 100 } }
rules:
  - { name: all, match: { path: /* }, room: inside }
`;

export async function runStandingAdmin(run: StandingRun): Promise<StandingOutcome> {
  const { admin, gateways, api } = await startDeployment({ gateways: GATEWAYS, config: CONFIG });
  const urls = gateways.map(({ url }) => url);
  const visitors = await steadyVisitors(urls, 'inside', run.perSecond);
  await sleep(run.phaseMs);
  const from = gateways.map((gateway) => gateway.output().length);
  const phases: StandingPhase[] = [];
  for (let round = 0; round < run.rounds; round++)
    for (const isStill of [false, true]) {
      const before = await reportsOf(gateways);
      if (isStill) admin.signal('SIGSTOP');
      visitors.take();
      await sleep(run.phaseMs);
      const { tookMs, notServed } = visitors.take();
      const after = await reportsOf(gateways);
      admin.signal('SIGCONT');
      const reports = Object.fromEntries(OUTCOMES.map((key) => [key, after[key]! - before[key]!]));
      phases.push({
        ...{ isStill, notServed, reports, asked: tookMs.length },
        p99Ms: percentile(tookMs, 0.99),
      });
    }
  const { items } = await api.get<{ items: unknown[] }>('gateways');
  await visitors.stop();
  const said = gateways.map((gateway, index) => gateway.output().slice(from[index]!));
  const complaints = said.flatMap((text) =>
    text.split('\n').filter((line) => /"level":"(warn|error)"/.test(line) && !line.includes('leftOut')),
  );
  return { phases, complaints, heardAfter: items.length };
}

async function reportsOf(gateways: readonly GatewayProcess[]): Promise<Record<string, number>> {
  const texts = await Promise.all(
    gateways.map(async ({ metricsUrl }) => (await fetch(`${metricsUrl}/metrics`)).text()),
  );
  const sum = (outcome: string) =>
    texts.reduce(
      (total, text) =>
        total + Number(new RegExp(`headgate_reports_total{outcome="${outcome}"} (\\d+)`).exec(text)?.[1]),
      0,
    );
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, sum(outcome)]));
}
