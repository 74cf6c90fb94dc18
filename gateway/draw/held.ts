/** Reads what a visitor holds: a ticket tells its number before the opening and its place since; its signature only the gate can check. */
import { readFile } from 'node:fs/promises';
import type { Read } from './published.ts';
import type { HeldPlace } from './words.ts';

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** `words`: a token, or a file with one. `number`: as it was before the opening, for a token that does not tell. */
export async function readHeld(words: string, number: number | null): Promise<Read<HeldPlace>> {
  const token = TOKEN.test(words) ? words : await tokenIn(words);
  const claims = token === null ? null : claimsOf(token);
  if (claims === null)
    return { kind: 'wrong', text: `${shortened(words)} is neither a ticket nor a file with one` };
  const { room, lane = 'default', n, pq, pre } = claims;
  if (lane !== 'default')
    return {
      kind: 'missing',
      text: `the ticket stands in the lane ${lane}; the draw is that of the lane default`,
    };
  if (!isNumber(n))
    return { kind: 'missing', text: 'the ticket has no number: it was given while the store was lost' };
  const before = pre === true ? n : (number ?? pq);
  if (!isNumber(before))
    return {
      kind: 'missing',
      text: 'the ticket took no part in a draw: it was given after the opening. Where you know its number from before, name it by --number',
    };
  if (number !== null && isNumber(pq) && pq !== number)
    return {
      kind: 'missing',
      text: `the ticket says that its number before the opening was ${pq}, not ${number}`,
    };
  const place = pre === true ? null : n;
  return {
    kind: 'read',
    value: { room: typeof room === 'string' ? room : null, prequeueNumber: before, place },
  };
}

async function tokenIn(path: string): Promise<string | null> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    return TOKEN.test(text) ? text : null;
  } catch {
    return null;
  }
}

function claimsOf(token: string): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** A token is a secret of its holder: no whole one in a message. */
function shortened(words: string): string {
  return words.length > 40 ? `${words.slice(0, 12)}…` : words;
}
