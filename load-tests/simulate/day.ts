/** The words of a simulated day: what comes, who comes, and what goes wrong. */

/** Something that goes wrong, or that an operator does, at a moment of the day. */
export type Incident = { atSeconds: number } & (
  | { what: 'kill gateway'; gateway: number; downSeconds: number }
  /** The store is away for a while and comes back with all it knew. */
  | { what: 'restart store'; downSeconds: number }
  /** The store comes back as it was `lostSeconds` ago. */
  | { what: 'fail over'; downSeconds: number; lostSeconds: number }
  /** Gateway and embedded store die together; the journal keeps the leases, the snapshot is up to a second old. */
  | { what: 'kill all'; downSeconds: number }
  | { what: 'flush' }
  | { what: 'jump clock'; seconds: number }
  | { what: 'limit'; sessions: number }
  | { what: 'pause'; seconds: number }
  | { what: 'lose replies'; share: number; seconds: number }
);

export interface Visitors {
  /** By the second of the day. */
  arrivalsPerSecond: (atSeconds: number) => number;
  /** The share that takes a number and never comes when it is called. */
  noShows: number;
  /** The share that comes, but looks only every few minutes: late when called. */
  late: number;
  /** Stays are exponential around it. */
  staySeconds: number;
  /** The share that falls silent in the end instead of leaving. */
  fallSilent: number;
  /** The share that tries a spent ticket once more. */
  replay: number;
  /** The share that types for most of the idle time between two requests. */
  typeLong: number;
}

export interface Day {
  name: string;
  seed: number;
  minutes: number;
  gateways: number;
  limits: { sessions: number; admissionsPerMinute: number | null; submitReserve: number };
  /** Registrations for sale, the share of those inside that give up, and whether the platform tells after each sale what is left. */
  seats?: { count: number; giveUp: number; told: boolean };
  claimSeconds: number;
  idleSeconds: number;
  visitors: Visitors;
  incidents: Incident[];
}

/** What the judge saw; every `Faults` figure must be 0. */
export interface Faults {
  overLimit: number;
  overRate: number;
  outOfOrder: number;
  positionsGrown: number;
  wronglyRefused: number;
  thrownOut: number;
  usedTwice: number;
}

export interface Outcome {
  day: string;
  seed: number;
  faults: Faults;
  /** Null: nobody ever waited. */
  utilisation: number | null;
  arrived: number;
  admitted: number;
  /** Of those who came when called, the share that found no slot at once and was told to come again. */
  refusedAtFirst: number;
  /** Where there were seats for sale. */
  seats: { sold: number; disappointed: number; mostOver: number; soldOutAtMs: number | null } | null;
  /** Two tickets with one number, after a loss; allowed, told. */
  ties: number;
  losses: number;
}
