/** The demo's stage: two identical platforms, one of them behind a gate, each a process of its own; nothing is left when it is struck. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../child-process.ts';
import type { PlatformStats } from '../platform/books.ts';

export const EVENT_ID = '4711';
export const ROOM = `event-${EVENT_ID}`;
/** What the platform bears: 5 connections × 10 ms a query are 500 queries a second, and a registration needs 16. */
const DATABASE = { databaseConnections: 5, queryMs: 10 };
export const LIMITS = { sessions: 120, admissionsPerMinute: 1200 };

export interface Side {
  /** Where its visitors go. */
  entrance: string;
  stats(): Promise<PlatformStats>;
}

export interface Stage {
  gated: Side;
  bare: Side;
  /** Visitors in line, by the gate's own status document. */
  waiting(): Promise<number>;
  strike(): Promise<void>;
}

/** Rejects when it cannot be set, or `signal` ends it first. */
export async function setStage(signal: AbortSignal): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-surge-'));
  const children: Child[] = [];
  const strike = async () => {
    await Promise.all(children.map((child) => child.kill()));
    await rm(folder, { recursive: true, force: true });
  };
  const run = (script: string, args: string[], env?: NodeJS.ProcessEnv) => {
    signal.throwIfAborted();
    const child = startChild(script, args, env);
    children.push(child);
    signal.addEventListener('abort', () => child.signal('SIGKILL'));
    return child;
  };
  try {
    const [behind, bare] = await Promise.all([startPlatform(run), startPlatform(run)]);
    const gate = await startGate(run, folder, behind);
    return {
      gated: { entrance: gate, stats: () => readJson<PlatformStats>(`${behind}/_platform/stats`) },
      bare: { entrance: bare, stats: () => readJson<PlatformStats>(`${bare}/_platform/stats`) },
      waiting: () => readWaiting(gate),
      strike,
    };
  } catch (error) {
    await strike();
    throw error;
  }
}

type Run = (script: string, args: string[], env?: NodeJS.ProcessEnv) => Child;

async function startPlatform(run: Run): Promise<string> {
  const child = run('load-tests/platform/main.ts', ['--port', '0']);
  const url = (await child.printed(/platform on (http:\/\/[^,\s]+)/))[1]!;
  await fetch(`${url}/_platform/mode`, { method: 'POST', body: JSON.stringify(DATABASE) });
  return url;
}

async function startGate(run: Run, folder: string, platform: string): Promise<string> {
  const config = join(folder, 'headgate.yaml');
  await writeFile(config, configFor(platform));
  const child = run('gateway/main.ts', ['start'], {
    HEADGATE_CONFIG: config,
    HEADGATE_DATA: join(folder, 'data'),
    HEADGATE_PORT: '0',
    HEADGATE_METRICS_PORT: '0',
    HEADGATE_ADMIN_PORT: '0',
  });
  const [line] = await child.printed(/^.*"msg":"listening".*$/m);
  return (JSON.parse(line) as { gateway: string }).gateway.replace('0.0.0.0', '127.0.0.1');
}

function configFor(platform: string): string {
  return `
listen: { gateway: { host: 127.0.0.1 } }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${platform}"] } }
rooms:
  "event-{eventid}":
    limits: { sessions: ${LIMITS.sessions}, admissionsPerMinute: ${LIMITS.admissionsPerMinute} }
    claimSeconds: 30
  site: { limits: { sessions: 1000 } }
rules:
  - { name: assets, match: { path: /assets/*, methods: [GET, HEAD] }, action: bypass, class: asset }
  - { name: registration, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: site, upstream: platform }
`;
}

async function readWaiting(gate: string): Promise<number> {
  const status = await readJson<{ waiting?: number }>(`${gate}/.headgate/rooms/${ROOM}/status`);
  return status.waiting ?? 0;
}

async function readJson<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}
