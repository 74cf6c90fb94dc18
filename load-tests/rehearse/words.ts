/** The words of a rehearsal: a scenario as it was read, and what is seen while it is played. Types only. */
import type { VisitorGroup } from './visitor-words.ts';

/** A number with what it may depend on is given in the scenario's own time; a faster pace shortens it. */
export interface Scenario {
  /** File name without its ending: `august-2018`. */
  name: string;
  title: string;
  /** What happened, and what is played of it, in a few sentences. */
  summary: string;
  /** How long it is played, s. */
  seconds: number;
  /** How much faster than told it is played where nobody says otherwise. */
  compress: number;
  /** As it went wrong, or mended; null: the scenario has one form. */
  form: Form | null;
  /** Names of expectations that this form must fail by; empty: all must hold. */
  failsBy: readonly string[];
  stage: StagePlan;
  groups: readonly VisitorGroup[];
  moments: readonly Moment[];
  expectations: readonly Expectation[];
}

export type Form = 'as-it-happened' | 'mended';

/** What the demo is built of. One's own target brings its own. */
export interface StagePlan {
  platforms: readonly PlatformPlan[];
  gateways: number;
  store: 'embedded' | 'redis';
  /** Null: visitors ask any gateway by turns, and another one where nobody takes the connection. */
  balancer: { checkEverySeconds: number } | null;
  /** Whether the platform refuses what did not come through the gate, and reports it: needs `integrated`. */
  observer: boolean;
  /** The gate's configuration as an object of YAML; targets, store, ports and data folder are the stage's. */
  config: Readonly<Record<string, unknown>>;
}

export interface PlatformPlan {
  /** As the configuration's upstreams call it. */
  name: string;
  /** How many processes stand behind the name. */
  targets: number;
  databaseConnections: number;
  queryMs: number;
  idleSeconds: number;
  integrated: boolean;
}

/** Something that is done to the stage. To a target of one's own nothing is done. */
export interface Moment {
  atSeconds: number;
  /** What a person reads in the report. */
  says: string;
  does: Deed;
}

export type Deed =
  /** `POST /_platform/mode` at a platform by its name. */
  | { kind: 'platform'; platform: string; mode: Readonly<Record<string, unknown>> }
  | { kind: 'platform-restart'; platform: string }
  | { kind: 'gateway-restart'; which: 'each' | number }
  | { kind: 'gateway-kill'; which: number }
  | { kind: 'store-stop'; forSeconds: number }
  | { kind: 'store-kill' }
  /** A deploy: the configuration's file is written anew and taken up, with this laid over the old one (RFC 7386). */
  | { kind: 'deploy'; config: Readonly<Record<string, unknown>> }
  /** By hand: a file changed and gateways told to read it, as somebody at a terminal would. */
  | { kind: 'edit'; config: Readonly<Record<string, unknown>> }
  | {
      kind: 'api';
      method: 'POST' | 'PATCH' | 'DELETE';
      path: string;
      body: Readonly<Record<string, unknown>>;
    };

/** One line of what must hold. */
export interface Expectation {
  /** Kebab case; what a report calls it. */
  name: string;
  /** See figures.ts. */
  figure: string;
  /** Of a figure that is seen each second: which one of its values counts. */
  over: 'most' | 'least' | 'mean' | 'median' | 'last';
  /** The part of the scenario that is judged. */
  fromSeconds: number;
  untilSeconds: number;
  bound: { kind: 'at-most' | 'at-least' | 'equals'; value: number };
  /** What it means when it does not hold, and what to change; in the report. */
  meaning: string;
  advice: string;
}

/** What was seen at one moment; null: nobody tells it. */
export interface Scene {
  /** Of the scenario's time. */
  atSeconds: number;
  figures: Readonly<Record<string, number | null>>;
}
