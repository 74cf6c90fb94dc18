/** Engages a room without limits in the very request that is too much: asked for each newcomer, answered from counters, before the next decision is made. */
import type { ProtectionSettings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import { type ControllerState, engagesAt } from './controller.ts';
import { modeOf } from './modes.ts';
import type { Sampler } from './sampler.ts';
import type { Judgement, RoomOrder } from './words.ts';

export interface EarlyEngage {
  /**
   * A newcomer of a room without limits is about to take a number. What engages is said to the room within the same turn.
   * `isObserved`: the room's line only counts who would wait, so it is told as observed.
   */
  newcomer(room: string, upstream: string, isObserved?: boolean): void;
  /** Rooms that were engaged here and that no decision names yet. */
  orders(): Readonly<Record<string, RoomOrder>>;
  /** A decision names these: they are held by it. */
  follow(decided: Readonly<Record<string, RoomOrder>>): void;
}

export interface EarlyEngageParts {
  sampler: Pick<Sampler, 'room' | 'inFlight'>;
  settings(): ProtectionSettings;
  state(): ControllerState;
  /** Orders that were decided. */
  decided(): Readonly<Record<string, RoomOrder>>;
  /** The room is to hear it within this turn. */
  engage(room: string, order: RoomOrder): void;
  onJudgement(judgement: Judgement): void;
  clock: Pick<Clock, 'monotonicMs'>;
}

/** By then a decision names the room, or it was not worth one. */
const KEPT_MS = 3_000;
/** In mode observe it is said once in so long. */
const SAID_AGAIN_MS = 60_000;

export function createEarlyEngage(parts: EarlyEngageParts): EarlyEngage {
  const { sampler, clock } = parts;
  const engaged = new Map<string, { order: RoomOrder; untilMs: number }>();
  const observed = new Map<string, number>();

  function act(room: string, order: RoomOrder, nowMs: number): void {
    engaged.set(room, { order, untilMs: nowMs + KEPT_MS });
    parts.engage(room, order);
  }

  /** Whether it has not been said lately. */
  function observe(room: string, nowMs: number): boolean {
    if (nowMs - (observed.get(room) ?? Number.NEGATIVE_INFINITY) < SAID_AGAIN_MS) return false;
    observed.set(room, nowMs);
    return true;
  }

  return {
    newcomer(room, upstream, isObserved = false) {
      const settings = parts.settings();
      const mode = modeOf(settings, 'engage');
      const counter = sampler.room(room);
      const nowMs = clock.monotonicMs();
      counter.newcomer(nowMs);
      counter.upstream = upstream;
      if (mode === 'off' || Object.hasOwn(parts.decided(), room) || engaged.has(room)) return;
      const facts = {
        newcomersThisSecond: counter.lastSecond(nowMs),
        newcomersThisWindow: counter.newcomers,
        ...{ inFlight: sampler.inFlight(upstream), upstream },
      };
      const order = engagesAt(parts.state(), room, facts, settings);
      if (order === null) return;
      if (mode === 'act') act(room, order, nowMs);
      else if (!observe(room, nowMs)) return;
      counter.hasEngaged = true;
      parts.onJudgement(
        judgementOf(room, upstream, facts.newcomersThisSecond, order, isObserved ? 'observe' : mode),
      );
    },
    orders: () => Object.fromEntries([...engaged].map(([room, { order }]) => [room, order])),
    follow(decided) {
      const nowMs = clock.monotonicMs();
      for (const [room, { untilMs }] of engaged)
        if (untilMs <= nowMs || Object.hasOwn(decided, room)) engaged.delete(room);
      for (const [room, atMs] of observed) if (nowMs - atMs > SAID_AGAIN_MS) observed.delete(room);
    },
  };
}

function judgementOf(
  room: string,
  upstream: string,
  newcomers: number,
  { factor, perMinute }: RoomOrder,
  mode: 'act' | 'observe',
): Judgement {
  const rate = perMinute === null ? `${Math.round(factor * 100)} % of its limit` : `${Math.round(perMinute)}`;
  const then =
    mode === 'act'
      ? `engaged in this request, ${rate} a minute are let in`
      : `would engage, and let in ${rate} a minute`;
  return {
    ...{ kind: 'engage', upstream, room, signal: 'newcomers', value: newcomers * 60, limit: perMinute, mode },
    sentence: `room ${room} ${then}: ${newcomers} newcomers within a second are more than it is used to, or than ${upstream} bears now`,
  };
}
