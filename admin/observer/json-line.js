/** Reads a line of JSON by the names that web servers and proxies usually give their fields: nginx, Apache, Caddy, Traefik. */
import { createFlatReader } from './flat-json.js';
import { readTime } from './log-time.js';

/** By field the names that it is given, the more telling first. */
const NAMES = {
  host: [
    'http_host',
    'host',
    'vhost',
    'server_name',
    'authority',
    ':authority',
    'request_host',
    'RequestHost',
  ],
  client: ['remote_addr', 'client_ip', 'remote_ip', 'clientip', 'client', 'ip', 'ClientHost'],
  method: ['method', 'request_method', 'http_method', 'RequestMethod', 'verb'],
  target: ['request_uri', 'uri', 'url', 'path', 'request_path', 'target', 'RequestPath'],
  query: ['query_string', 'query', 'args'],
  protocol: ['protocol', 'server_protocol', 'proto', 'RequestProtocol'],
  referer: ['referer', 'http_referer', 'referrer', 'request_Referer'],
  agent: ['agent', 'user_agent', 'http_user_agent', 'userAgent', 'request_User-Agent'],
  stamp: ['headgate_stamp', 'headgate-stamp', 'http_headgate_stamp', 'stamp'],
  time: ['time', 'ts', '@timestamp', 'timestamp', 'time_iso8601', 'time_local', 'msec', 'StartUTC', 'date'],
  status: ['status', 'status_code', 'http_status', 'response', 'code', 'DownstreamStatus'],
  milliseconds: ['request_ms', 'duration_ms', 'response_time_ms', 'elapsed_ms', 'ms'],
  seconds: ['request_time', 'duration', 'elapsed', 'response_time'],
  nanoseconds: ['Duration'],
};
const NUMERIC = ['time', 'status', 'milliseconds', 'seconds', 'nanoseconds'];

const FIELDS = Object.keys(NAMES);
const [HOST, CLIENT, METHOD, TARGET, QUERY, PROTOCOL, REFERER, AGENT, STAMP, TIME, STATUS] = FIELDS.keys();
const [MILLISECONDS, SECONDS, NANOSECONDS] = [STATUS + 1, STATUS + 2, STATUS + 3];

/** By name the field's number, and its rank among the field's names. */
const WORDS = new Map(
  Object.values(NAMES).flatMap((names, field) =>
    names.map((name, rank) => [name, { field, rank, isNumeric: NUMERIC.includes(FIELDS[field]) }]),
  ),
);
/** A whole request in one field, or its own fields. */
const REQUEST = { field: -1, rank: 0, isNumeric: false };
/** What an outer object says counts less than what the request's own says. */
const OUTER = 100;
const NO_RANK = 1_000;

/** Of the line that is read now: the values found, by field, and the best rank of each. */
const values = new Array(FIELDS.length).fill(undefined);
const ranks = new Int32Array(FIELDS.length).fill(NO_RANK);
let request;

const flat = createFlatReader((name) => (name === 'request' ? REQUEST : WORDS.get(name)));

const SLASH = 0x2f;
const METHOD_NAME = /^[A-Za-z_-]{1,32}$/;

export function readJson(line, found) {
  forget();
  if (!flat.read(line, takeFlat) && !readObject(line)) return false;
  found.timeMs = readTime(values[TIME]);
  const isRead = readLine(request, found) || readParts(found);
  if (!isRead || Number.isNaN(found.timeMs)) return false;
  const host = textOf(HOST);
  found.host = host === null || host === '_' ? found.host : host;
  found.client = textOf(CLIENT);
  found.status = statusOf(values[STATUS]);
  found.referer = textOf(REFERER);
  found.agent = textOf(AGENT);
  found.stamp = textOf(STAMP);
  found.requestMs = durationMs();
  return true;
}

function forget() {
  // Some places only: a call of `fill` for each would take longer than that.
  for (let field = 0; field < values.length; field++) {
    values[field] = undefined;
    ranks[field] = NO_RANK;
  }
  request = undefined;
}

function readObject(line) {
  forget();
  const record = parse(line);
  if (record === null) return false;
  flat.learn(record);
  request = record.request;
  // Caddy and others put the request's own fields into an object.
  const hasInner = typeof request === 'object' && request !== null;
  if (hasInner) gather(request, 0);
  gather(record, hasInner ? OUTER : 0);
  return true;
}

/** One pass over what is there: a line has a few fields, and there are many names. */
function gather(record, base) {
  for (const name of Object.keys(record)) {
    const word = WORDS.get(name);
    if (word !== undefined) take(word, record[name], base);
  }
}

function takeFlat(word, value) {
  if (word === REQUEST) request = value;
  else take(word, value, 0);
}

function take({ field, rank, isNumeric }, value, base) {
  if (base + rank >= ranks[field] || !isWorth(value, isNumeric)) return;
  values[field] = value;
  ranks[field] = base + rank;
}

/** `host` may be an object that describes the machine. */
function isWorth(value, isNumeric) {
  return typeof value === 'string' ? value !== '' && value !== '-' : isNumeric && typeof value === 'number';
}

function parse(line) {
  try {
    const record = JSON.parse(line);
    return typeof record === 'object' && record !== null && !Array.isArray(record) ? record : null;
  } catch {
    return null;
  }
}

/** `GET /x HTTP/1.1` in one field. */
function readLine(request, found) {
  if (typeof request !== 'string') return false;
  const space = request.indexOf(' ');
  const last = request.lastIndexOf(' ');
  if (space <= 0) return false;
  const hasProtocol = last > space && request.startsWith('HTTP/', last + 1);
  const target = request.slice(space + 1, hasProtocol ? last : undefined);
  found.protocol = hasProtocol ? request.slice(last + 1) : '';
  return target !== '' && setTarget(request.slice(0, space), target, found);
}

function readParts(found) {
  const target = textOf(TARGET);
  if (target === null) return false;
  const query = target.includes('?') ? null : textOf(QUERY);
  found.protocol = textOf(PROTOCOL) ?? '';
  const whole = query === null ? target : `${target}?${query.startsWith('?') ? query.slice(1) : query}`;
  return setTarget(textOf(METHOD) ?? 'GET', whole, found);
}

/** Of the line before: nearly always this one's. */
let methodBefore = 'GET';

function isMethod(text) {
  if (text === methodBefore) return true;
  if (!METHOD_NAME.test(text)) return false;
  // Made anew, so that not the whole line is kept for its sake.
  methodBefore = ` ${text}`.slice(1);
  return true;
}

/** A whole address names the host too. */
function setTarget(method, target, found) {
  if (!isMethod(method)) return false;
  const address = target.charCodeAt(0) === SLASH ? null : /^https?:\/\/([^/?#]+)(.*)$/is.exec(target);
  found.method = method;
  found.host = address === null ? null : address[1];
  found.target = address === null ? target : address[2].startsWith('/') ? address[2] : `/${address[2]}`;
  return true;
}

function textOf(field) {
  return values[field] ?? null;
}

function statusOf(value) {
  const status = Number(value);
  return status >= 100 && status <= 999 ? status : 0;
}

function durationMs() {
  const ms = numberOf(MILLISECONDS);
  if (ms !== null) return ms;
  const s = numberOf(SECONDS);
  if (s !== null) return s * 1e3;
  const ns = numberOf(NANOSECONDS);
  return ns === null ? null : ns / 1e6;
}

function numberOf(field) {
  if (values[field] === undefined) return null;
  const number = Number(values[field]);
  return number >= 0 && Number.isFinite(number) ? number : null;
}
