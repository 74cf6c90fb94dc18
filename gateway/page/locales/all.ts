/** Every language that the pages speak, with its direction and the tag that formats its numbers and times. */
import type { Texts } from '../texts.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { he } from './he.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { nl } from './nl.ts';
import { pl } from './pl.ts';
import { pt } from './pt.ts';
import { zh } from './zh.ts';

export interface Locale {
  /** BCP 47, for `lang` and Content-Language. */
  tag: string;
  /** BCP 47, for Intl; Latin digits, so that numbers read the same in page, title and script. */
  intl: string;
  dir: 'ltr' | 'rtl';
  texts: Texts;
}

export const LOCALES = {
  en: { tag: 'en', intl: 'en', dir: 'ltr', texts: en },
  de: { tag: 'de', intl: 'de', dir: 'ltr', texts: de },
  fr: { tag: 'fr', intl: 'fr', dir: 'ltr', texts: fr },
  es: { tag: 'es', intl: 'es', dir: 'ltr', texts: es },
  it: { tag: 'it', intl: 'it', dir: 'ltr', texts: it },
  pt: { tag: 'pt', intl: 'pt', dir: 'ltr', texts: pt },
  nl: { tag: 'nl', intl: 'nl', dir: 'ltr', texts: nl },
  pl: { tag: 'pl', intl: 'pl', dir: 'ltr', texts: pl },
  ja: { tag: 'ja', intl: 'ja', dir: 'ltr', texts: ja },
  zh: { tag: 'zh-Hans', intl: 'zh-Hans', dir: 'ltr', texts: zh },
  ar: { tag: 'ar', intl: 'ar-u-nu-latn', dir: 'rtl', texts: ar },
  he: { tag: 'he', intl: 'he', dir: 'rtl', texts: he },
} as const satisfies Record<string, Locale>;

export type LanguageCode = keyof typeof LOCALES;
export const LANGUAGE_CODES = Object.keys(LOCALES) as LanguageCode[];
