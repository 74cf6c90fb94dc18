/** The words of drift: what is not as the active revision says. Types only. */

export type DriftKind =
  /** A gateway runs another revision than it should. */
  | 'revision-differs'
  /** A gateway could not take a revision. */
  | 'revision-refused'
  | 'gateway-silent'
  /** A configuration file says something else than what runs. */
  | 'file-differs'
  /** …where an operator has pinned the value: the pin holds. */
  | 'pin-contradicted'
  | 'file-unreadable'
  /** A pin on a rule, room or upstream that the active revision does not have. */
  | 'pin-without-place'
  /** A target of the platform runs another build than is pinned or configured. */
  | 'build-differs'
  | 'clock-off'
  | 'keys-lacking'
  | 'keys-differ'
  /** The store that links admin process and gateways cannot be reached: the rest is unknown. */
  | 'link-lost';

/** What is off at this moment; the same `key` is the same item, look after look. */
export interface DriftNow {
  key: string;
  kind: DriftKind;
  severity: 'critical' | 'warning' | 'info';
  summary: string;
  /** Null: it is not one gateway's. */
  gateway: string | null;
  /** Configuration path, where it is about one. */
  path: string | null;
  file: string | null;
  line: number | null;
  /** What is there, and what should be. */
  found: unknown;
  wanted: unknown;
  /** Id of the pin that holds. */
  pin: string | null;
  /** For how long it must last before it is told, ms. */
  patienceMs: number;
}

/** As the API tells it. Times ISO 8601. */
export interface DriftItem extends Omit<DriftNow, 'key' | 'patienceMs'> {
  id: string;
  firstSeen: string;
  lastSeen: string;
  resolvedAt: string | null;
}
