/** Reads a line of JSON by the names that web servers and proxies usually give their fields: nginx, Apache, Caddy, Traefik. */
import { readTime } from './log-time.js';

const HOST = [
  'http_host',
  'host',
  'vhost',
  'server_name',
  'authority',
  ':authority',
  'request_host',
  'RequestHost',
];
const CLIENT = ['remote_addr', 'client_ip', 'remote_ip', 'clientip', 'client', 'ip', 'ClientHost'];
const TIME = [
  'time',
  'ts',
  '@timestamp',
  'timestamp',
  'time_iso8601',
  'time_local',
  'msec',
  'StartUTC',
  'date',
];
const METHOD = ['method', 'request_method', 'http_method', 'RequestMethod', 'verb'];
const TARGET = ['request_uri', 'uri', 'url', 'path', 'request_path', 'target', 'RequestPath'];
const QUERY = ['query_string', 'query', 'args'];
const PROTOCOL = ['protocol', 'server_protocol', 'proto', 'RequestProtocol'];
const STATUS = ['status', 'status_code', 'http_status', 'response', 'code', 'DownstreamStatus'];
const REFERER = ['referer', 'http_referer', 'referrer', 'request_Referer'];
const AGENT = ['agent', 'user_agent', 'http_user_agent', 'userAgent', 'request_User-Agent'];
const STAMP = ['headgate_stamp', 'headgate-stamp', 'http_headgate_stamp', 'stamp'];
const SECONDS = ['request_time', 'duration', 'elapsed', 'response_time'];
const MILLISECONDS = ['request_ms', 'duration_ms', 'response_time_ms', 'elapsed_ms', 'ms'];
const NANOSECONDS = ['Duration'];

const METHOD_NAME = /^[A-Za-z_-]{1,32}$/;

export function readJson(line, found) {
  const record = parse(line);
  if (record === null) return false;
  // Caddy and others put the request's own fields into an object.
  const inner = typeof record.request === 'object' && record.request !== null ? record.request : record;
  const isRead = (inner === record && readLine(record.request, found)) || readParts(inner, found);
  found.timeMs = readTime(first(record, TIME));
  if (!isRead || Number.isNaN(found.timeMs)) return false;
  found.host = hostOf(inner) ?? hostOf(record) ?? found.host;
  found.client = textOf(inner, CLIENT) ?? textOf(record, CLIENT);
  found.status = statusOf(first(record, STATUS));
  found.referer = textOf(inner, REFERER);
  found.agent = textOf(inner, AGENT) ?? textOf(record, AGENT);
  found.stamp = textOf(inner, STAMP) ?? textOf(record, STAMP);
  found.requestMs = durationMs(record);
  return true;
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
  const [method, target, protocol = '', ...more] = request.split(' ');
  if (!METHOD_NAME.test(method) || !target || more.length > 0) return false;
  found.protocol = protocol;
  return setTarget(method, target, found);
}

function readParts(record, found) {
  const target = textOf(record, TARGET);
  if (target === null) return false;
  const query = target.includes('?') ? null : textOf(record, QUERY);
  found.protocol = textOf(record, PROTOCOL) ?? '';
  const whole = query === null ? target : `${target}?${query.startsWith('?') ? query.slice(1) : query}`;
  return setTarget(textOf(record, METHOD) ?? 'GET', whole, found);
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

function first(record, names) {
  for (const name of names)
    if (record[name] !== undefined && Object.hasOwn(record, name)) return record[name];
  return undefined;
}

/** The first of the names that has a text worth having: `host` may be an object that describes the machine. */
function textOf(record, names) {
  for (const name of names) {
    const value = record[name];
    if (typeof value === 'string' && value !== '' && value !== '-') return value;
  }
  return null;
}

function hostOf(record) {
  const host = textOf(record, HOST);
  return host === '_' ? null : host;
}

function statusOf(value) {
  const status = Number(value);
  return status >= 100 && status <= 999 ? status : 0;
}

function durationMs(record) {
  const ms = numberOf(record, MILLISECONDS);
  if (ms !== null) return ms;
  const seconds = numberOf(record, SECONDS);
  if (seconds !== null) return seconds * 1e3;
  const nanoseconds = numberOf(record, NANOSECONDS);
  return nanoseconds === null ? null : nanoseconds / 1e6;
}

function numberOf(record, names) {
  const value = first(record, names);
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && Number.isFinite(number) ? number : null;
}
