/**
 * Verifies the gate's stamp: `v1.<unix s>.<room>.<class>.<kid>.<hmac>`, HMAC-SHA-256 in base64url over
 * `v1\n<unix s>\n<room>\n<class>\n<METHOD>\n<host>\n<path and query as sent>`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const VERSION = 'v1';
/** Longer values are no stamps: a room's name is at most 64, a MAC 43 characters. */
const MAX_CHARS = 512;
const SECONDS = /^[1-9]\d{0,11}$/;
/** From here on a clock is off. */
export const MOST_SECONDS_OFF = 300;

/**
 * `{ kind: 'valid', room, wrong: null | 'clock' }`, or `{ kind: 'wrong', wrong }`. A clock that is off is told, and
 * the stamp is good all the same: a wrong clock must not close the platform.
 */
export function judgeStamp(value, keyOf, { method, host, target }, nowSeconds) {
  const parts = typeof value === 'string' && value.length <= MAX_CHARS ? value.split('.') : [];
  const [version, seconds, room, trafficClass, kid, mac] = parts;
  if (parts.length !== 6 || version !== VERSION || !SECONDS.test(seconds)) return wrong('malformed');
  const key = keyOf(kid);
  if (key === undefined) return wrong('unknownKey');
  const text = `${VERSION}\n${seconds}\n${room}\n${trafficClass}\n${method}\n${host}\n${target}`;
  if (!isSame(createHmac('sha256', key).update(text).digest('base64url'), mac)) return wrong('forged');
  const isOff = Math.abs(nowSeconds - Number(seconds)) > MOST_SECONDS_OFF;
  return { kind: 'valid', room, wrong: isOff ? 'clock' : null };
}

function wrong(what) {
  return { kind: 'wrong', wrong: what };
}

/** In constant time: how much of a MAC was right must not show. */
function isSame(expected, given) {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
