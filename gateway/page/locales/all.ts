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
  /** Written in Latin letters. */
  latin: boolean;
  texts: Texts;
}

export const LOCALES = {
  en: { tag: 'en', intl: 'en', dir: 'ltr', latin: true, texts: en },
  de: { tag: 'de', intl: 'de', dir: 'ltr', latin: true, texts: de },
  fr: { tag: 'fr', intl: 'fr', dir: 'ltr', latin: true, texts: fr },
  es: { tag: 'es', intl: 'es', dir: 'ltr', latin: true, texts: es },
  it: { tag: 'it', intl: 'it', dir: 'ltr', latin: true, texts: it },
  pt: { tag: 'pt', intl: 'pt', dir: 'ltr', latin: true, texts: pt },
  nl: { tag: 'nl', intl: 'nl', dir: 'ltr', latin: true, texts: nl },
  pl: { tag: 'pl', intl: 'pl', dir: 'ltr', latin: true, texts: pl },
  ja: { tag: 'ja', intl: 'ja', dir: 'ltr', latin: false, texts: ja },
  zh: { tag: 'zh-Hans', intl: 'zh-Hans', dir: 'ltr', latin: false, texts: zh },
  ar: { tag: 'ar', intl: 'ar-u-nu-latn', dir: 'rtl', latin: false, texts: ar },
  he: { tag: 'he', intl: 'he', dir: 'rtl', latin: false, texts: he },
} as const satisfies Record<string, Locale>;

export type LanguageCode = keyof typeof LOCALES;
export const LANGUAGE_CODES = Object.keys(LOCALES) as LanguageCode[];
