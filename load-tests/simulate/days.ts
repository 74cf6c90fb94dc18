/** Seeded days: each seed deals another surge, other visitors and another list of things that go wrong. */
import type { Day, Incident } from './day.ts';
import { createRandom, type Random } from './random.ts';

const CALM_SECONDS = 120;
const HOUR_SECONDS = 3600;
/** The rate bounds the surge and what follows a pause; over the day the sessions bind, and utilisation is theirs. */
const TIMES_THE_TURNOVER = 4;

export function seededDay(seed: number, minutes: number): Day {
  const random = createRandom(seed);
  const sessions = 20 + random.below(180);
  const staySeconds = 60 + random.below(120);
  const noShows = random.between(0.3, 0.6);
  const gateways = 1 + random.below(4);
  const perMinute = (sessions / staySeconds) * 60;
  return {
    name: `day ${seed}`,
    seed,
    minutes,
    gateways,
    limits: {
      sessions,
      admissionsPerMinute: Math.ceil(perMinute * TIMES_THE_TURNOVER),
      submitReserve: Math.floor(sessions * 0.02),
    },
    claimSeconds: 60,
    idleSeconds: 300,
    visitors: {
      arrivalsPerSecond: surge(sessions / staySeconds / (1 - noShows), minutes, random.between(8, 20)),
      noShows,
      late: 0.04,
      staySeconds,
      fallSilent: 0.01,
      replay: 0.05,
      typeLong: 0.3,
    },
    incidents: incidentsOf(random, { seconds: minutes * 60, gateways, sessions }),
  };
}

/**
 * LINE.md's worst day: six gateways, two failovers, a kill, a wiped store, a clock an hour wrong both ways, half the limit,
 * a pause, and 3 % of the replies lost all day.
 */
export function worstDay(seed: number, minutes = 30): Day {
  const [sessions, staySeconds, noShows] = [300, 120, 0.4];
  const random = createRandom(seed);
  return {
    name: 'worst day',
    seed,
    minutes,
    gateways: 6,
    limits: {
      sessions,
      admissionsPerMinute: (sessions / staySeconds) * 60 * TIMES_THE_TURNOVER,
      submitReserve: 6,
    },
    claimSeconds: 60,
    idleSeconds: 300,
    visitors: {
      arrivalsPerSecond: surge(sessions / staySeconds / (1 - noShows), minutes, 20),
      ...{ noShows, late: 0.04, staySeconds, fallSilent: 0.01, replay: 0.05, typeLong: 0.3 },
    },
    incidents: [
      { what: 'lose replies', atSeconds: 120, share: 0.03, seconds: minutes * 60 },
      { what: 'fail over', atSeconds: 300 + random.below(30), downSeconds: 2, lostSeconds: 1 },
      { what: 'kill gateway', atSeconds: 420 + random.below(30), gateway: random.below(6), downSeconds: 4 },
      { what: 'flush', atSeconds: 540 + random.below(30) },
      { what: 'jump clock', atSeconds: 660 + random.below(30), seconds: HOUR_SECONDS },
      { what: 'jump clock', atSeconds: 720 + random.below(30), seconds: -HOUR_SECONDS },
      { what: 'limit', atSeconds: 840, sessions: sessions / 2 },
      { what: 'limit', atSeconds: 1020, sessions },
      { what: 'pause', atSeconds: 1140 + random.below(30), seconds: 45 },
      { what: 'fail over', atSeconds: 1300 + random.below(30), downSeconds: 3, lostSeconds: 3 },
    ],
  };
}

/** Calm at first, then many times what fits for a minute, then a little more than fits until late. */
function surge(fitsPerSecond: number, minutes: number, times: number): (atSeconds: number) => number {
  return (atSeconds) => {
    if (atSeconds < 20) return fitsPerSecond * 0.5;
    if (atSeconds < 80) return fitsPerSecond * times;
    return atSeconds < minutes * 50 ? fitsPerSecond * 1.2 : fitsPerSecond * 0.5;
  };
}

function incidentsOf(
  random: Random,
  day: { seconds: number; gateways: number; sessions: number },
): Incident[] {
  const at = (): number => CALM_SECONDS + random.below(Math.max(1, day.seconds - 2 * CALM_SECONDS));
  const lowered = Math.max(2, Math.floor(day.sessions * random.between(0.5, 0.8)));
  const loweredAt = at();
  return [
    { what: 'lose replies', atSeconds: at(), share: 0.02, seconds: 60 },
    { what: 'restart store', atSeconds: at(), downSeconds: random.between(0.5, 3) },
    {
      what: 'kill gateway',
      atSeconds: at(),
      gateway: random.below(day.gateways),
      downSeconds: random.between(1, 4),
    },
    { what: 'kill all', atSeconds: at(), downSeconds: random.between(1, 3) },
    { what: 'jump clock', atSeconds: at(), seconds: HOUR_SECONDS },
    { what: 'jump clock', atSeconds: at(), seconds: -HOUR_SECONDS },
    { what: 'limit', atSeconds: loweredAt, sessions: lowered },
    { what: 'limit', atSeconds: loweredAt + 180, sessions: day.sessions },
    { what: 'pause', atSeconds: at(), seconds: 30 + random.below(60) },
  ];
}
