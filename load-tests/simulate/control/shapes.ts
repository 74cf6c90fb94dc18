/** The twelve shapes of platform and crowd that the controller is measured on. */
import { CAPACITY_PER_SECOND, CONNECTIONS_A_TARGET, type Condition } from './platform.ts';

export const RUN_SECONDS = 360;
const CALM = 0.4;
const CALM_SECONDS = 60;
const TROUBLE = { from: 150, until: 240 };

export interface Shape {
  name: string;
  what: string;
  /** Visitors a second who arrive. */
  arrivals(atSeconds: number): number;
  condition(atMs: number): Condition;
  /** The platform is restarted then, and gives back what it leaked. */
  restartAtSeconds?: number;
}

export const WELL: Condition = {
  slow: () => 1,
  failing: [0, 0],
  empty: () => 0,
  pausedUntilMs: 0,
  leaksEvery: 0,
  taken: 0,
};

/** Calm for a minute, then this many times what the platform bears. */
const crowd =
  (times: number) =>
  (atSeconds: number): number =>
    CAPACITY_PER_SECOND * (atSeconds < CALM_SECONDS ? CALM : times);

const well = (): Condition => WELL;
const isTrouble = (atMs: number): boolean => atMs >= TROUBLE.from * 1000 && atMs < TROUBLE.until * 1000;
const inTrouble =
  (trouble: Partial<Condition>) =>
  (atMs: number): Condition =>
    isTrouble(atMs) ? { ...WELL, ...trouble } : WELL;

function cold(atMs: number): Condition {
  const sinceMs = atMs >= TROUBLE.from * 1000 ? atMs - TROUBLE.from * 1000 : atMs;
  const slow = 1 + 3 * Math.exp(-sinceMs / 20_000);
  return { ...WELL, slow: () => slow };
}

const PAUSE = { everyMs: 8_000, lastsMs: 500 };
function collecting(atMs: number): Condition {
  const begunMs = atMs - (atMs % PAUSE.everyMs);
  return atMs < begunMs + PAUSE.lastsMs ? { ...WELL, pausedUntilMs: begunMs + PAUSE.lastsMs } : WELL;
}

/** Half of the connections are somebody else's for five seconds of eight, in the middle of the run. */
function neighbour(atMs: number): Condition {
  const isNoisy = isTrouble(atMs) && atMs % 8_000 < 5_000;
  return isNoisy ? { ...WELL, taken: CONNECTIONS_A_TARGET / 2, slow: () => 1.3 } : WELL;
}

const REPORT = 3;
const LOGIN = 4;

export const SHAPES: readonly Shape[] = [
  { name: 'steady', what: '1.5 times what fits, without end', arrivals: crowd(1.5), condition: well },
  {
    name: 'step',
    what: '20 times the calm for two minutes',
    arrivals: (at) => CAPACITY_PER_SECOND * (at >= 60 && at < 180 ? 20 * 0.3 : 0.3),
    condition: well,
  },
  {
    name: 'ramp',
    what: 'from .2 to 3 times what fits',
    arrivals: (at) => CAPACITY_PER_SECOND * (0.2 + (2.8 * at) / RUN_SECONDS),
    condition: well,
  },
  {
    name: 'oscillating',
    what: 'between .2 and 2.2 times what fits, each 80 s',
    arrivals: (at) => CAPACITY_PER_SECOND * (1.2 - Math.cos((at * Math.PI) / 40)),
    condition: well,
  },
  {
    name: 'one slow route',
    what: 'the report takes 6 times as long for 90 s',
    arrivals: crowd(1.2),
    condition: inTrouble({ slow: (route) => (route === REPORT ? 6 : 1) }),
  },
  {
    name: 'cold caches',
    what: '4 times slower after a start, and after a restart half way',
    arrivals: crowd(1.2),
    condition: cold,
  },
  {
    name: 'garbage collection',
    what: 'stands still for 500 ms of 8 s',
    arrivals: crowd(1.2),
    condition: collecting,
  },
  {
    name: 'leak',
    what: 'one query in 8,000 keeps its connection; restarted after 3.5 minutes',
    arrivals: crowd(1.2),
    condition: () => ({ ...WELL, leaksEvery: 8_000 }),
    restartAtSeconds: 210,
  },
  {
    name: 'half the targets bad',
    what: 'one of two targets is 10 times slower, and fails 30 %, for 90 s',
    arrivals: crowd(1.2),
    condition: inTrouble({ slow: (_, target) => (target === 1 ? 10 : 1), failing: [0, 0.3] }),
  },
  {
    name: 'noisy neighbour',
    what: 'half of the connections are taken for 5 s of 8, for 90 s',
    arrivals: crowd(1.2),
    condition: neighbour,
  },
  {
    name: '503s',
    what: 'half of the answers are 503, whatever the load, for 90 s',
    arrivals: crowd(1.2),
    condition: inTrouble({ failing: [0.5, 0.5] }),
  },
  {
    name: 'empty bodies',
    what: 'the login answers with nothing for 90 s',
    arrivals: crowd(1.2),
    condition: inTrouble({ empty: (route) => (route === LOGIN ? 1 : 0) }),
  },
];

/** Where the calm p95 comes from. */
export const CALM_SHAPE: Shape = {
  name: 'calm',
  what: '.4 of what fits',
  arrivals: () => CAPACITY_PER_SECOND * CALM,
  condition: well,
};
