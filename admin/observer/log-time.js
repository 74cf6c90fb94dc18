/** Reads the times that access logs are written with, to epoch ms; NaN for what is none. */

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const COLON = 0x3a;
const SLASH = 0x2f;
const [DOT, DIGIT_0, DIGIT_9, LETTER_T] = [0x2e, 0x30, 0x39, 0x54];

/** The day and zone of the line before: nearly always those of this one. */
let day = '';
let zone = '';
let midnightMs = Number.NaN;

/** Whether `10/Oct/2000:13:55:36 -0700` may stand at `at`: enough to tell a time from a user's name. */
export function isClfTime(text, at) {
  return (
    text.charCodeAt(at + 2) === SLASH &&
    text.charCodeAt(at + 6) === SLASH &&
    text.charCodeAt(at + 11) === COLON &&
    text.charCodeAt(at + 14) === COLON &&
    text.charCodeAt(at + 17) === COLON
  );
}

export function readClfTime(text, at) {
  const thisDay = text.slice(at, at + 11);
  const thisZone = text.slice(at + 21, at + 26);
  if (thisDay !== day || thisZone !== zone) {
    midnightMs = midnightOf(thisDay, thisZone);
    // Made anew, so that not the whole line is kept for its sake.
    day = ` ${thisDay}`.slice(1);
    zone = ` ${thisZone}`.slice(1);
  }
  const hours = twoDigits(text, at + 12);
  const minutes = twoDigits(text, at + 15);
  const seconds = twoDigits(text, at + 18);
  return midnightMs + ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

function midnightOf(dayText, zoneText) {
  const month = MONTHS.indexOf(dayText.slice(3, 6));
  const year = Number(dayText.slice(7, 11));
  if (month < 0 || month % 3 !== 0 || !(year >= 1970)) return Number.NaN;
  return Date.UTC(year, month / 3, twoDigits(dayText, 0)) - zoneMs(zoneText);
}

function zoneMs(text) {
  const sign = text[0] === '-' ? -1 : text[0] === '+' ? 1 : Number.NaN;
  return sign * (twoDigits(text, 1) * 60 + twoDigits(text, 3)) * 60_000;
}

function twoDigits(text, at) {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Times of JSON lines: ISO 8601, the format above, or a number since 1970 in s, ms, µs or ns, told apart by its size. */
export function readTime(value) {
  if (typeof value === 'number') return sinceEpoch(value);
  if (typeof value !== 'string') return Number.NaN;
  if (isClfTime(value, 0)) return readClfTime(value, 0);
  if (isIsoTime(value)) return readIsoTime(value);
  const number = Number(value);
  return value !== '' && !Number.isNaN(number) ? sinceEpoch(number) : Date.parse(value);
}

/** The minute and zone of the line before. */
let minute = '';
let isoZone = '';
let minuteMs = Number.NaN;

function isIsoTime(text) {
  return text.charCodeAt(10) === LETTER_T && text.charCodeAt(13) === COLON && text.charCodeAt(16) === COLON;
}

/** `2026-12-01T15:00:07.123Z`: what `Date.parse` would say, which is asked once a minute. */
function readIsoTime(text) {
  const end = fractionEnd(text);
  const isSame =
    text.length === end + isoZone.length && text.startsWith(minute) && text.startsWith(isoZone, end);
  if (!isSame || minute === '') {
    minute = ` ${text.slice(0, 16)}`.slice(1);
    isoZone = ` ${text.slice(end)}`.slice(1);
    minuteMs = Date.parse(`${minute}:00${isoZone}`);
  }
  return minuteMs + twoDigits(text, 17) * 1_000 + millisecondsAt(text, 20, end);
}

/** The first three digits of a fraction; what is not there counts as 0. */
function millisecondsAt(text, from, end) {
  let ms = 0;
  for (let at = from; at < from + 3; at++) ms = ms * 10 + (at < end ? text.charCodeAt(at) - DIGIT_0 : 0);
  return ms;
}

function fractionEnd(text) {
  let end = 19;
  if (text.charCodeAt(end) !== DOT) return end;
  do end += 1;
  while (text.charCodeAt(end) >= DIGIT_0 && text.charCodeAt(end) <= DIGIT_9);
  return end;
}

function sinceEpoch(number) {
  if (number < 1e11) return number * 1e3;
  if (number < 1e14) return number;
  return number < 1e17 ? number / 1e3 : number / 1e6;
}
