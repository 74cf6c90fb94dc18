/** The demo's stage: two identical platforms, one of them behind a gate, each a process of its own; nothing is left when it is struck. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformStats } from '../platform/books.ts';
import { fetchJson } from '../stage/fetch-json.ts';
import { startGateway } from '../stage/gateway-process.ts';
import { startPlatform } from '../stage/platform-process.ts';
import { gatherTroupe, type Troupe } from '../stage/troupe.ts';

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
  const troupe = await gatherTroupe(signal);
  // Ends at once, and not when whoever waits for an answer sees that it does not come.
  signal.addEventListener('abort', () => void troupe.strike());
  try {
    const [behind, bare] = await Promise.all([startDemo(troupe), startDemo(troupe)]);
    const gate = await startGate(troupe, behind);
    return {
      gated: { entrance: gate, stats: () => booksOf(behind) },
      bare: { entrance: bare, stats: () => booksOf(bare) },
      waiting: () => readWaiting(gate),
      strike: troupe.strike,
    };
  } catch (error) {
    await troupe.strike();
    throw error;
  }
}

async function startDemo(troupe: Troupe): Promise<string> {
  const plan = { name: 'platform', targets: 1, idleSeconds: 600, integrated: false, ...DATABASE };
  const { targets } = await startPlatform(troupe, plan, null);
  return targets[0] as string;
}

async function startGate(troupe: Troupe, platform: string): Promise<string> {
  const configFile = join(troupe.folder, 'headgate.yaml');
  await writeFile(configFile, configFor(platform));
  return (await startGateway(troupe, { name: 'gateway', configFile, adminPort: null })).url;
}

function booksOf(platform: string): Promise<PlatformStats> {
  return fetchJson(`${platform}/_platform/stats`);
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
  const status = await fetchJson<{ waiting?: number }>(`${gate}/.headgate/rooms/${ROOM}/status`);
  return status.waiting ?? 0;
}
