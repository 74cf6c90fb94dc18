/** The stamp on each forwarded request: proof to the platform that it came through the gate, and through which room. */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

export interface StampFacts {
  unixSeconds: number;
  room: string;
  class: string;
  method: string;
  host: string;
  /** As sent to the platform, byte for byte. */
  pathAndQuery: string;
}

/** What the platform sees of the request itself; room, class and time it reads from the stamp. */
export type StampedRequest = Pick<StampFacts, 'method' | 'host' | 'pathAndQuery'>;

export type StampVerdict =
  | { kind: 'valid'; room: string; class: string; kid: string; ageSeconds: number }
  | { kind: 'malformed' }
  | { kind: 'unknown-key'; kid: string }
  | { kind: 'forged'; kid: string };

const VERSION = 'v1';
/** Longer values are no stamps: a room's name is at most 64, a MAC 43 characters. */
const MAX_LENGTH = 512;

/** Header value `v1.<unix s>.<room>.<class>.<kid>.<hmac>`; none of the parts may hold a dot. */
export function signStamp(kid: string, key: KeyObject, facts: StampFacts): string {
  return `${VERSION}.${facts.unixSeconds}.${facts.room}.${facts.class}.${kid}.${mac(key, facts)}`;
}

/**
 * Whether the value was signed for this very request. The age is the caller's to judge: negative when the
 * gateway's clock runs ahead of `nowSeconds`.
 */
export function verifyStamp(
  value: string,
  keyOf: (kid: string) => KeyObject | undefined,
  request: StampedRequest,
  nowSeconds: number,
): StampVerdict {
  const parts = value.length > MAX_LENGTH ? [] : value.split('.');
  const [version, seconds, room, trafficClass, kid, signature] = parts;
  if (parts.length !== 6 || version !== VERSION || !/^[1-9]\d{0,11}$/.test(seconds!))
    return { kind: 'malformed' };
  const key = keyOf(kid!);
  if (!key) return { kind: 'unknown-key', kid: kid! };
  const facts = { ...request, unixSeconds: Number(seconds), room: room!, class: trafficClass! };
  if (!isSame(mac(key, facts), signature!)) return { kind: 'forged', kid: kid! };
  return {
    kind: 'valid',
    room: room!,
    class: trafficClass!,
    kid: kid!,
    ageSeconds: nowSeconds - facts.unixSeconds,
  };
}

function mac(key: KeyObject, facts: StampFacts): string {
  return createHmac('sha256', key)
    .update(
      `${VERSION}\n${facts.unixSeconds}\n${facts.room}\n${facts.class}\n${facts.method}\n${facts.host}\n${facts.pathAndQuery}`,
    )
    .digest('base64url');
}

function isSame(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
