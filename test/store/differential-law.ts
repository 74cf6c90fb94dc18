/** Random laws: with and without each limit, one lane and several, launches with a prequeue and a draw. */
import type { LaunchLaw, RoomLaw } from '../../gateway/line/words.ts';
import type { Dice } from './differential-dice.ts';

const STATES = { open: 14, paused: 2, offline: 1, ended: 1 };
const LANES: Record<string, number>[] = [
  { default: 1 },
  { default: 1 },
  { default: 1, vip: 3 },
  { default: 2, a: 1, ab: 5, Zed: 0.5 },
];

/** `now`: room time, ms. */
export function randomLaw(dice: Dice, now: number): RoomLaw {
  const sessions = dice.chance(0.8) ? dice.whole(0, 25) : null;
  return {
    limits: {
      sessions,
      admissionsPerMinute: dice.chance(0.5) ? dice.pick([0, 3, 30, 100, 601, 3_000]) : null,
      seats: dice.chance(0.2) ? dice.whole(0, 12) : null,
      submitReserve: dice.pick([0, 0, 1, 3]),
    },
    idleMs: dice.pick([15_000, 33_333, 60_000, 600_000]),
    maxMs: dice.pick([20_000, 120_000, 3_600_000]),
    submitGraceMs: dice.pick([0, 10_000, 60_000, 600_000]),
    claimMs: dice.pick([10_000, 30_000, 60_000, 120_000]),
    ticketMs: dice.pick([300_000, 1_800_000, 172_800_000]),
    lanes: { ...dice.pick(LANES) },
    state: dice.weighted(STATES),
    launch: dice.chance(0.25) ? randomLaunch(dice, now) : null,
    waitingList: dice.chance(0.5),
    maintenance: dice.chance(0.2) ? randomMaintenance(dice, now) : [],
  };
}

function randomMaintenance(dice: Dice, now: number): RoomLaw['maintenance'] {
  const from = now + dice.whole(-20_000, 20_000);
  const until = from + dice.whole(1, 30_000);
  return [
    { from, until },
    { from: until + 5_000, until: until + 9_000 },
  ];
}

function randomLaunch(dice: Dice, now: number): LaunchLaw {
  return {
    opensAt: now + dice.whole(-20_000, 60_000),
    prequeueMs: dice.pick([0, 10_000, 40_000]),
    draw: dice.chance(0.5) ? { commitment: 'c0ffee' } : null,
  };
}
