/** What the gateway runs on: a validated configuration with everything derived filled in. */
import type { Config } from './schema.ts';

type RawRoom = Config['rooms'][string];
type RawUpstream = Config['upstreams'][string];

export type Rule = Config['rules'][number];
export type TrafficClass = Rule['class'];
export type Launch = Omit<Config['launches'][number], 'opensAt'> & { /** epoch ms */ opensAtMs: number };

export interface Target {
  /** Origin: scheme, host and port. */
  url: string;
  weight: number;
}

export type UpstreamSettings = Omit<RawUpstream, 'targets'> & { targets: Target[] };

export interface Maintenance {
  /** Epoch ms. */
  fromMs: number;
  untilMs: number;
  text: string | null;
}

export type RoomSettings = Omit<RawRoom, 'limits' | 'allowance' | 'known' | 'maintenance'> & {
  limits: {
    sessions: number | null;
    admissionsPerMinute: number | null;
    seats: number | null;
    submitReserve: number;
  };
  allowance: { inFlight: number };
  known: 'any' | ReadonlySet<string>;
  /** By their beginning. */
  maintenance: Maintenance[];
};

export type ProtectionSettings = Config['protection'];

export type RehearsalTarget = Config['rehearsal']['targets'][string];

export type Settings = Omit<Config, 'rooms' | 'upstreams' | 'launches' | 'keys' | 'store'> & {
  /** By name or template, as written. */
  rooms: Record<string, RoomSettings>;
  upstreams: Record<string, UpstreamSettings>;
  launches: Launch[];
  keys: { path: string; ticketHours: number; overlapHours: number };
  store: Config['store'] & { path: string };
  /** Folder of everything that must survive a restart (HEADGATE_DATA). */
  dataPath: string;
};
