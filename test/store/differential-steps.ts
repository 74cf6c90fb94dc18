/** Random commands with arguments that mean something to the room as it stands: tickets it gave, sessions it has. */
import type { Room } from '../../gateway/line/room.ts';
import type { Operation, TicketFacts } from '../../gateway/line/words.ts';
import type { ScriptName } from '../../gateway/store/redis-scripts.ts';
import type { Dice } from './differential-dice.ts';
import { randomLaw } from './differential-law.ts';

/** What the test's visitors hold. */
export interface People {
  tickets: TicketFacts[];
  count: number;
}

export interface Step {
  name: ScriptName;
  args: unknown[];
}

export const WEIGHTS: Record<ScriptName, number> = {
  ...{
    call: 20,
    join: 20,
    claim: 26,
    touch: 14,
    leave: 9,
    submit: 4,
    register: 3,
    restore: 3,
    redeem: 3,
    retire: 2,
  },
  ...{
    configure: 2,
    lift: 1.5,
    'set-seats': 1,
    operate: 1.5,
    'report-rate': 4,
    depart: 0.7,
    'mark-loss': 0.2,
    forget: 1.5,
  },
};

export function randomStep(dice: Dice, room: Room, people: People, revision: () => number): Step {
  const name = dice.weighted(WEIGHTS);
  return { name, args: ARGUMENTS[name](dice, room, people, revision) };
}

type Arguments = (dice: Dice, room: Room, people: People, revision: () => number) => unknown[];

const ARGUMENTS: Record<ScriptName, Arguments> = {
  call: () => [],
  depart: () => [],
  forget: () => [],
  'mark-loss': () => [],
  join: (dice, room, people) => [anyLane(dice, room), newIds(dice, people)],
  claim: (dice, room, people) => [anyTicket(dice, room, people)],
  touch: (dice, room, people) => [
    Array.from({ length: dice.chance(0.5) ? 1 : dice.whole(0, 8) }, () => ({
      id: anyInside(dice, room, people),
      how: dice.chance(0.7) ? 'active' : 'answering',
    })),
  ],
  leave(dice, room, people) {
    const ticket = dice.chance(0.5) ? anyTicket(dice, room, people) : undefined;
    const id = ticket && dice.chance(0.5) ? ticket.id : anyInside(dice, room, people);
    return [id, dice.chance(0.8) ? 'left' : 'unspent', ticket];
  },
  submit: (dice, room, people) => [dice.chance(0.2) ? newId(people) : anyInside(dice, room, people)],
  register: (dice, room, people) => [anyInside(dice, room, people)],
  restore: (dice, room, people) => [
    Array.from({ length: dice.whole(1, 5) }, () => {
      const startedAt = room.at - dice.whole(0, 60_000);
      const leaseUntil = room.at + dice.whole(-1_000, 90_000);
      const flags = { spent: dice.chance(0.7), registered: dice.chance(0.2), isNew: dice.chance(0.3) };
      return {
        ...{ id: dice.chance(0.3) ? newId(people) : anyInside(dice, room, people), startedAt, leaseUntil },
        ...flags,
      };
    }),
  ],
  retire: (dice, room, people) => [
    Array.from({ length: dice.whole(1, 5) }, () => anyInside(dice, room, people)),
  ],
  redeem: (dice, room) => [
    dice.chance(0.95) ? room.epoch : room.epoch - 1,
    {
      ...{ gateway: dice.pick(['g1', 'g2']), outage: `o${dice.whole(1, dice.chance(0.1) ? 400 : 3)}` },
      ...{ lane: anyLane(dice, room), k: dice.whole(1, 40) },
    },
  ],
  configure: (dice, room, _people, revision) => [
    dice.chance(0.3) && room.law ? room.law : randomLaw(dice, room.at),
    dice.chance(0.9) ? revision() : 0,
  ],
  lift: (dice, room) => {
    const lane = anyLane(dice, room);
    const { issued, serving } = room.lanes[lane] ?? { issued: 0, serving: 0 };
    return [
      {
        epoch: room.epoch + (dice.chance(0.03) ? 1 : 0),
        ...{ lane, issued: issued + dice.whole(-3, 2), serving: serving + dice.whole(-3, 1) },
        fence: room.fence + (dice.chance(0.1) ? 1 : 0),
      },
    ];
  },
  operate: (dice, room) => [randomOperation(dice, room.at)],
  'set-seats': (dice) => [dice.chance(0.3) ? null : dice.whole(0, 15)],
  'report-rate': (dice) => [
    {
      factor: dice.pick([-1, 0, 0.25, 1 / 3, 0.9, 1, 1, 1, 2]),
      perMinute: dice.pick([null, null, -1, 0, 1 / 3, 7, 60, 601, 5_000]),
    },
  ],
};

/** Mostly open, so that the line moves; what is to end by itself does so soon, or has done so already. */
function randomOperation(dice: Dice, now: number): Operation {
  const kind = dice.weighted({ open: 6, pause: 3, offline: 2, end: 1 });
  if (kind === 'open' || kind === 'end') return { kind };
  return { kind, until: dice.chance(0.7) ? now + dice.whole(-500, 20_000) : null };
}

function anyLane(dice: Dice, room: Room): string {
  const known = Object.keys(room.lanes).sort();
  return dice.chance(0.05) ? 'unheard-of' : dice.pick(known);
}

function newId(people: People): string {
  people.count += 1;
  return `v${people.count}`;
}

function newIds(dice: Dice, people: People): string[] {
  const count = dice.chance(0.02) ? dice.whole(50, 300) : dice.whole(0, 5);
  return Array.from({ length: count }, () => newId(people));
}

/** Mostly of those that joined; now and then one that proves more than the room knows, is of another epoch, or is over. */
function anyTicket(dice: Dice, room: Room, people: People): TicketFacts {
  const known = dice.oneOf(people.tickets.slice(-60));
  const base = known ?? madeUp(dice, room, people);
  if (!dice.chance(0.06)) return base;
  return {
    ...base,
    number: base.number + dice.whole(0, 3),
    serving: base.serving + dice.whole(0, 4),
    epoch: base.epoch + (dice.chance(0.1) ? 1 : 0),
    expiresAt: dice.chance(0.1) ? room.at - 1 : base.expiresAt,
  };
}

function madeUp(dice: Dice, room: Room, people: People): TicketFacts {
  const lane = anyLane(dice, room);
  const facts = { id: newId(people), lane, epoch: room.epoch, number: dice.whole(1, 9), serving: 0 };
  return { ...facts, expiresAt: room.at + 1e8 };
}

function anyInside(dice: Dice, room: Room, people: People): string {
  const from = dice.weighted({ live: 10, lapsed: 3, ticket: 2, ended: 1 });
  const found =
    from === 'live'
      ? dice.oneOf([...room.sessions.keys()].sort())
      : from === 'lapsed'
        ? dice.oneOf([...room.lapsed.keys()].sort())
        : from === 'ended'
          ? dice.oneOf(room.endedSessions)
          : dice.oneOf(people.tickets)?.id;
  return found ?? dice.oneOf(people.tickets)?.id ?? newId(people);
}
