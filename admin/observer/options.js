/** Reads the options of an observer: defaults filled in, and a mistake named before the first request. */
import { randomBytes } from 'node:crypto';
import { importSecret } from './stamp-keys.js';

const NAME = /^[A-Za-z0-9._~-]{1,64}$/;
const COOKIE_PREFIX = /^[A-Za-z0-9_-]{1,32}$/;

/** Throws a TypeError. */
export function readOptions(options = {}) {
  const read = {
    refuse: false,
    allow: [],
    everySeconds: 2,
    name: randomBytes(6).toString('hex'),
    networkKey: randomBytes(32),
    cookiePrefix: 'hg',
    fetch: globalThis.fetch,
    now: Date.now,
    log: (line) => console.error(line),
    ...withoutGaps(options),
  };
  checkKeys(read.stampKeys);
  checkReports(read);
  check(
    isTextList(read.allow) && read.allow.every(isPath),
    'allow',
    'a list of paths, each beginning with /',
  );
  check(typeof read.refuse === 'boolean', 'refuse', 'true or false');
  check(NAME.test(read.name), 'name', '1 to 64 of A-Z a-z 0-9 . _ ~ -');
  check(COOKIE_PREFIX.test(read.cookiePrefix), 'cookiePrefix', '1 to 32 of A-Z a-z 0-9 _ -');
  check(read.jwksUrl === undefined || isWebAddress(read.jwksUrl), 'jwksUrl', 'an http or https address');
  return { ...read, trustedProxies: trustedProxies(read.trustProxy) };
}

function checkKeys(keys) {
  const isPaths = (typeof keys === 'string' && keys !== '') || (isTextList(keys) && keys.length > 0);
  if (isPaths) return;
  const isList = Array.isArray(keys) && keys.length > 0;
  check(isList, 'stampKeys', 'a folder, a list of files <kid>.stamp.jwk, or a list of keys');
  for (const jwk of keys) importSecret(jwk ?? {});
}

function checkReports({ reportTo, token, tokenFile, everySeconds }) {
  if (reportTo === undefined) return;
  check(isWebAddress(reportTo), 'reportTo', 'an http or https address');
  check(typeof (token ?? tokenFile) === 'string', 'token', 'given, or tokenFile, with reportTo');
  check(everySeconds >= 0.1 && everySeconds <= 60, 'everySeconds', 'a number from 0.1 to 60');
}

/** False: nobody; true: one proxy. */
function trustedProxies(trustProxy = false) {
  const proxies = Number(trustProxy);
  const isRight =
    ['boolean', 'number'].includes(typeof trustProxy) && Number.isInteger(proxies) && proxies >= 0;
  check(isRight, 'trustProxy', 'true, false, or the number of proxies');
  return proxies;
}

/** An option that is set to undefined is not set. */
function withoutGaps(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function check(isRight, option, rule) {
  if (!isRight) throw new TypeError(`createObserver: ${option} must be ${rule}`);
}

function isTextList(value) {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isPath(path) {
  return path.startsWith('/');
}

function isWebAddress(value) {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
