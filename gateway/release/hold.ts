/** Holds the rooms of an upstream to their parts of its budget, and lets them go when nobody needs a line any more. */

import { holdClosed } from './closed-rooms.ts';
import { surgeLimit } from './engage.ts';
import { modeOf } from './modes.ts';
import {
  type Allowed,
  allowedOf,
  demandsOf,
  isAdaptive,
  limitsOf,
  type RoomDemand,
  surgeBudget,
} from './orders.ts';
import { does, shortBy, whole } from './sentences.ts';
import type { Held, UpstreamState } from './state.ts';
import type { StepParts } from './upstream-step.ts';
import type { DecisionMode, Judgement, Orders } from './words.ts';

const SAID_STEP = 0.2;

export function holdRooms(upstream: UpstreamState, parts: StepParts, orders: Orders): Judgement[] {
  const { state, input, name } = parts;
  const { settings, nowMs } = input;
  const demands = demandsOf(state, name, input.rooms, settings);
  const isSurging = demands.some((room) => room.surges) && modeOf(settings, 'engage') !== 'off';
  if (isSurging) upstream.budgetPerMinute ??= surgeBudget(state, upstream, demands, settings);
  const allowed = allowedOf(limitsOf(upstream, settings), demands);
  const judgements = demands.flatMap((room, i) =>
    holdRoom(upstream, { ...room, isAlone: demands.length < 2 }, allowed[i]!, parts, orders),
  );
  holdClosed(upstream, parts, orders);
  endBudget(upstream, demands, isSurging, nowMs, parts);
  return judgements;
}

function holdRoom(
  upstream: UpstreamState,
  room: RoomDemand & { isAlone: boolean },
  allowed: Allowed,
  parts: StepParts,
  orders: Orders,
): Judgement[] {
  const { state } = parts;
  const held = state.held[room.name];
  const mode = roomMode(upstream, room, held, parts);
  if (mode === 'off') {
    delete state.held[room.name];
    return [];
  }
  const isFree = allowed.perMinute === null && allowed.factor === 1;
  if (isFree && !held) return [];
  // The line of a room that is observed is held alike, or it would not tell who would wait; nobody feels it.
  const told = room.facts.isObserved ? 'observe' : mode;
  const judgements = isFree ? letGo(room, held!, parts, told) : hold(upstream, room, allowed, parts, told);
  const order = state.held[room.name];
  if (order && mode === 'act') orders.rooms[room.name] = { factor: order.factor, perMinute: order.perMinute };
  return judgements;
}

/** To engage an idle room, to lower a rate, and to share it are decisions of their own. */
function roomMode(
  upstream: UpstreamState,
  room: RoomDemand & { isAlone: boolean },
  held: Held | undefined,
  { input }: StepParts,
): DecisionMode {
  const { settings } = input;
  if (isAdaptive(room.facts) && (held?.why ?? whyOf(upstream)) === 'newcomers')
    return modeOf(settings, 'engage');
  const factor = modeOf(settings, 'factor');
  if (room.isAlone || upstream.distress !== null || whyOf(upstream) !== 'newcomers') return factor;
  return modeOf(settings, 'isolate');
}

const whyOf = (upstream: UpstreamState): string => {
  if (upstream.distress) return upstream.distress.signal;
  if (upstream.errorLevel < 1) return 'errors';
  return Object.entries(upstream.signals).find(([, { level }]) => level < 1)?.[0] ?? 'newcomers';
};

function hold(
  upstream: UpstreamState,
  room: RoomDemand,
  { factor, perMinute }: Allowed,
  { state, input }: StepParts,
  mode: DecisionMode,
): Judgement[] {
  const { nowMs } = input;
  const before = state.held[room.name];
  const why = before?.why ?? whyOf(upstream);
  const rate = perMinute ?? factor * (room.facts.limits.admissionsPerMinute ?? 0);
  const isNews = !before || Math.abs(rate - before.said) > SAID_STEP * before.said;
  const held: Held = {
    factor: Number(factor.toFixed(3)),
    perMinute: perMinute === null ? null : Number(perMinute.toPrecision(4)),
    ...{ why, sinceMs: before?.sinceMs ?? nowMs, idleSinceMs: 0, said: isNews ? rate : before!.said },
  };
  state.held[room.name] = held;
  return isNews ? [tell(upstream, room, before, held, rate, mode, state, input.settings)] : [];
}

