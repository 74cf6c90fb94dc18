/** What an answer means to a visitor, by `headgate-state` alone: the platform's own answers need no gate to be understood. */
import type { Answer } from './client.ts';

export type Meaning =
  | { kind: 'inside' }
  /** In line, or about to be. */
  | { kind: 'wait'; afterSeconds: number }
  | { kind: 'over'; outcome: 'soldout' | 'ended' | 'refused' }
  /** Nothing that a visitor could use. */
  | { kind: 'failed' };

const WAITING = new Set(['waiting', 'called', 'prequeue', 'paused', 'offline', 'held']);
const OVER = new Set(['soldout', 'ended', 'refused']);
const POLL_SECONDS = 2;

type Told = Pick<Answer, 'status' | 'state' | 'header'>;

export function meaningOf(answer: Told): Meaning {
  const { state, status } = answer;
  if (isWaiting(state)) return { kind: 'wait', afterSeconds: waitSecondsOf(answer) };
  // Shed while the platform was short, and told when to come again.
  if (state === 'refused' && status === 503) return { kind: 'failed' };
  if (state !== null && OVER.has(state)) return { kind: 'over', outcome: state as 'soldout' };
  return status >= 200 && status < 400 ? { kind: 'inside' } : { kind: 'failed' };
}

export function isWaiting(state: string | null): boolean {
  return state !== null && WAITING.has(state);
}

/** When to ask again: a program is told by `Retry-After`, a browser by `Refresh`. */
function waitSecondsOf(answer: Told): number {
  const told = Number.parseFloat(answer.header('retry-after') ?? answer.header('refresh') ?? '');
  return Number.isFinite(told) ? told : POLL_SECONDS;
}

export interface TokenClaims {
  room: string | null;
  lane: string | null;
  number: number | null;
}

/** What a ticket or a pass says: it stands readable in the token, only its signature is secret. */
export function readToken(token: string): TokenClaims {
  const { room, lane, n, k } = claimsOf(token);
  return {
    room: typeof room === 'string' ? room : null,
    lane: typeof lane === 'string' ? lane : null,
    // With `k` it is a provisional place, given while the store was lost: its number comes later. A pass of who was let in
    // without the line has none: 0.
    number: typeof n === 'number' && n > 0 && k === undefined ? n : null,
  };
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return {};
  }
}
