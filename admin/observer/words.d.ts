/** What an observer tells the admin API: who came through the gate, seen from within the platform. Types only. */

/**
 * Body of `POST /v1/observations`. It covers a sliding window and says all of it anew each time: the latest one of an
 * observer replaces the one before, and one that is lost costs nothing. The figures of several observers add up.
 * No address, cookie, e-mail or value of a query is in it.
 *
 * `requests = stamped + passed + unstamped + allowed + unknown`.
 */
export interface Observation {
  /** Who tells: the same as long as the process lives; at most 64 of `A-Z a-z 0-9 . _ ~ -`. */
  observer: string;
  /** Of the observing program, `1.0.0`. */
  version: string;
  /** End of the window, ISO 8601. */
  at: string;
  /** Length of the window: 60 once the observer has run so long. */
  windowSeconds: number;
  requests: number;
  /** Carried a stamp that verifies. */
  stamped: number;
  /** Carried no good stamp but a valid pass: an edge that verifies passes adds no stamp. */
  passed: number;
  /** Carried neither, and so came around the gate; those that were refused among them. */
  unstamped: number;
  /** Carried neither, to a path that may be asked straight (health checks). */
  allowed: number;
  /** Carried what cannot be judged, since the keys could not be read. */
  unknown: number;
  /** Unstamped, and answered with 403. */
  refused: number;
  wrong: WrongStamps;
  /** The 100 busiest addresses, those with the most unstamped requests first. */
  byAddress: ObservedAddress[];
  /** What all other addresses had. */
  others: { requests: number; unstamped: number };
}

/** Requests by what was wrong with their stamp. */
export interface WrongStamps {
  malformed: number;
  /** Signed with a key that the observer does not have. */
  unknownKey: number;
  /** Signed for another request, or by nobody. */
  forged: number;
  /** Signed well, more than 5 minutes ago or ahead: the clock of a gateway is off, or a stamp was kept. Counted among `stamped`. */
  clock: number;
}

export interface ObservedAddress {
  /** Lower case, without port. */
  host: string;
  /** Path with its ids folded: `/events/{id}`. */
  pathShape: string;
  requests: number;
  unstamped: number;
  /** Of the unstamped ones. */
  refused: number;
  /** Keyed tags (8 hex digits) of the networks that unstamped requests came from, busiest first, at most 10. */
  networks: string[];
  /** Methods of the unstamped requests, at most 8. */
  methods: string[];
  /** Path shapes of unstamped requests, at most 4. */
  examples: string[];
}
