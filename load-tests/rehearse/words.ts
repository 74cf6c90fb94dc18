/** The words of a rehearsal: a scenario as it was read, what is seen while it is played, and what came of it. Types only. */

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

export type VisitorKind = 'browser' | 'program' | 'mobile' | 'staff' | 'bot';

/** Visitors who come for the same and behave alike. */
export interface VisitorGroup {
  name: string;
  kind: VisitorKind;
  /** Each of the addresses is somebody's, in turn by their weights. */
  addresses: readonly { url: string; weight: number }[];
  arrivals: Arrivals;
  behaviour: Behaviour;
}

/** When they come. All times in seconds of the scenario, all rates a minute. */
export type Arrivals =
  /** So many come, even by chance, between two times. */
  | { shape: 'step'; fromSeconds: number; untilSeconds: number; perMinute: number }
  | { shape: 'ramp'; fromSeconds: number; untilSeconds: number; fromPerMinute: number; toPerMinute: number }
  /** Each mail is opened at once by many, and ever more slowly by the rest: half of its readers come within `halfSeconds`. */
  | { shape: 'email'; waves: readonly { atSeconds: number; readers: number }[]; halfSeconds: number }
  /** They reload a countdown before the opening, and all at it. */
  | {
      shape: 'countdown';
      opensAtSeconds: number;
      visitors: number;
      earlySeconds: number;
      reloadSeconds: number;
    }
  /** As an access log tells: its times and its addresses, which take the place of the group's. */
  | { shape: 'log'; file: string; host: string | null; fromSeconds: number };

export interface Behaviour {
  /** Time inside, s: the form is filled in, or pages are looked at, within it. */
  stay: { least: number; most: number };
  fillsForm: boolean;
  leaves: boolean;
  loadsAssets: boolean;
  /** Share who walk away from the line, and after how many polls. */
  noShowShare: number;
  /** Share who give up after so many seconds of waiting; null: nobody. */
  impatience: { share: number; afterSeconds: number } | null;
  /** Share who have the page open twice. */
  twoTabsShare: number;
  /** Share whose phone sleeps for so long while they wait, s. */
  sleepers: { share: number; forSeconds: number } | null;
  /** Share who go back a page while they fill in the form. */
  backButtonShare: number;
  /** How often a request that failed is tried again. */
  retries: number;
  /** So long an answer may take, s. */
  patienceSeconds: number;
  /** Of bots: numbers that each takes; and whether it comes when called. */
  numbers: number;
  comesWhenCalled: boolean;
  /** How many share one client address, told in `x-forwarded-for`; null: each has its own, or none is told. */
  networks: number | null;
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

export type Verdict = 'held' | 'failed' | 'invalid';

export interface Check {
  name: string;
  /** Null: what it asks for was not seen, and it counts as failed. */
  held: boolean | null;
  seen: number | null;
  wanted: string;
  figure: string;
  unit: string;
  meaning: string;
  advice: string;
  /** What was asked for, as numbers: a chart shows the bound as a line over the time that was judged. */
  judged?: Pick<Expectation, 'over' | 'fromSeconds' | 'untilSeconds' | 'bound'>;
  /** A few sentences of what was seen: worst moments, findings, addresses. */
  evidence: readonly string[];
}

/** As `GET /v1/findings` tells them. */
export interface SeenFinding {
  kind: string;
  severity: string;
  summary: string;
  room: string | null;
  evidence: {
    host: string | null;
    pathShape: string | null;
    share: number | null;
    examples: readonly string[];
  };
  proposedRule: {
    yaml: string;
    /** The rule that it stands before; null: at the end. */
    before?: string | null;
    config: string;
    summary: string;
  } | null;
}

/** One chart's worth of a series: null where nothing was seen. */
export type Series = readonly (number | null)[];

export interface RehearsalReport {
  verdict: Verdict;
  /** Why it is invalid; empty otherwise. */
  invalidBecause: readonly string[];
  /** Ctrl-C, or the rails: what stands here is of the part that was played; null: whole. */
  endedEarly: string | null;
  scenario: string;
  title: string;
  summary: string;
  form: Form | null;
  seed: number;
  compress: number;
  /** `demo`, or the target's name in the configuration. */
  target: string;
  launch: string | null;
  revision: number;
  /** SHA-256, hex, of the configuration that was rehearsed. */
  configHash: string;
  commit: string;
  machine: { cpus: string; memoryGiB: number; node: string };
  /** ISO 8601. */
  startedAt: string;
  /** Real seconds that it took. */
  tookSeconds: number;
  checks: readonly Check[];
  findings: readonly SeenFinding[];
  /** What was done to the stage, as it was done. */
  moments: readonly { atSeconds: number; says: string; failed: string | null }[];
  /** By figure name, at the end. */
  figures: Readonly<Record<string, number | null>>;
  /** Seconds of the scenario's time, and each series' value at it. */
  series: { atSeconds: readonly number[]; of: Readonly<Record<string, Series>> };
  /** What was foreseen beside what was seen; null: no forecast could be made. */
  forecast: ForecastComparison | null;
  generator: GeneratorReport;
}

export interface GeneratorReport {
  /** The load was sent when it was meant to be. */
  isHonest: boolean;
  /** How late requests went out, ms. */
  delayMs: { p50: number; p99: number; most: number };
  /** Share of one core that its busiest process took. */
  cpuShare: number;
  processes: number;
  visitors: number;
  mostAtOnce: number;
  requests: number;
  /** From the intended send time until the answer was there, ms; of everything and by kind of request. */
  latencyMs: Readonly<
    Record<string, { p50: number; p95: number; p99: number; most: number; requests: number }>
  >;
}

export interface ForecastComparison {
  rows: readonly {
    name: 'longest line' | 'drained after' | 'median wait' | 'p95 wait' | 'arrivals a minute, most';
    unit: 'visitors' | 'seconds' | 'a minute';
    foreseen: number | null;
    seen: number | null;
  }[];
}
