/** What admin process and gateways tell each other: the admin publishes one document, each gateway reports once a second. Types only. */
import type { ErrorCode } from '../errors.ts';
import type { Operation, RoomView } from '../line/words.ts';

/** An operator's override of one configured value, which every later revision is read with until it is lifted. */
export interface Pin {
  id: string;
  /** `rules.<name>.enabled`, `rooms.<name>.limits.sessions`, `upstreams.<name>.build`, … */
  path: string;
  value: unknown;
  reason: string;
  /** Who set it. */
  by: string;
  /** ISO 8601. */
  at: string;
}

/** An immutable configuration with its number. */
export interface RevisionText {
  number: number;
  /** YAML. */
  config: string;
}

/** A revision that some gateways run ahead of the others. */
export interface Staged extends RevisionText {
  /** Ids of these gateways. */
  gateways: readonly string[];
}

export interface PublishedMessage {
  id: string;
  /** Null: the whole platform. */
  room: string | null;
  /** ISO 8601. */
  at: string;
  text: string;
  severity: 'info' | 'warning' | 'critical';
}

/** What the admin wants done once. Commands stand in the document until they expire; a gateway does each once, and answers. */
export type Command = {
  id: string /** Epoch ms by the link's clock. */;
  expiresAtMs: number;
  to: CommandTarget;
} & CommandWords;

/** One gateway by its id, or all of them. */
export type CommandTarget = 'all' | { gateway: string };

export type CommandWords =
  /** Judges the requests that the gateway remembers by this configuration. */
  | { kind: 'dry-run'; config: string }
  | { kind: 'cancel'; olderThanSeconds: number; upstream: string | null; reason: string }
  /** An operator's word on a room's line: see `Operation`. */
  | { kind: 'operate'; room: string; operation: Operation }
  | { kind: 'seats'; room: string; seats: number | null }
  /** Lets who published the command sign the invitations of a batch: answered is an OpenedBatch, whose key none but the holder of `sealTo` can read. */
  | {
      kind: 'invitations';
      batch: { id: string; room: string; lane: string; issuedAt: number; expiresAt: number };
      /** JSON Web Key, public: EC P-256. */
      sealTo: Readonly<Record<string, unknown>>;
    }
  /** Views of rooms that may not be in the report. */
  | { kind: 'views'; rooms: readonly string[] };

export type CommandAnswer =
  | { kind: 'done'; value: unknown }
  /** Nothing was done, but where the store answered nothing (HG_STORE_LOST): then nobody knows. `code`: of the catalogue. */
  | { kind: 'refused'; reason: string; code?: ErrorCode };

/** An external signal as somebody posted it: what the platform says of itself. */
export interface PublishedSignal {
  name: string;
  upstream: string;
  value: number;
  limit: number;
  ttlSeconds: number;
  /** ISO 8601, the admin's clock; with what was said it tells one post from another. */
  at: string;
  /** How old it was when it was published. */
  ageMs: number;
}

/** A launch that is being played: its requests say so by a signed header, and have rooms of their own. */
export interface PublishedRehearsal {
  id: string;
  /** Begins the name of each of its rooms. */
  prefix: string;
  /** Null: of no launch. */
  launch: string | null;
  /** ISO 8601: when its launch opens in its rooms; null: as configured. */
  opensAt: string | null;
  /** ISO 8601. */
  startedAt: string;
  expiresAt: string;
}

export interface PublishedRehearsals {
  /** JSON Web Key, public, EC P-256, with its `kid`: of those who sign the header. */
  key: Readonly<Record<string, unknown>>;
  live: readonly PublishedRehearsal[];
}

/** What the admin publishes; gateways keep the last one that they could take on their disks. */
export interface Published {
  /** Grows with each change; a gateway takes only a higher one than it has. */
  serial: number;
  /** ISO 8601, the admin's clock. */
  at: string;
  active: RevisionText;
  staged: Staged | null;
  pins: readonly Pin[];
  messages: readonly PublishedMessage[];
  commands: readonly Command[];
  /** Ids of batches of invitations that are worth nothing, until they would have expired; absent: none. */
  revokedInvitations?: readonly string[];
  /** Absent: none was ever asked for. */
  rehearsals?: PublishedRehearsals;
  /** Absent: nobody posted any. */
  signals?: readonly PublishedSignal[];
  /** SHA-256, hex, of the configuration file that became a revision last: the same file again is nothing new. */
  fileHash: string | null;
}

/** Requests of one address in the window. */
export interface AddressCount {
  host: string;
  /** The path with ids folded: `/events/{id}`. */
  pathShape: string;
  /** Room (or template, for rooms made by capture beyond the busiest); null: bypassed or refused. */
  room: string | null;
  /** `headgate-state`. */
  outcome: string;
  /** Name of the rule that matched; null: none did. */
  rule: string | null;
  class: string;
  /** A protected room that the request names while it was judged to another one, and by what it names it. */
  names: { room: string; by: 'launch' | 'key' | 'value' | 'empty-capture' } | null;
  requests: number;
  /** Of these, sent on to the platform. */
  forwarded: number;
  /** Forwarded and answered with 5xx, or not at all; and with 4xx. */
  failed: number;
  notFound: number;
  /** Sum of the times of forwarded ones, ms. */
  totalMs: number;
  /** A few shapes as seen, without query values but the captured ones. */
  examples: readonly string[];
}

