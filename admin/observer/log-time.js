/** Reads the times that access logs are written with, to epoch ms; NaN for what is none. */

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const COLON = 0x3a;
const SLASH = 0x2f;

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
  const number = Number(value);
  return value !== '' && !Number.isNaN(number) ? sinceEpoch(number) : Date.parse(value);
}

function sinceEpoch(number) {
  if (number < 1e11) return number * 1e3;
  if (number < 1e14) return number;
  return number < 1e17 ? number / 1e3 : number / 1e6;
}
