/** The words for what came of a rehearsal: its checks, what was found and seen, and how honest the load was. Types only. */
import type { Expectation, Form } from './words.ts';

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
