/**
 * Reads the `headgate-rehearsal` header of a request: which live rehearsal it is of, or that it is of none. A header is
 * verified once and remembered; what names no live rehearsal costs no signature check, and those that do have a bound a second.
 */
import { importJWK, type JWK, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { REHEARSAL_TOKEN } from '../control/rehearsal-token.ts';
import type { PublishedRehearsals } from '../control/words.ts';

/** The rehearsal's id; null: no live one's. */
export type ReadHeader = (header: string) => string | null | Promise<string | null>;

const MAX_HEADER_CHARS = 1_024;
/** Each rehearsal has one header; whoever invents more of them only drives their own out. */
const REMEMBERED = 256;
const VERIFIED_A_SECOND = 50;
const SECOND_MS = 1_000;

export function createReadHeader(published: () => PublishedRehearsals | undefined, clock: Clock): ReadHeader {
  const known = new LRUCache<string, { id: string; expiresMs: number }>({ max: REMEMBERED });
  let budget = { sinceMs: Number.NEGATIVE_INFINITY, left: 0 };

  const mayVerify = (): boolean => {
    const nowMs = clock.monotonicMs();
    if (nowMs - budget.sinceMs >= SECOND_MS) budget = { sinceMs: nowMs, left: VERIFIED_A_SECOND };
    return budget.left-- > 0;
  };
  const isLive = (id: string, expiresMs: number) =>
    expiresMs > clock.wallMs() && published()?.live.some((rehearsal) => rehearsal.id === id) === true;

  async function verify(header: string, key: JWK): Promise<string | null> {
    const { typ, alg, issuer, audience } = REHEARSAL_TOKEN;
    const options = { typ, algorithms: [alg], issuer, audience, currentDate: new Date(clock.wallMs()) };
    try {
      const { payload } = await jwtVerify(header, await importJWK(key, alg), options);
      const { jti: id = '', exp = 0 } = payload;
      const expiresMs = exp * SECOND_MS;
      if (!isLive(id, expiresMs)) return null;
      known.set(header, { id, expiresMs });
      return id;
    } catch {
      return null;
    }
  }

  return (header) => {
    const remembered = known.get(header);
    if (remembered !== undefined) return isLive(remembered.id, remembered.expiresMs) ? remembered.id : null;
    const now = published();
    const names = header.length > MAX_HEADER_CHARS ? null : namedIn(header);
    if (now === undefined || !now.live.some(({ id }) => id === names) || !mayVerify()) return null;
    return verify(header, now.key as JWK);
  };
}

/** What it says it is, unverified; null: nothing that can be read. */
function namedIn(header: string): string | null {
  const [, claims, signature] = header.split('.', 3);
  if (claims === undefined || signature === undefined) return null;
  try {
    const { jti } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return typeof jti === 'string' ? jti : null;
  } catch {
    return null;
  }
}
