import { describe, expect, test } from 'vitest';
import { chooseLanguage } from '../../gateway/page/accept-language.ts';
import { languageFor } from '../../gateway/page/language.ts';
import { LANGUAGE_CODES, LOCALES } from '../../gateway/page/locales/all.ts';

const placeholders = (text: string) => [...text.matchAll(/\{[a-z]+\}/g)].map(([mark]) => mark).sort();

describe('languages', () => {
  test('there are at least ten, two of them written from right to left', () => {
    expect(LANGUAGE_CODES.length).toBeGreaterThanOrEqual(10);
    expect(LANGUAGE_CODES.filter((code) => LOCALES[code].dir === 'rtl')).toEqual(['ar', 'he']);
  });

  test.each(LANGUAGE_CODES)('%s says everything that English says, with the same blanks to fill', (code) => {
    const { texts } = LOCALES[code];
    expect(Object.keys(texts).sort()).toEqual(Object.keys(LOCALES.en.texts).sort());
    for (const [key, english] of Object.entries(LOCALES.en.texts)) {
      const text = texts[key as keyof typeof texts];
      if (typeof english === 'string') {
        expect(text, key).not.toBe('');
        expect(placeholders(text as string), key).toEqual(placeholders(english));
      }
    }
  });

  test.each(LANGUAGE_CODES)('%s has its own words: no sentence is left in English', (code) => {
    if (code === 'en') return;
    const sentences = Object.entries(LOCALES.en.texts).filter(([key]) => /Lead$|Keep$|Ask$/.test(key));
    for (const [key, english] of sentences) {
      expect(LOCALES[code].texts[key as 'waitingLead'], key).not.toBe(english);
    }
  });

  test.each(LANGUAGE_CODES)('%s writes a wait for every plural category that its grammar has', (code) => {
    const language = languageFor(code);
    for (let minutes = 1; minutes < 90; minutes++) {
      const text = language.wait({ low: minutes * 60, high: minutes * 60 });
      expect(text, `${minutes}`).not.toMatch(/\{|undefined/);
    }
  });

  test.each(LANGUAGE_CODES)('%s writes numbers as Intl does', (code) => {
    const format = new Intl.NumberFormat(LOCALES[code].intl, { maximumFractionDigits: 0 });
    const language = languageFor(code);
    for (const value of [0, 7, 999, 1000, 1208, 9999, 10_000, 12_345, 999_999, 1_000_000, 12_003_045]) {
      expect(language.number(value)).toBe(language.html(format.format(value)));
    }
  });

  test('a wait is a band in whole minutes or hours, and nothing is invented where none is known', () => {
    const { wait } = languageFor('zh');
    const english = languageFor('en').wait;
    expect(english({ low: 100, high: 235 })).toBe('about 1&#8211;4 minutes');
    expect(english({ low: 10, high: 50 })).toBe('less than a minute');
    expect(english({ low: 60, high: 60 })).toBe('about 1 minute');
    expect(english({ low: 7000, high: 9000 })).toBe('about 1&#8211;3 hours');
    expect(english(null)).toBe('cannot be said yet');
    expect(wait({ low: 120, high: 240 })).toBe('大约 2–4 分钟');
  });
});

describe('Accept-Language', () => {
  test.each([
    ['de', 'de'],
    ['de-AT, en;q=0.8', 'de'],
    ['en;q=0.3, fr;q=0.9', 'fr'],
    ['xx, yy;q=0.9, pl;q=0.1', 'pl'],
    ['de;q=0, it', 'it'],
    ['zh-TW', 'zh'],
    ['iw', 'he'],
    ['AR-eg', 'ar'],
    ['ja;q=0.5;x=1', 'ja'],
    [' nl ; q=0.7 , es ; q = 0.8 ', 'es'],
    ['*', 'en'],
    ['fr;q=2, de;q=0.1', 'de'],
    ['fr;q=nonsense, pt;q=0.2', 'pt'],
    ['xx', 'en'],
    ['', 'en'],
    [';;;,,,=', 'en'],
    ['constructor, __proto__, de', 'de'],
  ])('%s is answered in %s', (header, code) => {
    expect(chooseLanguage(header)).toBe(code);
  });

  test('no header at all is English', () => {
    expect(chooseLanguage(undefined)).toBe('en');
  });

  test('what comes after the first 512 characters is not looked at', () => {
    expect(chooseLanguage(`${'xx,'.repeat(5000)}de`)).toBe('en');
  });
});
