/** The words of the timeline: what happened, in order, and the figures of each minute. Types only. */

export type EntryKind = 'finding' | 'decision' | 'change' | 'message' | 'drift' | 'reminder';

export interface Entry {
  /** ISO 8601. */
  at: string;
  kind: EntryKind;
  /** `decision.engage`, `room.pause`, `finding`, … */
  action: string;
  room: string | null;
  severity: 'critical' | 'warning' | 'info';
  summary: string;
  /** Null: seen, and done by nobody. */
  by: string | null;
  reason: string | null;
  /** Position in the audit log, where it stands there. */
  auditSeq: number | null;
}

export interface RoomMinute {
  room: string;
  waiting: number;
  sessions: number;
  callsPerMinute: number | null;
  /** In this minute; null: not known (the first minute, or a gateway that was away). */
  admissions: number | null;
}

export interface Minute {
  /** The minute's begin. ISO 8601. */
  at: string;
  requests: number;
  forwarded: number;
  /** Of forwarded requests; null: none was. */
  failedShare: number | null;
  unqueuedShare: number | null;
  findingsOpen: number;
  driftOpen: number;
  gateways: number;
  /** The busiest. */
  rooms: readonly RoomMinute[];
}

export interface Timeline {
  from: string;
  to: string;
  room: string | null;
  /** There was more than one answer holds: ask for less time, or one room. */
  truncated: boolean;
  entries: readonly Entry[];
  minutes: readonly Minute[];
}

export interface Span {
  fromMs: number;
  toMs: number;
  /** Null: all. */
  room: string | null;
  /** An organiser's; null: all. */
  rooms: readonly string[] | null;
}

/** Something that is open, as the hand-over tells it. */
export interface OpenThing {
  severity: 'critical' | 'warning' | 'info';
  room: string | null;
  summary: string;
  /** ISO 8601. */
  since: string;
}

export interface LaunchState {
  name: string;
  room: string;
  opensAt: string;
  state: 'green' | 'red' | 'unknown';
  /** Items that are not green. */
  open: readonly { name: string; state: string; detail: string }[];
}

/** How things stood when it was last written down: every 5 s. */
export interface StateNow {
  at: string;
  minute: Minute;
  gateways: readonly {
    gateway: string;
    ready: boolean;
    revision: number;
    store: string;
    silent: boolean;
    upstreams: Record<string, string>;
  }[];
  rooms: readonly {
    room: string;
    state: string;
    /** When the state ends by itself; ISO 8601. */
    stateUntil: string | null;
    waiting: number;
    sessions: number;
    sessionsLimit: number | null;
    why: string;
  }[];
  findings: readonly OpenThing[];
  drift: readonly OpenThing[];
  overrides: readonly { room: string; action: string; reason: string; until: string; gateways: string[] }[];
  launches: readonly LaunchState[];
}
