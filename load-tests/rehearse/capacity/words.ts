/** The words of looking for a capacity: what each step saw, and what is proposed. Types only. */

/** What was seen while so much load was on. */
export interface Step {
  /** What was done: `calm`, `raised`, `back`, `arrivals`. */
  phase: 'calm' | 'raised' | 'back' | 'arrivals';
  /** Visitors at once, none of whom thinks; null: they came at a rate. */
  atOnce: number | null;
  /** Visits a minute that were meant; null: as many as the platform did. */
  plannedPerMinute: number | null;
  seconds: number;
  requestsPerSecond: number;
  visitsPerMinute: number;
  meanMs: number;
  p95Ms: number;
  failedShare: number;
  /** Answers that told to wait: a gate stands before the platform and its limits are what is found. */
  toldToWait: number;
  /** The generator's own: share of one core, and how late its timers were, 99th percentile. */
  cpuShare: number;
  delayMs: number;
  /** Null: it bore it; else what bent. */
  bent: string | null;
}

/** Where the load comes from and goes to. */
export interface Load {
  /** So many visitors from now on. */
  setAtOnce(count: number): void;
  /** Measures while the load goes on. */
  measure(phase: Step['phase'], seconds: number, signal: AbortSignal): Promise<Step>;
  /** Visitors who come at a rate, by chance, beside nobody else. */
  arrivals(perMinute: number, seconds: number, signal: AbortSignal): Promise<Step>;
  stop(): Promise<void>;
}

export interface Capacity {
  visitsPerMinute: number;
  requestsPerSecond: number;
  /** Requests that the platform works on when it does most: rate × its calm time (Little). */
  inFlight: number;
}

export interface Search {
  /** `found`: it bent; `at-least`: the ceiling, the generator or the time ended the search first; `invalid`: nothing can be said. */
  outcome: 'found' | 'at-least' | 'invalid';
  /** One sentence. */
  because: string;
  steps: readonly Step[];
  calm: Step | null;
  capacity: Capacity | null;
  /** The share of the capacity that was confirmed with arrivals; null: none was. */
  margin: number | null;
  confirmed: Step | null;
}

export interface Limits {
  sessions: number;
  admissionsPerMinute: number;
  /** Of the room: requests without a number while nobody waits. */
  allowanceInFlight: number;
  /** Of the upstream, by all gateways together. */
  maxConnections: number;
}

export interface Proposal {
  limits: Limits;
  /** A sentence for each limit. */
  reasons: readonly string[];
  /** To lay over the configuration. */
  yaml: string;
}

export interface CapacityReport extends Search {
  verdict: 'held' | 'failed' | 'invalid';
  target: string;
  startedAt: string;
  tookSeconds: number;
  machine: { cpus: string; memoryGiB: number; node: string };
  proposal: Proposal | null;
  /** What the demo was set to, and what was found as a share of it; null: nobody knows. */
  setTo: (Capacity & { databaseConnections: number; queryMs: number; foundShare: number | null }) | null;
}
