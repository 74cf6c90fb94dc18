/** The words of `headgate audit`: what is counted of a log, and what is reported. Types only. */
import type { Settings, TrafficClass } from '../../config/settings.ts';
import type { Judge } from '../../gateway/audit/judge-words.ts';
import type { FoundNow, Severity } from '../../gateway/audit/words.ts';
import type { AddressCount } from '../../gateway/control/words.ts';
import type { LogFormat } from '../observer/access-log.js';

export interface AuditOptions {
  /** `-` is standard input. */
  logs: readonly string[];
  config: string;
  /** Of lines that name none. */
  host: string | null;
  format: 'auto' | LogFormat;
  /** Epoch ms: `fromMs` ≤ time < `toMs`. */
  fromMs: number;
  toMs: number;
  json: boolean;
  /** File to write the page to. */
  html: string | null;
}

export interface AuditParts {
  env: NodeJS.ProcessEnv;
  /** Admin must not know the gate's own judging: the command line hands it in. */
  judgeFor(settings: Settings): Judge;
  /** What visitors are told apart by, in memory alone; random. */
  visitorKey: number;
  /** Null: nobody looks. */
  progress: ((text: string) => void) | null;
}

/** One kind of request: what is the same of all that are counted together. */
export type AddressWords = Pick<
  AddressCount,
  'host' | 'pathShape' | 'room' | 'outcome' | 'rule' | 'class' | 'names'
>;

/** How lines were read. */
export interface LineCounts {
  /** All of them, but for empty ones. */
  lines: number;
  /** Requests that were judged. */
  judged: number;
  malformed: number;
  /** Of more than 64 KB. */
  tooLong: number;
  withoutHost: number;
  /** Before `--from`, or not before `--to`. */
  outsideTime: number;
  /** Under the gate's own prefix. */
  reserved: number;
}

export interface LogReport {
  file: string;
  format: LogFormat | null;
  lines: number;
  isPacked: boolean;
  isCut: boolean;
}

export interface Peak {
  /** The minute, ISO 8601. */
  at: string;
  count: number;
}

/** A room's day. Visitors are estimated: clients by address and agent, apart by more than the room's idle time. */
export interface RoomDay {
  room: string;
  template: string;
  requests: number;
  share: number;
  requestsPerMinute: Peak;
  /** Null: the log tells no clients. */
  visitors: {
    total: number;
    /** Visits begun in one minute: what would ask to be admitted. */
    perMinute: Peak;
    /** Visitors within their idle time. */
    atOnce: Peak;
  } | null;
  limits: { sessions: number | null; admissionsPerMinute: number | null; seats: number | null };
  /** Minutes in which a line would have stood, and the longest it would have been. */
  lineMinutes: number;
  mostWaiting: number;
}

export interface RuleDay {
  /** Null: no rule matched. */
  rule: string | null;
  class: TrafficClass;
  outcome: string;
  requests: number;
  share: number;
}

export interface AddressDay extends AddressWords {
  requests: number;
  share: number;
  failed: number;
  notFound: number;
}

export interface LaunchDay {
  launch: string;
  room: string;
  addresses: { address: string; leadsTo: string; isCovered: boolean }[];
  /** Of the log, in the launch's room. */
  requests: number;
}

/** Something found, with its place in the log. Shares are of the whole log's forwarded requests. */
export interface AuditFinding extends FoundNow {
  /** Minutes in which it would have been found live, ISO 8601; null: only over the whole log. */
  firstSeen: string | null;
  lastSeen: string | null;
  /** The worst minute; `share` of its requests. */
  peak: { at: string; share: number; requestsPerMinute: number } | null;
}

export interface AuditReport {
  ok: boolean;
  verdict: 'covered' | 'findings';
  /** In a sentence. */
  summary: string;
  config: string;
  revision: number;
  logs: LogReport[];
  /** Of the first and the last request, ISO 8601. */
  from: string;
  to: string;
  counts: LineCounts;
  requests: number;
  shares: {
    inRooms: number;
    bypassed: number;
    refused: number;
    /** No rule matched. */
    noRule: number;
    /** Of these, by visitors who would have stayed in the room of their pass. */
    stayed: number;
    /** Sent on outside of the line that they name. */
    outsideTheirRoom: number;
  };
  /** Null: no line has a stamp. */
  stamps: { stamped: number; unstamped: number } | null;
  rooms: RoomDay[];
  /** Rooms that were seen, those beyond the busiest hundred included. */
  roomCount: number;
  rules: RuleDay[];
  unusedRules: string[];
  byAddress: AddressDay[];
  /** Requests at addresses that are not told one by one. */
  others: number;
  launches: LaunchDay[];
  findings: AuditFinding[];
  worst: Severity | null;
}
