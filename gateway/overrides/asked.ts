/** Reads what was typed behind `headgate override`: an order, or what is wrong with it. */
import type { OverrideAction } from '../request/overrides.ts';
import {
  isSessionLimit,
  MOST_MINUTES,
  MOST_REASON_LENGTH,
  MOST_SESSIONS,
  ROOM_NAME,
} from './override-file.ts';

export interface Typed {
  words: readonly string[];
  minutes?: string | undefined;
  reason?: string | undefined;
}

export type Asked =
  | {
      kind: 'set';
      room: string;
      action: OverrideAction;
      limit: number | null;
      minutes: number;
      reason: string;
    }
  | { kind: 'lift'; room: string }
  | { kind: 'list' }
  | { kind: 'wrong'; says: string };

export const USAGE = `usage: headgate override <room> pause | bypass | limit <n> --minutes <1–${MOST_MINUTES}> --reason <text>
       headgate override list
       headgate override lift <room>`;

export function readAsked(typed: Typed): Asked {
  const [first = '', second] = typed.words;
  const hasOptions = typed.minutes !== undefined || typed.reason !== undefined;
  // With options it is an order for a room that happens to be called so.
  if (first === 'list' && typed.words.length === 1 && !hasOptions) return { kind: 'list' };
  if (first === 'lift' && typed.words.length === 2 && !hasOptions)
    return ROOM_NAME.test(second!) ? { kind: 'lift', room: second! } : wrongRoom(second!);
  return readOrder(typed);
}

function readOrder({ words, minutes, reason }: Typed): Asked {
  const [room = '', action = '', limit, ...rest] = words;
  if (!ROOM_NAME.test(room)) return wrongRoom(room);
  if (action !== 'pause' && action !== 'bypass' && action !== 'limit')
    return wrong(
      `${action === '' ? 'an action is missing' : `"${action}" is no action`}: pause, bypass or limit <n>`,
    );
  if (rest.length > 0 || (action !== 'limit' && limit !== undefined))
    return wrong(`too many words after ${action}`);
  if (action === 'limit' && !(isWhole(limit) && isSessionLimit(Number(limit))))
    return wrong(`limit: "${limit ?? ''}" must be a whole number from 0 to ${MOST_SESSIONS}`);
  const span = Number(minutes);
  if (!isWhole(minutes) || span < 1 || span > MOST_MINUTES)
    return wrong(`--minutes: "${minutes ?? ''}" must be a whole number from 1 to ${MOST_MINUTES}`);
  const text = (reason ?? '').trim();
  if (text === '' || text.length > MOST_REASON_LENGTH)
    return wrong(`--reason must say why, in at most ${MOST_REASON_LENGTH} characters`);
  return {
    kind: 'set',
    room,
    action,
    limit: action === 'limit' ? Number(limit) : null,
    minutes: span,
    reason: text,
  };
}

function isWhole(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,9}$/.test(text);
}

function wrongRoom(room: string): Asked {
  return wrong(`room: "${room}" must be 1 to 64 letters, digits, _, ~ or -`);
}

function wrong(says: string): Asked {
  return { kind: 'wrong', says };
}
