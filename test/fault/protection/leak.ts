/** January 2024: connections that only grow, beside a platform that is busy and well. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway } from '../../support/gateway-process.ts';
import { noteAnswers } from './answers.ts';
import { startLeakyPlatform } from './leaky-platform.ts';
import { sendPrograms } from './programs.ts';
import { type Decision, journalOf } from './stage.ts';

export interface LeakRun {
  /** 0: none. */
  leakEvery: number;
  perSecond: number;
  /** A run ends with the alarm, or after this. */
  mostMs: number;
}

export interface LeakOutcome {
  alarm: { afterMs: number; connections: number; leaked: number; sentence: string } | null;
  /** Connections every ten seconds. */
  connections: number[];
  told: Record<string, number>;
  journal: Decision[];
}

export const UPSTREAM = 'platform';
export const BOUND = 180;
/** Compressed: growth counts as a leak when it lasted a minute. */
const LEAST_MINUTES = 1;
const LOOK_MS = 500;
const NOTED_MS = 10_000;

const config = (platform: string) => `
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { ${UPSTREAM}: { targets: ["${platform}"], maxConnections: ${BOUND}, timeouts: { bodyMs: 600000 } } }
protection: { connections: { leastMinutes: ${LEAST_MINUTES} } }
rooms: { site: { allowance: { inFlight: 10000 } } }
default: { room: site, upstream: ${UPSTREAM} }
`;

export async function runLeak({ leakEvery, perSecond, mostMs }: LeakRun): Promise<LeakOutcome> {
  const platform = await startLeakyPlatform(leakEvery);
  const gateway = await startGateway({ config: config(platform.url), admin: true });
  const api = await gateway.api();
  const answers = noteAnswers();
  const stop = sendPrograms({ base: gateway.url, method: 'GET', path: '/events', perSecond, answers });
  const beganMs = performance.now();
  const connections: number[] = [];
  let journal: Decision[] = [];
  let alarm: LeakOutcome['alarm'] = null;
  for (let atMs = 0; alarm === null && atMs < mostMs; atMs = performance.now() - beganMs) {
    if (atMs >= connections.length * NOTED_MS) connections.push(platform.connections());
    journal = await journalOf(api);
    const leak = journal.find(({ kind }) => kind === 'leak');
    if (leak)
      alarm = {
        ...{ afterMs: atMs, sentence: leak.sentence },
        ...{ connections: platform.connections(), leaked: platform.leaked() },
      };
    await sleep(LOOK_MS);
  }
  const told = answers.tally(beganMs, performance.now());
  await stop();
  await gateway.kill();
  return { alarm, connections, told, journal };
}
