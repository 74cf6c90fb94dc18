/** A platform that collapses honestly, and a gateway before it that may decide by itself: each a process of its own. */
import type { Mode } from '../../../load-tests/platform/mode.ts';
import type { AdminClient } from '../../support/admin-client.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { type PlatformProcess, startPlatformProcess } from '../../support/platform-process.ts';
import { untilSo } from '../../support/within.ts';
import { type Books, watchBooks } from './books.ts';
import { DATABASE } from './capacity.ts';

export interface StageOptions {
  /** Law of the rooms `event-<id>`, as YAML on one line; `{}`: none, the rooms are adaptive. */
  room: string;
  /** Laws of rooms by name, which go before the template's. */
  rooms?: Readonly<Record<string, string>>;
  /** Of `protection`, beside what lets all visitors come from one address: YAML on one line, without braces. */
  protection?: string;
  database?: Partial<Mode>;
  /** The store, as YAML on one line. */
  store?: string;
}

export interface Stage {
  readonly platform: PlatformProcess;
  readonly gateway: GatewayProcess;
  readonly api: AdminClient;
  readonly books: Books;
  /** What was decided so far, oldest first. */
  journal(): Promise<Decision[]>;
  /** How late the gateway's own turns were since it began, and how long the platform says that its answers took, ms. */
  slowness(): Promise<Slowness>;
  strike(): Promise<void>;
}

export interface Slowness {
  gatewayLateMs: { mean: number; p99: number };
  platformMs: { p50: number; p95: number; p99: number };
}

export interface Decision {
  /** ISO 8601. */
  at: string;
  kind: string;
  room: string | null;
  signal: string | null;
  value: number | null;
  limit: number | null;
  mode: string;
  sentence: string;
}

const HEARD_MS = 20_000;
const MOST_DECISIONS = 500;

export async function setStage(options: StageOptions): Promise<Stage> {
  const platform = await startPlatformProcess({ integrated: true });
  await platform.setMode(options.database ?? DATABASE);
  const gateway = await startGateway({ config: configOf(options, platform.url), admin: true });
  const api = await gateway.api();
  await untilSo(HEARD_MS, 'the admin hears of the gateway', async () => {
    return (await api.get<{ items: unknown[] }>('gateways')).items.length === 1;
  });
  const books = watchBooks(platform);
  return {
    ...{ platform, gateway, api, books },
    journal: () => journalOf(api),
    async slowness() {
      const text = await (await fetch(`${gateway.metricsUrl}/metrics`)).text();
      const lateMs = (figure: string) =>
        1_000 * Number(new RegExp(`^nodejs_eventloop_lag_${figure}_seconds (\\S+)$`, 'm').exec(text)?.[1]);
      const { latencyMs } = await platform.stats();
      return { gatewayLateMs: { mean: lateMs('mean'), p99: lateMs('p99') }, platformMs: latencyMs };
    },
    async strike() {
      await books.stop();
      await gateway.kill();
      await platform.stop();
    },
  };
}

export async function journalOf(api: AdminClient): Promise<Decision[]> {
  const { items } = await api.get<{ items: Decision[] }>(`decisions?limit=${MOST_DECISIONS}`);
  return items.reverse();
}

/** A decision's time, ms of `performance.now()` of this process, which runs on the gateway's machine. */
export function decidedAtMs({ at }: Decision): number {
  return Date.parse(at) - performance.timeOrigin;
}

export function configOf(options: StageOptions, platform: string): string {
  const { room, rooms = {}, protection = '', store = '{ kind: embedded }' } = options;
  const named = Object.entries(rooms).map(([name, law]) => `  "${name}": ${law}\n`);
  return `
store: ${store}
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${platform}"] } }
protection: { joins: { perNetworkPerMinute: null, perClientPerMinute: null, proofOfWork: { mode: off } }${protection && `, ${protection}`} }
rooms:
${named.join('')}  "event-{eventid}": ${room}
  site: { allowance: { inFlight: 10000 } }
  programs: { allowance: { inFlight: 10000 } }
rules:
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
  - { name: api, match: { path: /api/* }, room: programs, class: api }
default: { room: site, upstream: platform }
`;
}