function tell(
  upstream: UpstreamState,
  room: RoomDemand,
  before: Held | undefined,
  held: Held,
  rate: number,
  mode: DecisionMode,
  state: StepParts['state'],
  settings: StepParts['input']['settings'],
): Judgement {
  const isSurge = held.why === 'newcomers';
  const limit = isSurge ? surgeLimit(state, room.name, settings) : (upstream.distress?.limit ?? null);
  const value = isSurge ? (state.rooms[room.name]?.pace ?? 0) : (upstream.distress?.value ?? null);
  const engages = !before && isAdaptive(room.facts);
  const cause = causeOf(room, held, isSurge && before !== undefined && rate > before.said, value, limit);
  const change = `${whole(rate)} admissions a minute${before ? ` instead of ${whole(before.said)}` : ''}`;
  const sentence = `${room.name}: ${cause}; ${engages ? `a line ${does(mode, 'is', 'would be')} formed, ` : ''}${does(mode, 'it has', 'it would have')} ${change}.`;
  const kind = engages ? 'engage' : isSurge && before === undefined ? 'isolate' : 'factor';
  return {
    kind,
    upstream: room.facts.upstream,
    room: room.name,
    signal: held.why,
    value,
    limit,
    mode,
    sentence,
  };
}

function causeOf(
  { facts }: RoomDemand,
  { why }: Held,
  isRaised: boolean,
  value: number | null,
  limit: number | null,
): string {
  if (isRaised) return `${facts.upstream} is well`;
  if (why !== 'newcomers') return `${facts.upstream} is short (${shortBy(why)})`;
  // A crowd that waits for an opening comes all at once.
  if ((value ?? 0) <= (limit ?? 0)) return `${whole(facts.waiting)} wait`;
  return `${whole(value ?? 0)} newcomers a minute (limit ${whole(limit ?? 0)})`;
}

/** An adaptive room's line is kept for a calm while, so that it does not come and go. */
function letGo(room: RoomDemand, held: Held, { state, input }: StepParts, mode: DecisionMode): Judgement[] {
  const { nowMs, settings } = input;
  const calmMs = settings.engage.calmSeconds * 1000;
  if (isAdaptive(room.facts) && held.perMinute !== null) {
    if (held.idleSinceMs === 0) held.idleSinceMs = nowMs;
    const share = Math.max(held.perMinute, room.demand * 2);
    if (nowMs - held.idleSinceMs < calmMs) {
      held.perMinute = Number(share.toPrecision(4));
      return [];
    }
  }
  delete state.held[room.name];
  const kind = isAdaptive(room.facts) ? 'disengage' : 'factor';
  const seconds = whole((nowMs - held.sinceMs) / 1000);
  const sentence = `${room.name}: nobody waits and all is well; after ${seconds} s ${does(mode, 'it is held to nothing', 'it would be held to nothing')} beside its own limits.`;
  return [
    {
      kind,
      upstream: room.facts.upstream,
      room: room.name,
      signal: held.why,
      value: null,
      limit: null,
      mode,
      sentence,
    },
  ];
}

/** The budget ends when all that is asked for has had room in it for a calm while. */
function endBudget(
  upstream: UpstreamState,
  demands: readonly RoomDemand[],
  isSurging: boolean,
  nowMs: number,
  { input }: StepParts,
): void {
  const { budgetPerMinute: budget } = upstream;
  if (budget === null) return;
  const asked = demands.reduce((sum, { demand }) => sum + demand, 0);
  const needed = isSurging || upstream.distress !== null || asked > 0.8 * budget;
  if (needed) upstream.calmSinceMs = 0;
  else if (upstream.calmSinceMs === 0) upstream.calmSinceMs = nowMs;
  if (needed || nowMs - upstream.calmSinceMs < input.settings.engage.calmSeconds * 1000) return;
  upstream.budgetPerMinute = null;
  upstream.calmSinceMs = 0;
  upstream.cutAtMs = 0;
}
