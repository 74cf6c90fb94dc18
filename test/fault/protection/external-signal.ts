/** The platform tells how many of its database connections are taken, until its reporter dies; and somebody lies. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import type { AdminClient } from '../../support/admin-client.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { capacityOf, DATABASE, EVENT, registrant } from './capacity.ts';
import { type Decision, decidedAtMs, setStage } from './stage.ts';

export interface SignalOutcome {
  factorBefore: number;
  /** From the first report at 95 % until the factor was lower; null: never. */
  fellMs: number | null;
  /** The factor when the reporter died, and the highest one from its last word's end until the next. */
  factorAtDeath: number;
  highestWhileUnknown: number;
  isStale: boolean;
  /** Decisions since the reporter's death that are of the signal. */
  said: string[];
  /** After reports of a well platform. */
  factorAfter: number;
  /** Statuses that lies got. */
  lies: number[];
  factors: string[];
  journal: Decision[];
}

const NAME = 'database-connections';
const LIMIT = 100;
const TTL_SECONDS = 3;
const LOAD = 0.5;
const THINK_MS = 1_500;

interface RoomDocument {
  room: string;
  rate?: { factor: number; perMinute: number | null };
}

export async function runExternalSignal(run: {
  calmMs: number;
  shortMs: number;
  deadMs: number;
  wellMs: number;
}): Promise<SignalOutcome> {
  const stage = await setStage({ room: '{ limits: { admissionsPerMinute: 700 } }' });
  const { api } = stage;
  const visitors = sendArrivals({
    ...{ base: stage.gateway.url, perSecond: LOAD * capacityOf(DATABASE), seed: 11 },
    plan: registrant(THINK_MS),
  });
  const factors = watchFactor(api);
  const reporter = report(api, 40);
  await sleep(run.calmMs);
  const shortAtMs = performance.now();
  const factorBefore = factors.last();
  reporter.say(95);
  await sleep(run.shortMs);
  reporter.die();
  const diedAtMs = performance.now();
  const factorAtDeath = factors.last();
  await sleep(run.deadMs);
  const { items } = await api.get<{ items: { name: string; stale: boolean }[] }>('signals');
  const isStale = items.find(({ name }) => name === NAME)?.stale ?? false;
  const backAtMs = performance.now();
  reporter.say(40);
  await sleep(run.wellMs);
  const journal = await stage.journal();
  const lies = await tellLies(api);
  reporter.die();
  await visitors.stop();
  await factors.stop();
  const outcome = {
    ...{ factorBefore, factorAtDeath, isStale, lies, journal },
    fellMs: factors.firstBelow(factorBefore, shortAtMs),
    highestWhileUnknown: factors.highest(diedAtMs + TTL_SECONDS * 1_000, backAtMs),
    said: journal
      .filter((one) => decidedAtMs(one) >= diedAtMs && one.signal === NAME)
      .map(({ sentence }) => sentence),
    factorAfter: factors.last(),
    factors: factors.texts(shortAtMs),
  };
  await stage.strike();
  return outcome;
}

/** Says the last value each second, until it dies. */
function report(api: AdminClient, first: number) {
  let value: number | null = first;
  const post = () =>
    value === null ? undefined : api.send('POST', 'signals', signalOf(value)).catch(() => undefined);
  const timer = setInterval(post, 1_000);
  cleanUpLater(() => clearInterval(timer));
  void post();
  return {
    say(next: number) {
      value = next;
      void post();
    },
    die() {
      value = null;
    },
  };
}

function signalOf(value: unknown) {
  return { name: NAME, upstream: 'platform', value, limit: LIMIT, ttlSeconds: TTL_SECONDS };
}

/** JSON writes NaN as null. */
async function tellLies(api: AdminClient): Promise<number[]> {
  const told = [
    signalOf(-1),
    signalOf(Number.NaN),
    signalOf('NaN'),
    signalOf(1e9),
    { ...signalOf(1), limit: 0 },
  ];
  const replies = await Promise.all(told.map((lie) => api.send('POST', 'signals', lie)));
  return replies.map(({ status }) => status);
}

function watchFactor(api: AdminClient) {
  const seen: { atMs: number; factor: number }[] = [];
  let isOver = false;
  const look = async () => {
    for (; !isOver; await sleep(250)) {
      const { rate } = await api
        .get<RoomDocument>(`rooms/event-${EVENT}`)
        .catch(() => ({ rate: undefined }) as RoomDocument);
      seen.push({ atMs: performance.now(), factor: rate?.factor ?? 1 });
    }
  };
  const looking = look();
  const stop = () => {
    isOver = true;
    return looking;
  };
  cleanUpLater(stop);
  return {
    last: () => seen.at(-1)?.factor ?? 1,
    highest: (fromMs: number, untilMs: number) =>
      Math.max(...seen.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs).map(({ factor }) => factor)),
    firstBelow(factor: number, sinceMs: number) {
      const found = seen.find((one) => one.atMs > sinceMs && one.factor < factor);
      return found ? found.atMs - sinceMs : null;
    },
    texts: (zeroMs: number) =>
      seen
        .filter((one, index) => one.factor !== seen[index - 1]?.factor)
        .map(({ atMs, factor }) => `${((atMs - zeroMs) / 1_000).toFixed(1)} s: ${factor.toFixed(3)}`),
    stop,
  };
}
