/** The words of checking a draw: what was published of it, and what a visitor holds. Types only. */

/** A draw as the room's status publishes it after the opening. */
export interface PublishedDraw {
  /** null: not said. */
  room: string | null;
  /** SHA-256 of the seed, hex. */
  commitment: string;
  /** Hex. */
  seed: string;
  /** How many numbers were drawn. */
  size: number;
  /** The last number before the prequeue's first. */
  base: number;
}

/** What is to be proven of one ticket. */
export interface HeldPlace {
  /** null: not said. */
  room: string | null;
  /** As it was before the opening. */
  prequeueNumber: number;
  /** As it is since the opening; null: not said, only asked. */
  place: number | null;
}

export interface Proof {
  ok: boolean;
  room: string | null;
  commitment: string;
  /** SHA-256 of the seed. */
  seedDigest: string;
  seed: string;
  size: number;
  base: number;
  /** null: no ticket was asked about. */
  ticket: { prequeueNumber: number; place: number | null; drawn: number | null } | null;
  /** Whether each place was given exactly once; null: not asked. */
  isPermutation: boolean | null;
  /** In whole sentences, the good and the bad. */
  said: string[];
}
