/** One language ready for use: its sentences, and cached formatters for numbers, waits and times. */
import { escapeHtml } from './escape.ts';
import { type LanguageCode, LOCALES, type Locale } from './locales/all.ts';
import type { PluralForms, Texts } from './texts.ts';
import type { WaitBand } from './words.ts';

export interface Language {
  code: LanguageCode;
  tag: string;
  dir: 'ltr' | 'rtl';
  texts: Texts;
  number(value: number): string;
  /** `about 2–4 minutes` */
  wait(band: WaitBand | null): string;
  /** In UTC, and says so: the gate does not know where the visitor is; the script shows local time. */
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
  const numbers = new Intl.NumberFormat(locale.intl, { maximumFractionDigits: 0 });
  const plurals = new Intl.PluralRules(locale.intl);
  const dates = new Intl.DateTimeFormat(locale.intl, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  const { texts } = locale;
  const fill = (forms: PluralForms, low: number, high: number) => {
    const range = low === high ? numbers.format(high) : `${numbers.format(low)}–${numbers.format(high)}`;
    return (forms[plurals.select(high) as keyof PluralForms] ?? forms.other).replace('{range}', range);
  };
  return {
    code,
    tag: locale.tag,
    dir: locale.dir,
    texts,
    number: (value) => numbers.format(value),
    wait: (band) => waitText(texts, band, fill),
    dateTime: (at) => `${dates.format(at)} UTC`,
    scriptTexts: escapeHtml(JSON.stringify(scriptTexts(locale))),
  };
}

/** The script rounds in the same way (browser/line.js): a page must not change its mind on the first poll. */
function waitText(
  texts: Texts,
  band: WaitBand | null,
  fill: (forms: PluralForms, low: number, high: number) => string,
): string {
  if (band === null) return texts.waitUnknown;
  if (band.high < 60) return texts.waitUnderMinute;
  const [forms, unitSeconds] = band.high < 5400 ? [texts.waitMinutes, 60] : [texts.waitHours, 3600];
  const low = Math.max(1, Math.floor(band.low / unitSeconds));
  return fill(forms, low, Math.max(low, Math.ceil(band.high / unitSeconds)));
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
