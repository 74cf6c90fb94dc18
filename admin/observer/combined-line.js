/**
 * Reads the combined format, with or without a host in front, with or without the stamp as last quoted field:
 *
 *   [host[:port] ]client ident user [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.1" 200 2326 "referer" "agent"[ …]["stamp"]
 *
 * Of what follows the agent, a quoted `v1.…` is the stamp, and a number with three decimals nginx's `$request_time`.
 */
import { isClfTime, readClfTime } from './log-time.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const TIME_LENGTH = 26;

export function readCombined(line, hasHost, found) {
  const at = timeStart(line);
  if (at < 0) return false;
  found.timeMs = readClfTime(line, at);
  if (Number.isNaN(found.timeMs)) return false;
  readFront(line, hasHost, found);
  const open = line.indexOf('"', at + TIME_LENGTH);
  const close = open < 0 ? -1 : closingQuote(line, open + 1);
  if (close < 0 || !readRequest(line, open + 1, close, found)) return false;
  return readBack(line, close + 1, found);
}

/** Four words before the time, of which the second is no `-` but an address: a host stands in front. */
export function looksLikeVhost(line) {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  const bracket = line.indexOf('[', second + 1);
  if (first <= 0 || second < 0 || line.charCodeAt(first - 1) === COMMA) return false;
  let words = 2;
  for (let at = second; at >= 0 && at < bracket - 1; at = line.indexOf(' ', at + 1)) words += 1;
  if (words < 4 || line.slice(first + 1, second) === '-') return false;
  return isAddressLike(line, first + 1, second) || endsWithPort(line, first);
}

function isAddressLike(line, from, to) {
  for (let at = from; at < to; at++) {
    const sign = line[at];
    if (sign === '.' || sign === ':') return true;
  }
  return false;
}

function endsWithPort(line, end) {
  let at = end - 1;
  while (at > 0 && line[at] >= '0' && line[at] <= '9') at -= 1;
  return at < end - 1 && line[at] === ':';
}

/** A user's name may hold a bracket: only one that a time follows counts. */
function timeStart(line) {
  for (let at = line.indexOf('['); at >= 0; at = line.indexOf('[', at + 1))
    if (isClfTime(line, at + 1)) return at + 1;
  return -1;
}

function readFront(line, hasHost, found) {
  const first = line.indexOf(' ');
  found.host = hasHost ? hostOf(line.slice(0, first)) : null;
  const from = hasHost ? first + 1 : 0;
  let to = hasHost ? line.indexOf(' ', from) : first;
  // A list of proxies: the client comes first.
  if (line.charCodeAt(to - 1) === COMMA) to -= 1;
  const client = line.slice(from, to);
  found.client = client === '-' || client === '' ? null : client;
}

/** nginx calls its nameless server `_`. */
function hostOf(text) {
  return text === '' || text === '-' || text === '_' ? null : text;
}

/** `GET /x HTTP/1.1`; what is no request (`-`, a TLS handshake on a plain port) gives false. */
function readRequest(line, from, to, found) {
  const space = line.indexOf(' ', from);
  if (space < 0 || space >= to || !isMethod(line, from, space)) return false;
  const last = line.lastIndexOf(' ', to - 1);
  const hasProtocol = last > space && line.startsWith('HTTP/', last + 1);
  const target = line.slice(space + 1, hasProtocol ? last : to);
  if (target === '') return false;
  found.method = line.slice(from, space);
  found.protocol = hasProtocol ? line.slice(last + 1, to) : '';
  found.target = target.includes('\\') ? unescapeText(target) : target;
  return true;
}

function isMethod(line, from, to) {
  if (to === from || to - from > 32) return false;
  for (let at = from; at < to; at++) {
    const letter = line.charCodeAt(at) | 0x20;
    if ((letter < 0x61 || letter > 0x7a) && line[at] !== '-' && line[at] !== '_') return false;
  }
  return true;
}

/** Status, size, then quoted and plain fields. */
function readBack(line, from, found) {
  found.status = statusAt(line, from + 1);
  found.referer = null;
  found.agent = null;
  found.stamp = null;
  found.requestMs = null;
  let end = from;
  for (let index = 0; ; index++) {
    const open = line.indexOf('"', end);
    const close = open < 0 ? -1 : closingQuote(line, open + 1);
    if (close < 0) break;
    if (index === 0) found.referer = fieldOf(line, open, close);
    else if (index === 1) found.agent = fieldOf(line, open, close);
    else if (line.startsWith('v1.', open + 1)) found.stamp = line.slice(open + 1, close);
    if (index === 1) readPlain(line, close + 1, found);
    end = close + 1;
  }
  return found.status !== 0;
}

function statusAt(line, at) {
  const status =
    (line.charCodeAt(at) - 0x30) * 100 +
    (line.charCodeAt(at + 1) - 0x30) * 10 +
    line.charCodeAt(at + 2) -
    0x30;
  return status >= 100 && status <= 999 ? status : 0;
}

function fieldOf(line, open, close) {
  const isEmpty = close === open + 1 || (close === open + 2 && line[open + 1] === '-');
  return isEmpty ? null : line.slice(open + 1, close);
}

/** `0.123` right behind the agent, with a name (`rt=0.123`) or without. */
function readPlain(line, from, found) {
  if (line.length < from + 6 || line.charCodeAt(from + 1) === QUOTE) return;
  const seconds = /^ (?:rt=|request_time=)?(\d{1,6}\.\d{3})(?: |$)/.exec(line.slice(from, from + 40));
  if (seconds !== null) found.requestMs = Number(seconds[1]) * 1_000;
}

function closingQuote(line, from) {
  let at = line.indexOf('"', from);
  while (at >= 0 && isEscaped(line, at)) at = line.indexOf('"', at + 1);
  return at;
}

function isEscaped(line, at) {
  let slashes = 0;
  while (line.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}

/** As nginx (`\x22`) and Apache (`\"`, `\\`, `\n`) write what must not stand in a log as it came. */
function unescapeText(text) {
  return text.replace(/\\(?:x([0-9A-Fa-f]{2})|(.))/g, (_, hex, sign) =>
    hex === undefined ? (CONTROLS[sign] ?? sign) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const CONTROLS = { n: '\n', r: '\r', t: '\t', v: '\v', b: '\b', f: '\f' };
