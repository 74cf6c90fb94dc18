/** The words of virtual visitors: what one means to do, and what one saw. Types only. */

export type Random = () => number;

export interface VisitorPlan {
  /** browser: cookies and pages; program: headers and JSON. */
  kind: 'browser' | 'program';
  /** Path and query of the protected address. */
  address: string;
  /**
   * For a program: the room in which it takes a place before it asks for anything. Absent: it asks first, is served at once
   * where nobody waits (`allowed`, without a session of the gate's), and takes a place when told to wait.
   */
  joinsFirst?: string;
  /** Walks away after this many polls, 0 right after joining; null: stays in line until the end. */
  givesUpAfterPolls: number | null;
  /** Walks away at the first poll after so much time since coming; absent: never. */
  givesUpAfterMs?: number;
  /** The phone is put away once, after so many polls. */
  sleeps?: { afterPolls: number; ms: number };
  /** The step of the form at which the page before is looked at once more; absent: none. */
  goesBackAt?: number;
  /** Whether what pages are made of is loaded too, once a visit. */
  loadsAssets?: boolean;
  /** Time inside, from admission to leaving. */
  stayMs: number;
  /** While just staying: how often a page is looked at; absent: never. */
  looksEveryMs?: number;
  /** Which one; the form’s second where absent. */
  looksAt?: string;
  /** Logged in on the platform as; absent: not at all. */
  account?: string;
  /** Whether the stay is spent walking the five-page form, up to registering. */
  fillsForm: boolean;
  /** Whether the visitor says goodbye, to the platform first and then to the gate; else the idle times do it. */
  leaves: boolean;
  /** How often a request that failed is tried again before the visitor gives up. */
  retries: number;
  /** Time that an answer may take until it counts as failed. */
  patienceMs: number;
}

export type Outcome =
  | 'registered'
  | 'left'
  /** Walked away from the line, as planned. */
  | 'no-show'
  /** Too many failed requests. */
  | 'gave-up'
  /** Was inside, and was told to wait, or had lost the form. */
  | 'thrown-out'
  | 'soldout'
  | 'ended'
  | 'refused'
  /** The run was over first. */
  | 'stopped';

/** What the gate told a visitor once. Times are of one monotonic clock. */
export interface Sighting {
  askedAtMs: number;
  toldAtMs: number;
  state: string;
  number: number | null;
  position: number | null;
  serving: number | null;
}

export interface VisitorRecord {
  readonly plan: VisitorPlan;
  phase: 'coming' | 'waiting' | 'inside' | 'gone';
  arrivedAtMs: number;
  room: string | null;
  lane: string | null;
  /** The place in line; null while none was given. */
  number: number | null;
  /** Every number that was given, in order: more than one means that a place was lost. */
  numbers: number[];
  sightings: Sighting[];
  /** Was told to wait at least once. */
  queued: boolean;
  /** First told to come. */
  calledAtMs: number | null;
  admittedAtMs: number | null;
  /** The gate's word at the door: `admitted`, or `allowed` and the like where no session was needed; null without a gate. */
  admittedAs: string | null;
  /** Who registered: whether the page that says so came; null: did not register. */
  sawConfirmation: boolean | null;
  /** No longer inside, or no longer in line. */
  goneAtMs: number | null;
  /** Came when called, and was told to wait. */
  refusedClaims: number;
  /** Asked with a ticket, and the gate knew of none. */
  lostPlaces: number;
  /** Requests without an answer, or with a failure's. */
  failures: number;
  outcome: Outcome | null;
}
