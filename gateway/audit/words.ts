/** The words of the coverage audit: what is seen of a request, and what is found. Types only. */

/** One request, after it was answered; a view on what the gateway knows anyway, made without copying. */
export interface SeenRequest {
  method: string;
  /** Lower case, without port. */
  host: string;
  /** Canonical path, and query without `?`. */
  path: string;
  query: string;
  /** Room that it was judged to; null: bypassed, refused, or under the reserved prefix. */
  room: string | null;
  /** The room's name as written (template), `bypass`, or ''. */
  label: string;
  rule: string | null;
  class: string;
  /** `headgate-state`. */
  state: string;
  status: number;
  /** Sent on to the platform. */
  forwarded: boolean;
  ms: number;
}

export type FindingKind =
  /** A launch's public address is judged to another room, or bypassed: known from the configuration alone. */
  | 'launch-address-uncovered'
  /** Requests that name a protected event reach the platform outside of its line. */
  | 'event-outside-room'
  /** A rule matches, and its captures name no room: an empty or malformed id. */
  | 'capture-without-room'
  /** Much unqueued traffic at one address while the platform suffers, or the load climbs although a room is engaged. */
  | 'unqueued-surge'
  /** A launch is near or open, and its room sees no traffic. */
  | 'launch-without-traffic'
  /** Requests reach the platform without a stamp. */
  | 'around-the-gate'
  /** A stamp whose clock is off, or that is forged. */
  | 'stamp-wrong'
  /** A public address does not show the gate’s marker. */
  | 'probe-not-gated'
  /** The platform’s own address answers somebody who did not come through the gate. */
  | 'probe-direct-path-open';

export type Severity = 'critical' | 'warning' | 'info';
export type CoverageState = 'green' | 'red' | 'unknown';

export interface Evidence {
  host: string | null;
  pathShape: string | null;
  /** Of the platform's requests in the window: this address and the pages that follow from it; 0 to 1. */
  share: number;
  /** Of them: this address alone. */
  addressShare: number;
  requestsPerMinute: number;
  /** Paths as seen. */
  examples: readonly string[];
  /** Keyed tags of client networks (observer only). */
  networks?: readonly string[];
}

/** A rule that would mend it, ready for a dry-run. */
export interface ProposedRule {
  /** One entry of `rules`, as YAML. */
  yaml: string;
  /** Its place: before the rule of this name; null: at the end. */
  before: string | null;
  /** The whole configuration with it, to be made a revision. */
  config: string;
  /** What it does, in a sentence. */
  summary: string;
}

/** What an analysis finds; the same `key` is the same finding, round after round. */
export interface FoundNow {
  key: string;
  kind: FindingKind;
  severity: Severity;
  summary: string;
  evidence: Evidence;
  /** The line that the traffic belongs into. */
  room: string | null;
  proposedRule: ProposedRule | null;
}

/** As the admin API tells it. Times ISO 8601. */
export interface Finding extends FoundNow {
  id: string;
  firstSeen: string;
  lastSeen: string;
  resolvedAt: string | null;
}
