/** Foresees line and waits of a launch, at its limits or at several side by side, before any load is sent. Nothing is sent. */
import { parseConfig } from '../../../config/load.ts';
import type { RoomSettings, Settings } from '../../../config/settings.ts';
import { roomKey } from '../../../config/template.ts';
import { lawOf } from '../../../gateway/request/law.ts';
import { asText, onStage } from '../../stage/stage-config.ts';
import { scaledGroups } from '../../visitors/load.ts';
import { seededRandom, seedOf } from '../../visitors/random.ts';
import { configAtPace } from '../scenario/pace.ts';
import { placedInTime } from '../scenario/placed-in-time.ts';
import type { Scenario } from '../words.ts';
import { type Guests, guestsOf } from './guests.ts';
import { outcomeOf } from './outcome.ts';
import { playRoom } from './play-room.ts';
import { enlarged, thinnedGuests, thinnedLaw, thinningOf } from './thin.ts';
import type { Forecast, ForecastOptions, ForecastPlan, LimitsAsked, Outcome, RoomPlayed } from './words.ts';

/** Some midnight: a forecast begins at no time of the calendar. */
const BEGINS_AT_MS = Date.UTC(2030, 0, 1);
/** A line that has not drained after so long will not be waited for by anybody, s. */
const LONGEST_SECONDS = 24 * 3_600;

export function forecastScenario(scenario: Scenario, options: ForecastOptions): Forecast {
  const { title, groups, seconds, stage } = scenario;
  const queryMs = stage.platforms[0]?.queryMs ?? 0;
  return forecast({ title, groups, seconds, config: stage.config, queryMs }, options);
}

export function forecast(plan: ForecastPlan, options: ForecastOptions): Forecast {
  const { seed, compress = 1, visitors = null } = options;
  const groups = scaledGroups({ groups: plan.groups, seconds: plan.seconds, seed, visitors });
  const settings = settingsAtPace(plan, compress);
  const { seconds, queryMs } = plan;
  const guests = guestsOf(groups, settings, { seed, compress, seconds, queryMs });
  const asked = options.limits?.length ? options.limits : [{}];
  return {
    ...{ title: plan.title, seed, compress, visitors: guests.times.length },
    arrivals: arrivalsOf(guests.times, seconds, compress),
    outcomes: asked.map((limits) => foresee(plan, settings, guests, limits, options)),
  };
}

function settingsAtPace({ config }: ForecastPlan, compress: number): Settings {
  const parts = { targets: { platform: ['http://127.0.0.1:9'] }, redisUrl: null, keysFolder: '.' };
  const staged = configAtPace(onStage(placedInTime(config, BEGINS_AT_MS, compress), parts), compress);
  const read = parseConfig(asText(staged), 'forecast', {});
  if (!read.ok) throw new Error(read.errors.map(({ message }) => message).join('\n'));
  return read.settings;
}

function foresee(
  plan: ForecastPlan,
  settings: Settings,
  guests: Guests,
  limits: LimitsAsked,
  { seed, compress = 1, stopsAtEnd = false }: ForecastOptions,
): Outcome {
  const played: RoomPlayed[] = [];
  for (const [room, own] of guests.rooms) {
    const law = lawOfRoom(settings, room, limits, compress);
    if (law === null) continue;
    const times = thinningOf(law, own.length);
    const part = playRoom({
      law: thinnedLaw(law, times),
      guests: thinnedGuests(own, times),
      beginsAtMs: BEGINS_AT_MS,
      random: seededRandom(seedOf(seed, room)),
      endMs: ((stopsAtEnd ? plan.seconds : LONGEST_SECONDS) * 1_000) / compress,
      untilDrained: !stopsAtEnd,
    });
    played.push(enlarged(part, times));
  }
  const beginsAtSeconds = beginOf(plan, guests.times);
  return outcomeOf(played, { limits, compress, beginsAtSeconds, stopsAtEnd });
}

/** Null: a room without limits has no line. */
function lawOfRoom(settings: Settings, room: string, asked: LimitsAsked, compress: number) {
  const key = roomKey(room, Object.keys(settings.rooms));
  const own = key === null ? undefined : settings.rooms[key];
  if (own === undefined) return null;
  const isLimited = [own.limits.sessions, own.limits.admissionsPerMinute, own.limits.seats].some(
    (one) => one !== null,
  );
  if (!isLimited) return null;
  const launch = settings.launches.find((one) => one.room === room);
  const limits = limitsAt(own.limits, asked, compress);
  return lawOf({ ...own, limits }, settings.keys.ticketHours, launch, () => 'forecast');
}

function limitsAt(own: RoomSettings['limits'], asked: LimitsAsked, compress: number): RoomSettings['limits'] {
  const { sessions = own.sessions, seats = own.seats, admissionsPerMinute } = asked;
  const perMinute =
    admissionsPerMinute == null
      ? admissionsPerMinute
      : Math.max(1, Math.round(admissionsPerMinute * compress));
  // What is kept for late posts is a share of the sessions.
  const reserve = own.sessions ? own.submitReserve / own.sessions : 0;
  return {
    ...{ sessions, seats },
    admissionsPerMinute: perMinute === undefined ? own.admissionsPerMinute : perMinute,
    submitReserve: Math.floor((sessions ?? 0) * reserve),
  };
}

/** As a rehearsal counts: the opening, or else the first arrival. */
function beginOf({ groups }: ForecastPlan, times: readonly number[]): number {
  const openings = groups.flatMap(({ arrivals }) =>
    arrivals.shape === 'countdown' ? [arrivals.opensAtSeconds] : [],
  );
  return openings.length > 0 ? Math.min(...openings) : (times[0] ?? 0);
}

/** Real time. */
const WINDOW_SECONDS = 5;

function arrivalsOf(times: readonly number[], seconds: number, compress: number): Forecast['arrivals'] {
  const windowSeconds = WINDOW_SECONDS * compress;
  const perMinute = new Array<number>(Math.max(1, Math.ceil(seconds / 60))).fill(0);
  let [most, from] = [0, 0];
  for (const [index, at] of times.entries()) {
    const minute = Math.min(perMinute.length - 1, Math.max(0, Math.floor(at / 60)));
    perMinute[minute]! += 1;
    while (times[from]! <= at - windowSeconds) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return { perMinute, mostPerMinute: (most * 60) / windowSeconds };
}
