/** Around the gate: somebody knows the platform's own address, and one request in twenty goes straight there. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminClient } from '../../support/admin-client.ts';
import { freePort } from '../../support/free-port.ts';
import { sharedKeys } from '../../support/gateway-keys.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { type PlatformProcess, startPlatformProcess } from '../../support/platform-process.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { untilSo } from '../../support/within.ts';
import { type SteadyTraffic, sendTraffic } from './traffic.ts';

export const STRAIGHT_HOST = 'origin.example.com';
/** Where those come from who go around; no other address of a run begins so. */
export const STRAIGHT_FROM = '127.0.55.7';
/** A visitor's, in the query of a page that is asked for straight. */
export const PERSON = 'ada.lovelace';
const GATED_PER_SECOND = 95;
const STRAIGHT_PER_SECOND = 5;
export const STRAIGHT_SHARE = 0.05;
const PATIENCE_MS = 60_000;

const GATED = [
  '/',
  '/events?page=1&q=%C3%A4',
  '/events/4711',
  '/assets/app.css',
  '/ereg/newreg.php?eventid=4711&x=a%20b',
];

export interface Finding {
  kind: string;
  severity: string;
  summary: string;
  room: string | null;
  evidence: {
    host: string | null;
    pathShape: string | null;
    share: number;
    examples: string[];
    networks?: string[];
  };
}

export interface Coverage {
  platform: { state: string; stamped: number; unstamped: number; refused: number; observers: number };
  outside: { state: string; probes: { target: string; address: string; state: string; detail: string }[] };
  findings: Finding[];
}

export interface StageOptions {
  /** Whether an observer stands within the platform; `refuse`: one that turns away who came around. */
  observer: 'none' | 'tells' | 'refuses';
  /** What else stands at top level, as YAML. */
  more?: (platform: string) => string;
}

export interface AroundStage {
  gateway: GatewayProcess;
  platform: PlatformProcess;
  api: AdminClient;
  coverage(): Promise<Coverage>;
  /** The state of a readiness item of the launch. */
  readiness(item: string): Promise<string | undefined>;
  /** The configuration with this at top level beside the rest, read again. */
  reload(more: string): Promise<void>;
}

const LAUNCH = 'autumn';

/** Of a launch that opens long after the test, with addresses to be asked from outside. */
export const launchAt = (addresses: readonly string[]) =>
  `launches: [{ name: ${LAUNCH}, room: event-4711, opensAt: 2099-12-01T15:00:00Z, addresses: ${JSON.stringify(addresses)} }]`;

const config = (platform: string, keys: string, more: string) => `
keys: { path: ${JSON.stringify(keys)} }
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${platform}"] } }
rooms:
  "event-{eventid}": {}
  platform: { allowance: { inFlight: 10000 } }
rules:
  - { name: assets, match: { path: /assets/* }, action: bypass, class: asset }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
${more}
`;

/** The platform is up first: what its observer needs comes later, as it does when everything is started at once. */
export async function startAround({ observer, more }: StageOptions): Promise<AroundStage> {
  const keys = await sharedKeys();
  const adminPort = await freePort();
  const tokenFile = join(await tempFolder(), 'token');
  const told = [
    '--stamp-keys',
    keys,
    '--report-to',
    `http://127.0.0.1:${adminPort}`,
    '--token-file',
    tokenFile,
  ];
  const platform = await startPlatformProcess({
    integrated: true,
    args: observer === 'none' ? [] : [...told, ...(observer === 'refuses' ? ['--refuse'] : [])],
  });
  const text = (end: string) => config(platform.url, keys, end);
  const gateway = await startGateway({
    config: text(more?.(platform.url) ?? ''),
    admin: true,
    env: { HEADGATE_ADMIN_PORT: String(adminPort) },
  });
  const api = await gateway.api();
  const coverage = () => api.get<Coverage>('coverage');
  if (observer !== 'none') {
    await writeFile(tokenFile, await observerToken(api));
    await untilSo(
      PATIENCE_MS,
      'the observer is heard',
      async () => (await coverage()).platform.observers === 1,
    );
  }
  return {
    ...{ gateway, platform, api, coverage },
    async readiness(item) {
      const path = `launches/${LAUNCH}/readiness`;
      const { items } = await api.get<{ items: { name: string; state: string }[] }>(path);
      return items.find(({ name }) => name === item)?.state;
    },
    async reload(end) {
      await gateway.writeConfig(text(end));
      gateway.signal('SIGHUP');
      await gateway.printed(/"msg":"configuration reloaded"/);
    },
  };
}

