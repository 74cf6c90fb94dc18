/** The journal of what the gate did by itself: the last hundred decisions, each in a sentence with what it was decided by. */
import type { Clock } from '../clock.ts';
import type { Decision } from '../control/words.ts';
import type { RoomView } from '../line/words.ts';
import { causeOf } from './why.ts';

/** What a decision says beside when it was taken. */
export type Decided = Omit<Decision, 'seq' | 'at'>;

export interface Decisions {
  add(decided: Decided): void;
  /** A room as the last call found it. */
  see(view: RoomView, mode: 'act' | 'observe'): void;
  /** Rooms that are gone are forgotten. */
  sweep(isLive: (room: string) => boolean): void;
  store(health: 'ok' | 'lost'): void;
  target(facts: { upstream: string; target: string; status: string; reason: string | null }): void;
  /** Oldest first. */
  list(): readonly Decision[];
}

const MOST = 100;
/** A line that is empty for a moment and forms again is one line. */
const QUIET_MS = 5_000;

interface Engaged {
  sinceMs: number;
  most: number;
  /** Since when nobody waits; null: somebody does. */
  quietSinceMs: number | null;
}

const UNMEASURED = { signal: null, value: null, limit: null };

export function createDecisions(
  clock: Clock,
  log: { say(level: 'info', facts: object, message: string): void },
): Decisions {
  const kept: Decision[] = [];
  const engaged = new Map<string, Engaged>();
  let seq = 0;
  let lostSinceMs: number | null = null;

  function add(decided: Decided): void {
    const decision = { seq: ++seq, at: new Date(clock.wallMs()).toISOString(), ...decided };
    kept.push(decision);
    if (kept.length > MOST) kept.shift();
    const { kind, room, signal, value, limit, mode } = decision;
    log.say('info', { decision: kind, room, signal, value, limit, mode }, decision.sentence);
  }

  function engage(view: RoomView, mode: 'act' | 'observe', nowMs: number): void {
    engaged.set(view.room, { sinceMs: nowMs, most: view.waiting, quietSinceMs: null });
    const { signal, value, limit, text } = causeOf(view);
    // Protection tells of that itself, once for all gateways.
    if (signal === 'protection') return;
    const verb = mode === 'observe' ? 'would engage' : 'engaged';
    const sentence = `room ${view.room} ${verb}: ${text}`;
    add({ kind: 'engage', room: view.room, signal, value, limit, mode, sentence });
  }

  function disengage(room: string, line: Engaged, mode: 'act' | 'observe', nowMs: number): void {
    engaged.delete(room);
    const seconds = Math.round((nowMs - line.sinceMs) / 1_000);
    const sentence = `room ${room} disengaged: nobody waits any more, after ${seconds} s and at most ${line.most} at once`;
    add({ kind: 'disengage', room, ...UNMEASURED, value: 0, mode, sentence });
  }

  return {
    add,
    see(view, mode) {
      const line = engaged.get(view.room);
      if (line === undefined) {
        if (view.waiting > 0) engage(view, mode, clock.monotonicMs());
        return;
      }
      if (view.waiting > 0) {
        line.quietSinceMs = null;
        line.most = Math.max(line.most, view.waiting);
        return;
      }
      const nowMs = clock.monotonicMs();
      line.quietSinceMs ??= nowMs;
      if (nowMs - line.quietSinceMs >= QUIET_MS) disengage(view.room, line, mode, nowMs);
    },
    sweep(isLive) {
      for (const room of engaged.keys()) if (!isLive(room)) engaged.delete(room);
    },
    store(health) {
      const nowMs = clock.monotonicMs();
      if (health === 'lost' && lostSinceMs === null) {
        lostSinceMs = nowMs;
        const sentence =
          'the store is lost: who is inside stays inside, and each room does as its onStoreLoss says';
        add({ kind: 'store-lost', room: null, ...UNMEASURED, signal: 'store', mode: 'act', sentence });
      } else if (health === 'ok' && lostSinceMs !== null) {
        const seconds = Math.round((nowMs - lostSinceMs) / 1_000);
        lostSinceMs = null;
        const sentence = `the store is back after ${seconds} s: rooms are lifted to where they were, then called on`;
        add({ kind: 'store-found', room: null, ...UNMEASURED, signal: 'store', mode: 'act', sentence });
      }
    },
    target({ upstream, target, status, reason }) {
      if (status === 'outlier') {
        const sentence = `target ${target} of ${upstream} would be ejected: ${reason}`;
        add({ kind: 'eject', room: null, ...UNMEASURED, signal: reason, mode: 'observe', sentence });
        return;
      }
      const isBack = status === 'up';
      const kind = isBack ? 'readmit' : 'eject';
      const because = reason === null ? '' : `: ${reason}`;
      const sentence = isBack
        ? `target ${target} of ${upstream} is back, and gets its share step by step`
        : `target ${target} of ${upstream} is ${status}${because}; the others get its requests`;
      add({ kind, room: null, ...UNMEASURED, signal: reason, mode: 'act', sentence });
    },
    list: () => kept,
  };
}
