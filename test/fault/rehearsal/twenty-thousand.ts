/** More than 20,000 visitors in line at once, at one gateway with Redis in front of the demo platform, sent by the rehearsal's own generator. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformStats } from '../../../load-tests/platform/books.ts';
import type { Behaviour } from '../../../load-tests/rehearse/visitor-words.ts';
import { type LoadFigures, type LoadResult, sendLoad } from '../../../load-tests/visitors/load.ts';
import { type Fleet, HOST, startFleet } from '../../support/fleet.ts';
import { startRedis } from '../../support/redis-server.ts';

export interface BigRun {
  visitors: number;
  arrivingSeconds: number;
  sessions: number;
  admissionsPerMinute: number;
  staySeconds: number;
  /** Whoever is not through then is sent away. */
  seconds: number;
  seed: number;
}

export interface BigOutcome {
  result: LoadResult;
  books: PlatformStats;
  mostWaiting: number;
  /** Resident memory of the gateway once the last had come, and at the end, MB. */
  memoryMb: { full: number; end: number };
  seconds: number;
}

const SCENE_MS = 1_000;

export async function runBig(run: BigRun): Promise<BigOutcome> {
  const redis = await startRedis();
  const { sessions, admissionsPerMinute } = run;
  const fleet = await startFleet({
    gateways: 1,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: `{ limits: { sessions: ${sessions}, admissionsPerMinute: ${admissionsPerMinute}, submitReserve: 0 } }`,
    more: 'listen: { trustedProxies: [127.0.0.1/32] }',
  });
  await fleet.platform.setMode({ queryMs: 5, databaseConnections: 50 });
  try {
    return await play(run, fleet);
  } finally {
    await fleet.stop();
    await redis.stop();
  }
}

async function play(run: BigRun, fleet: Fleet): Promise<BigOutcome> {
  const startedMs = performance.now();
  const load = await sendLoad(planOf(run), targetOf(fleet));
  let isOver = false;
  void load.done.then(() => {
    isOver = true;
  });
  const scenes: Array<{ figures: LoadFigures; memoryMb: number }> = [];
  while (!isOver && performance.now() - startedMs < run.seconds * 1_000) {
    await sleep(SCENE_MS);
    scenes.push({ figures: await load.figures(), memoryMb: residentMb(fleet.gateways[0]!.pid) });
  }
  const result = await load.stop();
  const full = scenes.find(({ figures }) => figures.visitors.came >= run.visitors);
  return {
    result,
    books: await fleet.platform.stats(),
    mostWaiting: Math.max(...scenes.map(({ figures }) => figures.visitors.waiting)),
    memoryMb: { full: full?.memoryMb ?? 0, end: scenes.at(-1)?.memoryMb ?? 0 },
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

function planOf({ visitors, arrivingSeconds, staySeconds, seconds, seed }: BigRun) {
  const behaviour: Behaviour = {
    ...{ stay: { least: staySeconds / 2, most: staySeconds * 1.5 }, fillsForm: false, leaves: true },
    ...{ loadsAssets: false, noShowShare: 0, impatience: null, twoTabsShare: 0, sleepers: null },
    ...{ backButtonShare: 0, retries: 3, patienceSeconds: 30 },
    ...{ numbers: 0, comesWhenCalled: true, networks: null },
  };
  const url = `http://${HOST}/ereg/newreg.php?eventid=4711`;
  const arrivals = { shape: 'step' as const, fromSeconds: 0, untilSeconds: arrivingSeconds };
  const perMinute = (visitors / arrivingSeconds) * 60;
  return {
    groups: [
      {
        ...{ name: 'people', kind: 'browser' as const, behaviour },
        addresses: [{ url, weight: 1 }],
        arrivals: { ...arrivals, perMinute },
      },
    ],
    ...{ seconds, compress: 1, seed, visitors: null },
  };
}

function targetOf(fleet: Fleet) {
  return {
    origins: () => fleet.live().map(({ url }) => url),
    onRefused: 'fail' as const,
    ...{ prefix: '/.headgate', cookiePrefix: 'hg', headers: {}, keepHost: true },
  };
}

/** As the system tells; Linux. */
function residentMb(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
}
