/** Who comes to which room, and how each behaves: drawn from a plan's groups. Pure but for the logs that a group replays. */
import { type Route, routeAddress } from '../../../config/route.ts';
import type { Settings } from '../../../config/settings.ts';
import { type Arrival, arrivalTimes } from '../../visitors/load.ts';
import { seededRandom, seedOf } from '../../visitors/random.ts';
import type { Random } from '../../visitors/words.ts';
import type { VisitorGroup } from '../visitor-words.ts';
import type { Guest } from './words.ts';

/** Questions to the database of a visitor who fills in the form, and of one who looks. */
const QUERIES = { form: 16, look: 4 };
/** A polling page, or a phone, is closed or put away within its first polls. */
const EARLY_POLLS = 3;
/** A client of a log who comes again after so long is somebody new. */
const NEW_AFTER_SECONDS = 1_800;

export interface GuestsOptions {
  seed: number;
  compress: number;
  seconds: number;
  queryMs: number;
}

export interface Guests {
  /** By room, in order of time. */
  rooms: ReadonlyMap<string, readonly Guest[]>;
  /** When anybody came, to a room or around all of them; s, in order. */
  times: readonly number[];
}

export function guestsOf(
  groups: readonly VisitorGroup[],
  settings: Settings,
  options: GuestsOptions,
): Guests {
  const rooms = new Map<string, Guest[]>();
  const times: number[] = [];
  const roomOf = rememberRoutes(settings);
  for (const group of groups) {
    const random = seededRandom(seedOf(options.seed, `forecast ${group.name}`));
    for (const arrival of comingOf(group, options)) {
      times.push(arrival.atSeconds);
      const room = roomOf(arrival.address);
      if (room === null) continue;
      const guests = rooms.get(room) ?? [];
      rooms.set(room, guests);
      guests.push(guestOf(group, arrival.atSeconds, random, options));
    }
  }
  for (const guests of rooms.values()) guests.sort((a, b) => a.atMs - b.atMs);
  return { rooms, times: times.sort((a, b) => a - b) };
}

function* comingOf(group: VisitorGroup, { seed, seconds }: GuestsOptions): Iterable<Arrival> {
  const isNew = newClients();
  for (const arrival of arrivalTimes(group, seed)) {
    if (arrival.atSeconds > seconds) return;
    if (arrival.client === undefined || isNew(arrival.client, arrival.atSeconds)) yield arrival;
  }
}

/** A log's line is a request: its client comes with the first of them. */
function newClients(): (client: number, atSeconds: number) => boolean {
  const seenAt = new Map<number, number>();
  return (client, atSeconds) => {
    const before = seenAt.get(client);
    seenAt.set(client, atSeconds);
    return before === undefined || atSeconds - before > NEW_AFTER_SECONDS;
  };
}

/** Null: the address leads around all rooms. */
function rememberRoutes(settings: Settings): (address: string) => string | null {
  const known = new Map<string, string | null>();
  const nameOf = (route: Route) => (route.kind === 'room' ? route.room : null);
  return (address) => {
    const before = known.get(address);
    if (before !== undefined) return before;
    const room = nameOf(routeAddress(settings, address));
    known.set(address, room);
    return room;
  };
}

function guestOf(
  { kind, behaviour }: VisitorGroup,
  atSeconds: number,
  random: Random,
  { compress, queryMs }: GuestsOptions,
): Guest {
  const realMs = (seconds: number) => (seconds * 1_000) / compress;
  const { stay, fillsForm, leaves, impatience, sleepers } = behaviour;
  const answersMs = queryMs * (fillsForm ? QUERIES.form : QUERIES.look);
  const earlyPolls = () => Math.floor(random() * EARLY_POLLS);
  const walksAway = random() < behaviour.noShowShare;
  const isImpatient = impatience !== null && random() < impatience.share;
  const sleeps = sleepers !== null && random() < sleepers.share;
  return {
    ...{ atMs: realMs(atSeconds), fillsForm, leaves },
    stayMs: realMs(stay.least + random() * (stay.most - stay.least)) + answersMs,
    walksAfterPolls: walksAway ? earlyPolls() : null,
    walksAfterMs: isImpatient ? realMs(impatience.afterSeconds) : null,
    sleep: sleeps ? { afterPolls: earlyPolls(), ms: realMs(sleepers.forSeconds) } : null,
    numbers: kind === 'bot' ? behaviour.numbers : 1,
    comes: behaviour.comesWhenCalled,
  };
}