async function observerToken(api: AdminClient): Promise<string> {
  const asked = { name: 'platform', role: 'observer', reason: 'for its observer' };
  return (await api.done<{ token: string }>('POST', 'tokens', asked)).token;
}

/** 95 requests a second through the gate, and 5 straight to the platform. */
export function sendBothWays({ gateway, platform }: Pick<AroundStage, 'gateway' | 'platform'>): {
  gated: SteadyTraffic;
  straight: SteadyTraffic;
} {
  const gated = sendTraffic({
    origins: () => [gateway.url],
    next: (count) => ({ path: GATED[count % GATED.length] as string }),
    perSecond: GATED_PER_SECOND,
  });
  const straight = sendTraffic({
    origins: () => [platform.url],
    next: (count) => ({ path: `/events/${4_700 + (count % 50)}?mail=${PERSON}`, host: STRAIGHT_HOST }),
    perSecond: STRAIGHT_PER_SECOND,
    from: STRAIGHT_FROM,
  });
  return { gated, straight };
}

export interface AroundOutcome {
  /** From the first request until the finding was there. */
  foundMs: number;
  /** When a thousand requests had been seen. */
  finding: Finding;
  /** The share of unstamped requests by the platform's books at the same time. */
  booksShare: number;
  state: string;
  /** All that the admin API and the gateway's log say of it, and what is on their disk. */
  told: string;
}

export async function runAround(): Promise<AroundOutcome & { stage: AroundStage }> {
  const stage = await startAround({ observer: 'tells' });
  const { api, platform, coverage } = stage;
  const beganMs = performance.now();
  const { gated, straight } = sendBothWays(stage);
  const found = async () => (await coverage()).findings.find(({ kind }) => kind === 'around-the-gate');
  await untilSo(PATIENCE_MS, 'it is found', async () => (await found()) !== undefined);
  const foundMs = performance.now() - beganMs;
  await untilSo(PATIENCE_MS, 'a thousand requests were seen', async () => {
    const { stamped, unstamped } = (await coverage()).platform;
    return stamped + unstamped >= 1_000;
  });
  const finding = (await found()) as Finding;
  const { state } = (await coverage()).platform;
  const books = await platform.stats();
  await Promise.all([gated.stop(), straight.stop()]);
  const told = await everythingTold(api, stage.gateway);
  return { stage, foundMs, finding, booksShare: books.unstamped / books.requests, state, told };
}

const READ = ['coverage', 'findings', 'timeline', 'audit-log', 'decisions', 'gateways', 'requests'];

async function everythingTold(api: AdminClient, gateway: GatewayProcess): Promise<string> {
  const answers = await Promise.all(READ.map(async (path) => JSON.stringify(await api.get(path))));
  const files = ['control.sqlite', 'control.sqlite-wal'].map((name) => join(gateway.data, 'admin', name));
  const disk = await Promise.all(files.map((file) => readFile(file, 'latin1')));
  return [...answers, gateway.output(), ...disk].join('\n');
}

export interface RefusedOutcome {
  /** By status. */
  gated: Record<number, number>;
  straight: Record<number, number>;
  coverage: Coverage;
}

export async function runRefused(): Promise<RefusedOutcome> {
  const stage = await startAround({ observer: 'refuses' });
  const { gated, straight } = sendBothWays(stage);
  await untilSo(PATIENCE_MS, 'twenty were refused, and told', async () => {
    const { stamped, refused } = (await stage.coverage()).platform;
    return refused >= 20 && stamped >= 380;
  });
  const coverage = await stage.coverage();
  await Promise.all([gated.stop(), straight.stop()]);
  return { gated: gated.take(), straight: straight.take(), coverage };
}
