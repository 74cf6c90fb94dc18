/** The words of signing in. Types only. */
import type { Actor, Role } from '../words.ts';

export type SignIn =
  | { kind: 'actor'; actor: Actor }
  | {
      kind: 'refused';
      code: 'HG_UNAUTHENTICATED' | 'HG_FORBIDDEN';
      detail: string;
      /** Whether somebody may be guessing: such refusals are counted by address. */
      isGuess: boolean;
    };

export interface Auth {
  /** `authorization`: the header as it came. Never throws for what it says. */
  signIn(authorization: string | undefined): Promise<SignIn>;
  /** Whether an operator has made or configured a way to sign in, beside the first token. */
  isConfigured(): boolean;
}

/** A token as it is shown: all but its secret. */
export interface TokenView {
  id: string;
  name: string;
  role: Role;
  /** Of an organiser; null: all. */
  rooms: readonly string[] | null;
  /** ISO 8601, as all times here. */
  createdAt: string;
  createdBy: string;
  /** Null: never. */
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}
