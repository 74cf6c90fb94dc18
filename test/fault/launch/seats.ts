/** A sale of few seats to a large crowd, of whom some give up inside: what the platform sold, to whom, and what it was asked after. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '../../../load-tests/child-process.ts';
import { tallyOf } from '../../../load-tests/visitors/crowd.ts';
import type { VisitorRecord } from '../../../load-tests/visitors/words.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { ask, NAVIGATION, visitor } from '../../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../../support/platform-process.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { allowedSeconds } from './seats-pace.ts';

export interface SeatsRun {
  seats: number;
  /** At once. */
  sessions: number;
  visitors: number;
  overMs: number;
  stayMs: number;
  /** Inside; two thirds of these say goodbye, the others are just gone. */
  giveUpShare: number;
  idleSeconds: number;
  seed: number;
}

export interface SeatsOutcome {
  sold: number;
  /** From the first arrival until the last seat was sold, by the platform's books; null: never. */
  soldOutAfterSeconds: number | null;
  /** As long as the slots allow, for the same people who stayed as long as they did. */
  allowedSeconds: number;
  records: readonly VisitorRecord[];
  outcomes: Record<string, number>;
  /** Requests that the platform got from a crowd that came once everything was sold. */
  requestsWhenSoldOut: number;
  /** What that crowd was told. */
  toldWhenSoldOut: string[];
  /** Of the machine. */
  schedulingDelayMs: number;
}

const EVENT = '4711';
const ADDRESS = `/ereg/newreg.php?eventid=${EVENT}`;
const LOOK_MS = 100;
const CROWD_MS = 300_000;

/** The platform itself would sell without end: what holds is the gate's doing. */
export async function runSeats(run: SeatsRun): Promise<SeatsOutcome> {
  const platform = await startPlatformProcess({ integrated: true, idleSeconds: run.idleSeconds });
  const gate = await startGateway({ config: configOf(run, platform.url) });
  const delay = measureSchedulingDelay();
  const crowd = await startCrowd(gate.url, run);
  const startedMs = performance.now();
  const soldOutAtMs = await untilSold(platform, run, crowd.done);
  const records = await crowd.done;
  const books = await platform.stats();
  const late = await comeTooLate(gate, platform);
  const { p99Ms } = await delay.stop();
  await gate.stop();
  await platform.stop();
  return {
    sold: books.registrations[EVENT] ?? 0,
    soldOutAfterSeconds: soldOutAtMs === null ? null : (soldOutAtMs - startedMs) / 1_000,
    allowedSeconds: allowedSeconds(records, run),
    ...{ records, outcomes: { ...tallyOf(records).outcomes } },
    ...{ requestsWhenSoldOut: late.requests, toldWhenSoldOut: late.told, schedulingDelayMs: p99Ms },
  };
}

/** Thousands who look after themselves, in a process of their own: what they saw is in a file once all have gone. */
async function startCrowd(url: string, run: SeatsRun) {
  const file = join(await tempFolder(), 'records.json');
  const child = startChild('test/fault/launch/seats-main.ts', [url, ADDRESS, file, JSON.stringify(run)]);
  cleanUpLater(() => child.kill());
  await child.printed(/^coming$/m);
  const done = child.printed(/^gone$/m, CROWD_MS).then(async () => {
    await child.kill();
    return JSON.parse(await readFile(file, 'utf8')) as VisitorRecord[];
  });
  return { done };
}

function configOf({ seats, sessions, idleSeconds }: SeatsRun, upstream: string): string {
  return `
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${upstream}"] } }
rooms:
  "event-{eventid}":
    limits: { sessions: ${sessions}, seats: ${seats}, submitReserve: 0 }
    session: { idleSeconds: ${idleSeconds}, submitGraceSeconds: 0 }
  platform: {}
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
`;
}

async function untilSold(
  platform: PlatformProcess,
  run: SeatsRun,
  done: Promise<unknown>,
): Promise<number | null> {
  let isOver = false;
  void done.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    if (((await platform.stats()).registrations[EVENT] ?? 0) >= run.seats) return performance.now();
    await sleep(LOOK_MS);
  }
  return null;
}

/** All kinds of requests that a visitor without a session may send. */
async function comeTooLate(gate: GatewayProcess, platform: PlatformProcess) {
  const before = (await platform.stats()).requests;
  const url = gate.url + ADDRESS;
  const answers = await Promise.all([
    ...Array.from({ length: 50 }, () => visitor(gate.url).open(ADDRESS)),
    ...Array.from({ length: 10 }, () => visitor(gate.url).post(ADDRESS)),
    ...Array.from({ length: 10 }, () => ask(url)),
    ...Array.from({ length: 10 }, () => ask(url, { headers: { accept: 'application/json' } })),
    ...Array.from({ length: 10 }, () => ask(url, { method: 'HEAD', headers: NAVIGATION })),
    ask(url, { headers: { 'headgate-ticket': 'a.b.c', 'headgate-pass': 'a.b.c' } }),
    ask(url, { headers: { ...NAVIGATION, 'sec-purpose': 'prefetch' } }),
  ]);
  return {
    requests: (await platform.stats()).requests - before,
    told: [...new Set(answers.map(({ state }) => state ?? 'nothing'))],
  };
}
