/** Lists a page at a time: opaque cursors that stay right while the list grows or shrinks. */
import { type TSchema, Type } from 'typebox';
import { AdminError } from '../errors.ts';

/** Query parameters of a list; spread them into a route's query. */
export const PAGE_QUERY = {
  limit: Type.Integer({ default: 100, minimum: 1, maximum: 500, description: 'how many at most' }),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: '`next` of the page before' }),
  ),
};

export interface PageAsked {
  limit: number;
  cursor?: string | undefined;
}

export interface PageAnswer<T> {
  items: T[];
  next: string | null;
}

/** The shape of a list's answer. */
export function pageOf<T extends TSchema>(item: T) {
  return Type.Object({
    items: Type.Array(item),
    next: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'cursor of the next page; null: this is the last',
    }),
  });
}

type CursorPart = string | number;

export function encodeCursor(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

type Kind = 'string' | 'number';
type Parts<Kinds extends readonly Kind[]> = {
  -readonly [K in keyof Kinds]: Kinds[K] extends 'string' ? string : number;
};

/** `kinds`: what each part must be. Throws AdminError HG_INVALID. */
export function decodeCursor<const Kinds extends readonly Kind[]>(
  cursor: string,
  kinds: Kinds,
): Parts<Kinds> {
  const parts = readParts(cursor);
  if (parts?.length !== kinds.length || parts.some((part, index) => typeof part !== kinds[index]))
    throw new AdminError('HG_INVALID', 'the cursor is none that this list gave out', {
      faults: [{ path: '/query/cursor', message: 'must be `next` of a page of this list' }],
    });
  return parts as Parts<Kinds>;
}

function readParts(cursor: string): unknown[] | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : null;
  } catch {
    return null;
  }
}

/** A page of a list in memory, in its own order. `keyOf` tells entries apart; where the last one sent is gone, its place counts. */
export function paginate<T>(
  items: readonly T[],
  { limit, cursor }: PageAsked,
  keyOf: (item: T) => string,
): PageAnswer<T> {
  const start =
    cursor === undefined ? 0 : startAfter(items, decodeCursor(cursor, ['string', 'number']), keyOf);
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  const isLast = last === undefined || start + page.length >= items.length;
  return { items: page, next: isLast ? null : encodeCursor([keyOf(last), start + page.length]) };
}

function startAfter<T>(
  items: readonly T[],
  [key, place]: [string, number],
  keyOf: (item: T) => string,
): number {
  const index = items.findIndex((item) => keyOf(item) === key);
  return index >= 0 ? index + 1 : Math.max(0, Math.trunc(place) || 0);
}
