/** Seeded days: each seed deals another surge, other visitors and another list of things that go wrong. */
import type { Day, Incident } from './day.ts';
import { createRandom, type Random } from './random.ts';

const CALM_SECONDS = 120;
const HOUR_SECONDS = 3600;

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
      admissionsPerMinute: Math.ceil(perMinute * 1.5),
      submitReserve: Math.floor(sessions * 0.02),
    },
    claimSeconds: 60,
    idleSeconds: 300,
    visitors: {
      arrivalsPerSecond: surge(sessions / staySeconds / (1 - noShows), minutes, random),
      noShows,
      late: 0.04,
      staySeconds,
      fallSilent: 0,
      typeLong: 0.3,
    },
    incidents: incidentsOf(random, { seconds: minutes * 60, gateways, sessions }),
  };
}

/** Calm at first, then up to twenty times what fits for a minute, then twice as much as fits until late. */
function surge(fitsPerSecond: number, minutes: number, random: Random): (atSeconds: number) => number {
  const times = random.between(8, 20);
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
