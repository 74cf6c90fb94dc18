/** Statistics that are late, refused or lost while visitors ask: a gateway whose link to the admin process goes through a proxy. */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '../../../load-tests/child-process.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { type RedisProxy, startRedisProxy } from '../../support/redis-proxy.ts';
import { startRedis } from '../../support/redis-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { untilSo } from '../../support/within.ts';
import { percentile, steadyVisitors } from './steady-visitors.ts';

export const FAULTS = ['slow', 'refused', 'gone'] as const;
export type Fault = (typeof FAULTS)[number];
export type Phase = 'calm' | Fault;

export interface SlowRun {
  /** Each of them calm, slow, refused, gone. */
  rounds: number;
  phaseMs: number;
  perSecond: number;
  /** What each report takes while they are slow. */
  slowMs: number;
}

export interface PhaseSeen {
  phase: Phase;
  p99Ms: number;
  asked: number;
  /** Not answered by the platform. */
  notServed: number;
  reports: Record<'sent' | 'failed' | 'skipped', number>;
  /** Lines about reports since the phase began. */
  began: number;
  over: number;
  residentMb: number;
}

export interface SlowOutcome {
  phases: PhaseSeen[];
  /** Reports under way at once, at most. */
  atOnce: number;
  /** Length of the last report. */
  reportBytes: number;
  drainExit: number | null;
  drainMs: number;
}

const PATIENCE_MS = 60_000;
const ANSWER_MS = 20;
const ROOMS = 200;
const LISTENING = /^.*"msg":"listening".*$/m;
const BEGAN = 'reports do not reach the admin process in time';
const OVER = 'reports reach the admin process again';

const begin: Record<Phase, (proxy: RedisProxy, slowMs: number) => void> = {
  calm: (proxy) => proxy.pass(),
  slow: (proxy, slowMs) => proxy.set({ toClientMs: slowMs }),
  refused: (proxy) => proxy.set({ mode: 'refuse' }),
  gone: (proxy) => proxy.set({ mode: 'blackhole' }),
};

export async function runSlowStatistics(run: SlowRun): Promise<SlowOutcome> {
  const redis = await startRedis();
  const proxy = await startRedisProxy(redis.port);
  const gateway = await startSlowLinkGateway(proxy.url);
  const traffic = await steadyVisitors([gateway.url], 'inside', run.perSecond);
  const phases: PhaseSeen[] = [];
  // The first seconds are those of a compiler.
  await sleep(run.phaseMs);
  for (let round = 0; round < run.rounds; round++)
    for (const phase of ['calm', ...FAULTS] as const) {
      const before = await gateway.figures();
      const from = gateway.output().length;
      begin[phase](proxy, run.slowMs);
      traffic.take();
      await sleep(run.phaseMs);
      const { tookMs, notServed } = traffic.take();
      const after = await gateway.figures();
      if (phase !== 'calm') await backToCalm(proxy, gateway);
      const lines = gateway.output().slice(from);
      phases.push({
        ...{ phase, notServed, asked: tookMs.length, p99Ms: percentile(tookMs, 0.99) },
        reports: {
          sent: after.sent - before.sent,
          failed: after.failed - before.failed,
          skipped: after.skipped - before.skipped,
        },
        ...{ began: count(lines, BEGAN), over: count(lines, OVER), residentMb: after.residentMb },
      });
    }
  const { atOnce } = await gateway.figures();
  const [report] = await redis.client.hvals('hg:{control}:reports');
  await traffic.stop();
  // A link that answers no more does not keep the gateway from ending.
  proxy.set({ mode: 'blackhole' });
  const stoppedMs = performance.now();
  const drainExit = await gateway.stop();
  return {
    ...{ phases, atOnce, drainExit, reportBytes: report?.length ?? 0 },
    drainMs: performance.now() - stoppedMs,
  };
}

/** The median of a phase's rounds. */
export function p99Of({ phases }: SlowOutcome, wanted: Phase): number {
  return percentile(
    phases.filter(({ phase }) => phase === wanted).map(({ p99Ms }) => p99Ms),
    0.5,
  );
}

type Gateway = Awaited<ReturnType<typeof startSlowLinkGateway>>;

async function backToCalm(proxy: RedisProxy, gateway: Gateway): Promise<void> {
  proxy.pass();
  const { sent } = await gateway.figures();
  await untilSo(PATIENCE_MS, 'reports are sent again', async () => (await gateway.figures()).sent > sent + 2);
}

async function startSlowLinkGateway(redisUrl: string) {
  const platform = await startPlatform();
  const folder = await tempFolder();
  const file = join(folder, 'headgate.yaml');
  await mkdir(join(folder, 'data'));
  await writeFile(file, config(platform));
  const child = startChild('test/fault/control/slow-link-gateway.ts', [file, redisUrl], {
    ...{ HEADGATE_DATA: join(folder, 'data'), HEADGATE_PORT: '0', HEADGATE_METRICS_PORT: '0' },
  });
  cleanUpLater(() => child.kill());
  const [line] = await child.printed(LISTENING);
  const listening = JSON.parse(line) as { gateway: string; metrics: string };
  return {
    url: listening.gateway,
    output: child.output,
    stop: () => child.kill('SIGTERM'),
    async figures() {
      const text = await (await fetch(`${listening.metrics}/metrics`)).text();
      const figure = (name: string) =>
        Number(
          text
            .split('\n')
            .find((row) => row.startsWith(name))
            ?.split(' ')[1],
        );
      const reports = (outcome: string) => figure(`headgate_reports_total{outcome="${outcome}"}`);
      return {
        ...{ sent: reports('sent'), failed: reports('failed'), skipped: reports('skipped') },
        ...{
          atOnce: figure('test_reports_at_once'),
          residentMb: figure('process_resident_memory_bytes') / 1e6,
        },
      };
    },
  };
}

/** As fast as a platform is that asks its database something. */
async function startPlatform(): Promise<string> {
  const answer = (response: ServerResponse) => setTimeout(() => response.end('a form'), ANSWER_MS);
  const server = createServer((_request, response) => void answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUpLater(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** So many rooms that a report is as long as one gets. */
function config(platform: string): string {
  const rooms = Array.from({ length: ROOMS }, (_, index) => `  event-${index}: { limits: { sessions: 10 } }`);
  return `
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
passes: { requestsPerMinute: 1000000 }
upstreams: { platform: { targets: ["${platform}"] } }
rooms:
  inside: { limits: { sessions: 100 } }
${rooms.join('\n')}
rules:
  - { name: form, match: { path: /ereg/* }, room: inside }
default: { room: inside, upstream: platform }
`;
}

function count(text: string, words: string): number {
  return text.split(words).length - 1;
}
