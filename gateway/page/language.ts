/** One language ready for use: its sentences, and cached formatters for numbers, waits and times. */
import { asciiHtml, escapeHtml } from './escape.ts';
import { type LanguageCode, LOCALES, type Locale } from './locales/all.ts';
import type { PluralForms, Texts } from './texts.ts';
import type { WaitBand } from './words.ts';

export interface Language {
  code: LanguageCode;
  tag: string;
  dir: 'ltr' | 'rtl';
  texts: Texts;
  /** Escapes this language's text for HTML in its cheapest form. */
  html(text: string): string;
  /** `1,208`, as HTML. */
  number(value: number): string;
  /** `about 2–4 minutes`, as HTML. */
  wait(band: WaitBand | null): string;
  /** In UTC, and says so: the gate does not know where the visitor is; the script shows local time. As HTML. */
  dateTime(at: Date): string;
  /** What the script needs to speak this language, as an attribute's value. */
  scriptTexts: string;
}

const languages = new Map<LanguageCode, Language>();

export function languageFor(code: LanguageCode): Language {
  let language = languages.get(code);
  if (language === undefined) {
    language = makeLanguage(code, LOCALES[code]);
    languages.set(code, language);
  }
  return language;
}

function makeLanguage(code: LanguageCode, locale: Locale): Language {
  const dates = new Intl.DateTimeFormat(locale.intl, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  const html = locale.latin ? asciiHtml : escapeHtml;
  return {
    code,
    tag: locale.tag,
    dir: locale.dir,
    texts: locale.texts,
    html,
    number: numberFormat(locale, html),
    wait: waitFormat(locale, html),
    dateTime: (at) => html(`${dates.format(at)} UTC`),
    scriptTexts: html(JSON.stringify(scriptTexts(locale))),
  };
}

/** As Intl writes whole numbers, ten times as fast: every page shows two that no cache would hold. */
function numberFormat({ intl }: Locale, html: (text: string) => string): (value: number) => string {
  const format = new Intl.NumberFormat(intl, { maximumFractionDigits: 0 });
  const separator = html(format.formatToParts(1_000_000).find(({ type }) => type === 'group')?.value ?? '');
  // Spanish, Portuguese and Polish group from five digits on.
  const groupsFrom = format.format(1000) === '1000' ? 10_000 : 1000;
  return (value) => {
    if (value < groupsFrom && value >= 0) return String(Math.round(value));
    if (!(value >= 0 && value < 1_000_000_000)) return html(format.format(value));
    const whole = Math.round(value);
    const last = String(whole % 1000).padStart(3, '0');
    const rest = Math.floor(whole / 1000);
    if (rest < 1000) return `${rest}${separator}${last}`;
    return `${Math.floor(rest / 1000)}${separator}${String(rest % 1000).padStart(3, '0')}${separator}${last}`;
  };
}

/** Bands in whole minutes and hours are few: each is written once. */
const MAX_BANDS = 2000;

function waitFormat(locale: Locale, html: (text: string) => string): (band: WaitBand | null) => string {
  const { texts } = locale;
  const unknown = html(texts.waitUnknown);
  const underMinute = html(texts.waitUnderMinute);
  const numbers = new Intl.NumberFormat(locale.intl, { maximumFractionDigits: 0 });
  const plurals = new Intl.PluralRules(locale.intl);
  const write = ({ low, high, forms }: RoundedBand): string => {
    const range = low === high ? numbers.format(high) : `${numbers.format(low)}–${numbers.format(high)}`;
    return html((forms[plurals.select(high) as keyof PluralForms] ?? forms.other).replace('{range}', range));
  };
  const written = new Map<string, string>();
  return (band) => {
    if (band === null) return unknown;
    if (band.high < 60) return underMinute;
    const rounded = roundBand(band, texts);
    const key = `${rounded.unitSeconds} ${rounded.low} ${rounded.high}`;
    const known = written.get(key);
    if (known !== undefined) return known;
    if (written.size >= MAX_BANDS) written.clear();
    const text = write(rounded);
    written.set(key, text);
    return text;
  };
}

interface RoundedBand {
  low: number;
  high: number;
  unitSeconds: number;
  forms: PluralForms;
}

/** The script rounds in the same way (browser/line.js): a page must not change its mind on the first poll. */
function roundBand(band: WaitBand, texts: Texts): RoundedBand {
  const isLong = band.high >= 5400;
  const unitSeconds = isLong ? 3600 : 60;
  const low = Math.max(1, Math.floor(band.low / unitSeconds));
  const high = Math.max(low, Math.ceil(band.high / unitSeconds));
  return { low, high, unitSeconds, forms: isLong ? texts.waitHours : texts.waitMinutes };
}

function scriptTexts({ intl, texts }: Locale) {
  return {
    intl,
    unknown: texts.waitUnknown,
    under: texts.waitUnderMinute,
    minutes: texts.waitMinutes,
    hours: texts.waitHours,
    lost: texts.connectionLost,
    back: texts.connectionBack,
    none: texts.noPlace,
    left: texts.leftHeading,
    position: texts.sayPosition,
    turn: texts.sayTurn,
    message: texts.sayMessage,
  };
}
