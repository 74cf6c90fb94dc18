import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PAGE_KINDS } from '../../gateway/page/built-in.ts';
import { LANGUAGE_CODES, LOCALES } from '../../gateway/page/locales/all.ts';
import { renderStatus } from '../../gateway/page/status.ts';
import type { RenderedPage } from '../../gateway/page/words.ts';
import { unbalancedTags } from '../support/html.ts';
import { loadedPages, pageModel, roomView, SUMMIT } from '../support/page-models.ts';

const pages = loadedPages(SUMMIT);
const EVERY = PAGE_KINDS.flatMap((kind) => LANGUAGE_CODES.map((code) => ({ kind, code })));

function header({ headers }: RenderedPage, name: string): string {
  return headers[headers.indexOf(name) + 1] ?? '';
}

function inlineHashes(html: string, element: 'style' | 'script'): string[] {
  const parts = html.matchAll(new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`, 'g'));
  return [...parts].map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
}

describe.each(EVERY)('the page $kind in $code', ({ kind, code }) => {
  const page = pages.renderPage(pageModel(kind, SUMMIT), code);

  test('is whole, balanced HTML of at least 3 kB in the language and direction it says', () => {
    const { tag, dir } = LOCALES[code];
    expect(page.html.length).toBeGreaterThan(3000);
    expect(page.html).toContain(`<html lang="${tag}" dir="${dir}">`);
    expect(header(page, 'content-language')).toBe(tag);
    expect(unbalancedTags(page.html)).toEqual([]);
    expect(page.html.match(/<h1>/g)).toHaveLength(1);
    expect(page.html).not.toMatch(/\{\{|undefined|\[object/);
  });

  test('carries all that it needs: no other address, and a policy that allows what it carries alone', () => {
    expect(page.html).not.toMatch(/(?:src|href|action|url)\s*=?\s*\(?["']?(?:https?:)?\/\//);
    const policy = header(page, 'content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    for (const element of ['style', 'script'] as const) {
      const allowed = new RegExp(`${element}-src ([^;]*)`).exec(policy)?.[1]?.split(' ') ?? [];
      expect(inlineHashes(page.html, element).sort()).toEqual(allowed.sort());
    }
    expect(page.html).not.toMatch(/\s(?:on[a-z]+|style)=/);
  });

  test('is kept by no cache and no search engine', () => {
    expect(header(page, 'cache-control')).toBe('private, no-store');
    expect(header(page, 'vary')).toMatch(/Accept-Language.*Cookie/);
    expect(header(page, 'x-robots-tag')).toBe('noindex');
  });
});

describe('without JavaScript', () => {
  test.each([1, 2, 7.2, 8, 30])(
    'a page reloads the asked address no sooner than the %s s it was told',
    (told) => {
      const { html } = pages.renderPage(pageModel('waiting', SUMMIT, { pollAfterSeconds: told }), 'en');
      const [, seconds, address] =
        /<noscript><meta http-equiv="refresh" content="(\d+);url=([^"]*)">/.exec(html) ?? [];
      expect(Number(seconds)).toBeGreaterThanOrEqual(told);
      expect(address).toBe('/ereg/newreg.php?eventid=4711&amp;lang=en');
    },
  );

  test('a page that was told no time does not reload', () => {
    const { html } = pages.renderPage(pageModel('not-sent', SUMMIT), 'en');
    expect(html).not.toContain('http-equiv="refresh"');
  });

  test('the line can be left by a form that posts to the room, and says what that means first', () => {
    const { html } = pages.renderPage(pageModel('waiting', SUMMIT), 'en');
    expect(html).toContain(
      '<form method="post" action="/.headgate/rooms/event-4711/leave?to=%2Fereg%2Fnewreg.php%3Feventid%3D4711%26lang%3Den"',
    );
    expect(html).toContain('Your place goes to the next person');
  });
});

describe('what strangers wrote', () => {
  const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{number}}`;

  test.each(PAGE_KINDS)('stays text on the page %s', (kind) => {
    const model = pageModel(kind, SUMMIT, {
      target: `/x?q=${evil}`,
      detail: evil,
      requestId: evil,
      room: evil,
      heldRooms: [evil],
      drawCommitment: evil,
      messages: [{ at: evil, text: evil }],
    });
    const { html } = pages.renderPage(model, 'en');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain('<img');
    expect(unbalancedTags(html)).toEqual([]);
  });

  test.each([
    ['//elsewhere.example/x', '/.//elsewhere.example/x'],
    ['/\\elsewhere.example', '/%5Celsewhere.example'],
    ['https://elsewhere.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/a\n/b', '/a%0A/b'],
  ])('never leads to another site: %s', (target, shown) => {
    const { html } = pages.renderPage(pageModel('left', SUMMIT, { target }), 'en');
    expect(html).toContain(`<a class="button" href="${shown}"`);
    expect(new URL(shown, 'https://here.example').host).toBe('here.example');
  });
});

describe('the waiting page', () => {
  test('shows position, number, progress and wait, and the position in the title', () => {
    const { html } = pages.renderPage(pageModel('waiting', SUMMIT), 'en');
    expect(html).toContain('<title>(312) You are in line &#183; Autumn Summit 2026</title>');
    expect(html).toContain('<strong data-hg="position">312</strong>');
    expect(html).toContain('<dd data-hg="number">1,208</dd>');
    expect(html).toContain('value="65" aria-label="Progress in the line"');
    expect(html).toContain('about 2&#8211;4 minutes');
    expect(html).toContain('Your place is kept');
  });

  test('shows no progress where none is known', () => {
    const { html } = pages.renderPage(pageModel('waiting', SUMMIT, { startPosition: null }), 'en');
    expect(html).not.toContain('<progress');
  });

  test('bears the room’s name where no title is set', () => {
    const { html } = pages.renderPage(pageModel('waiting', null), 'en');
    expect(html).toContain('event-4711</title>');
  });

  test('is the same whoever else was served before: nothing of another visit is left in it', () => {
    const one = pages.renderPage(pageModel('waiting', SUMMIT), 'en').html;
    pages.renderPage(pageModel('waiting', SUMMIT, { number: 987_654, requestId: 'other' }), 'en');
    expect(pages.renderPage(pageModel('waiting', SUMMIT), 'en').html).toBe(one);
  });
});

test.each(LANGUAGE_CODES)('the status page in %s shows rooms and messages, balanced and escaped', (code) => {
  const rooms = [{ view: roomView('a', 'engaged', 12_480), title: '<b>Summit</b>' }];
  const messages = [{ at: '2026-12-01T15:04:00Z', text: 'All <is> well' }];
  const page = renderStatus({ at: new Date('2026-12-01T15:05:00Z'), rooms, messages }, code);
  expect(unbalancedTags(page.html)).toEqual([]);
  expect(page.html).toContain('&lt;b&gt;Summit&lt;/b&gt;');
  expect(page.html).toContain('All &lt;is&gt; well');
  expect(page.html).toMatch(/12.{1,8}480/);
  const scripts = inlineHashes(page.html, 'script');
  expect(header(page, 'content-security-policy')).toContain(scripts[0]);
});
