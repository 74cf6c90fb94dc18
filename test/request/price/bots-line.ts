/** Bots beside people against the real line and the real price, on a clock moved by hand: who is called when. */
import { call } from '../../../gateway/line/call.ts';
import { claim } from '../../../gateway/line/claim.ts';
import { configure } from '../../../gateway/line/configure.ts';
import { join } from '../../../gateway/line/join.ts';
import { createRoom, type Room } from '../../../gateway/line/room.ts';
import type { Caller, RoomLaw } from '../../../gateway/line/words.ts';
import { laterLanes } from '../../../gateway/request/price/lanes.ts';
import type { Price } from '../../../gateway/request/price/price.ts';
import type { LiveRoom } from '../../../gateway/request/rooms.ts';

export interface Arrival {
  atMs: number;
  who: 'person' | 'shared' | 'bot';
  address: string;
  comes: boolean;
}

interface Waiting extends Arrival {
  id: string;
  lane: string;
  number: number;
  calledMs: number | null;
}

export interface Played {
  medianSeconds(who: Arrival['who']): number;
  botsFirst: number;
  refused: Record<Arrival['who'], number>;
}

const STEP_MS = 100;
const TICK_MS = 500;
const HOUR_MS = 3_600_000;
const MOST_MS = HOUR_MS;

function lawOf(admissionsPerMinute: number): RoomLaw {
  return {
    limits: { sessions: null, admissionsPerMinute, seats: null, submitReserve: 0 },
    ...{ idleMs: 600_000, maxMs: HOUR_MS, submitGraceMs: 0, claimMs: 120_000, ticketMs: 48 * HOUR_MS },
    ...{ lanes: { default: 1, ...laterLanes({ default: 1 }) }, state: 'open', launch: null },
    ...{ waitingList: false, maintenance: [] },
  };
}

/** Until every person was called. `clock` is the one that the price goes by. */
export function playBots(
  arrivals: readonly Arrival[],
  admissionsPerMinute: number,
  price: Price,
  clock: { monotonicMs(): number; advance(ms: number): void },
): Played {
  const live = { name: 'r', label: 'r' } as LiveRoom;
  const room = createRoom('r');
  const caller = (): Caller => callerAt(room, clock.monotonicMs());
  configure(room, caller(), lawOf(admissionsPerMinute), 1);
  const startMs = clock.monotonicMs();
  const refused = { person: 0, shared: 0, bot: 0 };
  const given: Waiting[] = [];
  let waiting: Waiting[] = [];
  let next = 0;

  const goTo = (atMs: number) => clock.advance(Math.max(0, startMs + atMs - clock.monotonicMs()));
  const arrive = (arrival: Arrival): void => {
    const priced = price.ask(live, arrival.address);
    if (priced.kind === 'refused') {
      refused[arrival.who]++;
      return;
    }
    const id = `t${given.length}`;
    const joined = join(room, caller(), priced.lane ?? 'default', [id]);
    if (joined.kind === 'closed') throw new Error('closed');
    const calledMs = joined.sessions.length > 0 ? arrival.atMs : null;
    const place = { ...arrival, id, lane: joined.lane, number: joined.first, calledMs };
    given.push(place);
    if (calledMs === null) waiting.push(place);
  };

  const come = (nowMs: number): void => {
    const still: Waiting[] = [];
    for (const place of waiting) {
      if (place.number > (room.lanes[place.lane]?.serving ?? 0)) still.push(place);
      else if (place.comes) {
        // Called and no slot at this moment: still waits.
        const answer = claim(room, caller(), ticketOf(room, place));
        if (answer.kind === 'admitted') place.calledMs = nowMs;
        else still.push(place);
      }
    }
    waiting = still;
  };

  for (let nowMs = 0; nowMs < MOST_MS; nowMs += STEP_MS) {
    for (; next < arrivals.length && arrivals[next]!.atMs <= nowMs; next++) {
      goTo(arrivals[next]!.atMs);
      arrive(arrivals[next]!);
    }
    goTo(nowMs);
    if (nowMs % TICK_MS === 0) {
      call(room, caller());
      come(nowMs);
    }
    if (nowMs > 60_000 && !waiting.some(({ who }) => who !== 'bot')) break;
  }
  const waitsOf = (who: Arrival['who']) =>
    given
      .filter((place) => place.who === who)
      .map(({ atMs, calledMs }) => ((calledMs ?? MOST_MS) - atMs) / 1_000)
      .sort((a, b) => a - b);
  return {
    medianSeconds: (who) => waitsOf(who)[Math.floor(waitsOf(who).length / 2)] ?? Number.NaN,
    botsFirst: given.filter(({ who, lane }) => who === 'bot' && lane === 'default').length,
    refused,
  };
}

function callerAt(room: Room, nowMs: number): Caller {
  return {
    ...{ gateway: 'g', gone: [], server: 's', time: nowMs, lastAt: room.at, sinceMs: 0, lastSeq: room.seq },
    floors: null,
  };
}

function ticketOf(room: Room, { id, lane, number }: Waiting) {
  return { id, lane, number, epoch: room.epoch, serving: 0, expiresAt: room.at + HOUR_MS };
}
