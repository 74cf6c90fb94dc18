/** Reads a line of JSON by the names that web servers and proxies usually give their fields: nginx, Apache, Caddy, Traefik. */
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

/** By name the field, and its rank among the field's names. */
const FIELDS = new Map(
  Object.entries(NAMES).flatMap(([field, names]) =>
    names.map((name, rank) => [name, { field, rank, isNumeric: NUMERIC.includes(field) }]),
  ),
);
/** What an outer object says counts less than what the request's own says. */
const OUTER = 100;

const METHOD_NAME = /^[A-Za-z_-]{1,32}$/;

export function readJson(line, found) {
  const record = parse(line);
  if (record === null) return false;
  const { request } = record;
  const values = {};
  // Caddy and others put the request's own fields into an object.
  const hasInner = typeof request === 'object' && request !== null;
  if (hasInner) gather(request, 0, values);
  gather(record, hasInner ? OUTER : 0, values);
  found.timeMs = readTime(values.time?.value);
  const isRead = readLine(request, found) || readParts(values, found);
  if (!isRead || Number.isNaN(found.timeMs)) return false;
  const host = textOf(values.host);
  found.host = host === null || host === '_' ? found.host : host;
  found.client = textOf(values.client);
  found.status = statusOf(values.status?.value);
  found.referer = textOf(values.referer);
  found.agent = textOf(values.agent);
  found.stamp = textOf(values.stamp);
  found.requestMs = durationMs(values);
  return true;
}

/** One pass over what is there: a line has a few fields, and there are many names. */
function gather(record, base, values) {
  for (const name of Object.keys(record)) {
    const known = FIELDS.get(name);
    if (known === undefined) continue;
    const value = record[name];
    if (!isWorth(value, known.isNumeric)) continue;
    const rank = base + known.rank;
    const before = values[known.field];
    if (before === undefined || rank < before.rank) values[known.field] = { value, rank };
  }
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

function readParts(values, found) {
  const target = textOf(values.target);
  if (target === null) return false;
  const query = target.includes('?') ? null : textOf(values.query);
  found.protocol = textOf(values.protocol) ?? '';
  const whole = query === null ? target : `${target}?${query.startsWith('?') ? query.slice(1) : query}`;
  return setTarget(textOf(values.method) ?? 'GET', whole, found);
}

/** A whole address names the host too. */
function setTarget(method, target, found) {
  if (!METHOD_NAME.test(method)) return false;
  const address = target.startsWith('/') ? null : /^https?:\/\/([^/?#]+)(.*)$/is.exec(target);
  found.method = method;
  found.host = address === null ? null : address[1];
  found.target = address === null ? target : address[2].startsWith('/') ? address[2] : `/${address[2]}`;
  return true;
}

function textOf(found) {
  return found === undefined ? null : found.value;
}

function statusOf(value) {
  const status = Number(value);
  return status >= 100 && status <= 999 ? status : 0;
}

function durationMs({ milliseconds, seconds, nanoseconds }) {
  const [ms, s, ns] = [milliseconds, seconds, nanoseconds].map(numberOf);
  if (ms !== null) return ms;
  if (s !== null) return s * 1e3;
  return ns === null ? null : ns / 1e6;
}

function numberOf(found) {
  const number = found === undefined ? Number.NaN : Number(found.value);
  return number >= 0 && Number.isFinite(number) ? number : null;
}