/** The last 60 s of one gateway. */
export interface TrafficWindow {
  windowSeconds: number;
  requests: number;
  forwarded: number;
  /** Counted, but without an address of their own: more addresses than the table holds. */
  others: number;
  byAddress: readonly AddressCount[];
}

/** Counted since the gateway runs its present revision. */
export interface RevisionTotals {
  revision: number;
  /** Seconds that it has run it. */
  seconds: number;
  forwarded: number;
  failed: number;
  /** Forwarded although they belong into a line: see `isUnqueued` in gateway/audit. */
  unqueued: number;
  /** Of forwarded requests, by upper bounds in ms: 1, 2, 5, 10, … ; the last has none. */
  latency: readonly number[];
}

export interface InFlightRequest {
  id: string;
  room: string | null;
  class: string;
  method: string;
  host: string;
  pathShape: string;
  upstream: string;
  /** `event-stream` and `websocket` last for as long as their visitors stay; left out: `request`. */
  kind?: 'request' | 'event-stream' | 'websocket';
  ageMs: number;
  /** ISO 8601. */
  since: string;
}

/** What the gate did by itself, in a sentence. */
export interface Decision {
  /** Grows within one gateway. */
  seq: number;
  /** ISO 8601. */
  at: string;
  /** `engage`, `disengage`, `store-lost`, `store-found`, `revision`, `eject`, … */
  kind: string;
  room: string | null;
  signal: string | null;
  value: number | null;
  limit: number | null;
  mode: 'off' | 'observe' | 'act';
  sentence: string;
}

/** How the gateway's own configuration file differs from what it runs. */
export interface FileDifference {
  /** `rules.event registration.enabled`. */
  path: string;
  file: string;
  line: number;
  inFile: unknown;
  active: unknown;
}

export interface RoomReport {
  view: RoomView;
  template: string;
  mode: 'act' | 'observe';
  /** Why the gate does with this room what it does, in a sentence. */
  why: string;
}

/** What automatic protection does at a gateway. */
export interface ProtectionReport {
  mode: 'off' | 'observe' | 'act';
  upstreams: readonly UpstreamProtection[];
  /** Rooms that are held to something. */
  rooms: readonly RoomProtection[];
  /** Decisions since the start: for all gateways, and alone because the others could not be heard. */
  decided: { together: number; alone: number };
}

export interface UpstreamProtection {
  upstream: string;
  /** Requests in flight: the bound for all gateways together, this one's part, and how many there are here; null: as many as connections. */
  inFlightLimit: number | null;
  inFlightShare: number | null;
  inFlight: number;
  queued: number;
  /** Usual time to the head of an answer, ms, over its routes; null: not learned yet. */
  baseLatencyMs: number | null;
  /** Why fewer are let in; null: it is well. Its routes that suffer are named. */
  distress: { signal: string; value: number; limit: number; since: string } | null;
  routes: readonly { route: string; suffers: string }[];
  signals: readonly { name: string; value: number; limit: number; state: 'ok' | 'over' | 'unknown' }[];
}

export interface RoomProtection {
  room: string;
  factor: number;
  perMinute: number | null;
  /** ISO 8601; null: engaged in this moment. */
  since: string | null;
  why: string;
}

export interface GatewayReport {
  gateway: string;
  host: string;
  pid: number;
  version: string;
  /** The gateway's wall clock, epoch ms. */
  wallMs: number;
  /** ISO 8601. */
  startedAt: string;
  /** Of the document that it has taken last; 0: none, it goes by its file. */
  serial: number;
  revision: number;
  /** Where the configuration in force came from. */
  from: 'published' | 'disk' | 'file';
  /** A published revision that it could not take, and why; it stays with what it runs. */
  refused: { serial: number; revision: number; reason: string } | null;
  /** Null: no file, or it could not be read; then `fileError` says why. */
  fileDiffers: readonly FileDifference[] | null;
  fileError: string | null;
  keys: { current: readonly string[]; held: readonly string[]; lacking: readonly string[] };
  /** `headgate-build` of each target that sent one. */
  builds: readonly { upstream: string; target: string; build: string; seenAt: string }[];
  ready: boolean;
  store: 'ok' | 'lost';
  upstreams: Record<string, 'ok' | 'degraded' | 'down'>;
  totals: RevisionTotals;
  traffic: TrafficWindow;
  /** The named rooms and the busiest of the others, at most 200. */
  rooms: readonly RoomReport[];
  /** How many rooms it knows. */
  roomCount: number;
  /** The 50 longest. */
  inFlight: readonly InFlightRequest[];
  inFlightCount: number;
  /** The last 100. */
  decisions: readonly Decision[];
  overrides: readonly {
    room: string;
    action: string;
    limit: number | null;
    reason: string;
    since: string;
    until: string;
  }[];
  /** Absent in reports of earlier versions. */
  protection?: ProtectionReport;
  /** By command id, of the last minute. */
  answers: Record<string, CommandAnswer>;
}

/** A report as it is read: when it came by the link's clock. */
export interface HeardReport {
  report: GatewayReport;
  /** Epoch ms by the link's clock (Redis TIME; this process's clock without one). */
  heardMs: number;
  /** The gateway's clock less the link's, ms, when it reported. */
  clockAheadMs: number;
}
