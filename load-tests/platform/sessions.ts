/**
 * The platform's own sessions: one a visitor, from the first page seen until registering, leaving or idle time.
 * It knows nothing of a gate: a visitor who gives a pass back to the gate alone stays here until the idle time is over.
 */
import { randomUUID } from 'node:crypto';
import { createSlidingMinute } from './sliding-minute.ts';
import { createTurnout } from './turnout.ts';

export const SESSION_COOKIE = 'ereg_session';
/** A visitor who is logged in has one session, however often an answer that would have told of it was lost. */
export const ACCOUNT_COOKIE = 'ereg_account';

export interface VisitorSession {
  readonly id: string;
  /** The event that page 1 named last. */
  eventId: string | null;
  /** What the form's pages collected. */
  answers: Record<string, string>;
  touchedAtMs: number;
}

export interface SessionStats {
  sessions: { now: number; most: number };
  admissions: { mostPerMinute: number; total: number };
  /** Sessions by the event that page 1 named. */
  byEvent: Record<string, { now: number; most: number }>;
}

export interface Sessions {
  /** Finds a live session and renews its idle time. */
  touch(id: string | undefined): VisitorSession | null;
  /** A session of this id; of a new one where none is named. */
  begin(id?: string): VisitorSession;
  /** Writes down which event the session is for. */
  turnTo(session: VisitorSession, eventId: string): void;
  end(session: VisitorSession): void;
  stats(): SessionStats;
  /** Forgets all sessions and figures. */
  reset(): void;
}

export function createSessions(idleMs: number, now: () => number): Sessions {
  // Touched sessions move to the end, so the longest idle one is always first.
  const live = new Map<string, VisitorSession>();
  const events = createTurnout();
  const minute = createSlidingMinute();
  let most = 0;
  let total = 0;

  const dropIdle = () => {
    const oldest = now() - idleMs;
    for (const session of live.values()) {
      if (session.touchedAtMs > oldest) return;
      remove(session);
    }
  };
  const remove = (session: VisitorSession) => {
    if (live.delete(session.id)) events.gone(session.eventId);
  };
  const keep = (session: VisitorSession) => {
    session.touchedAtMs = now();
    live.delete(session.id);
    live.set(session.id, session);
  };

  return {
    touch(id) {
      dropIdle();
      const session = id === undefined ? undefined : live.get(id);
      if (!session) return null;
      keep(session);
      return session;
    },
    begin(id = randomUUID()) {
      dropIdle();
      const session: VisitorSession = { id, eventId: null, answers: {}, touchedAtMs: 0 };
      keep(session);
      minute.add(session.touchedAtMs);
      total += 1;
      most = Math.max(most, live.size);
      return session;
    },
    turnTo(session, eventId) {
      if (!live.has(session.id) || session.eventId === eventId) return;
      events.gone(session.eventId);
      events.came(eventId);
      session.eventId = eventId;
    },
    end: remove,
    stats() {
      dropIdle();
      return {
        sessions: { now: live.size, most },
        admissions: { mostPerMinute: minute.most(), total },
        byEvent: events.counts(),
      };
    },
    reset() {
      live.clear();
      events.clear();
      minute.clear();
      most = 0;
      total = 0;
    },
  };
}
