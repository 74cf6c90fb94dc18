/** Who takes a number, who is told to wait in JSON, whose post is a form's, and whose comes from the site itself. */
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { isFormPost, personNavigation, wantsJson } from '../../gateway/request/person.ts';
import { sameOrigin, sameOriginReferer } from '../../gateway/request/same-origin.ts';

const PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const NAVIGATION = { accept: PAGE, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe('a number is taken', () => {
  test.each<[string, IncomingHttpHeaders]>([
    ['a navigation', NAVIGATION],
    ['an old browser', { accept: PAGE }],
    ['a form in a frame', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }],
    ['text/html alone', { accept: 'text/html' }],
    ['text/html in capitals', { accept: 'TEXT/HTML;q=0.5' }],
  ])('by %s', (_, headers) => {
    expect(personNavigation('GET', headers)).toBe(true);
  });

  test.each<[string, string, IncomingHttpHeaders]>([
    ['HEAD', 'HEAD', NAVIGATION],
    ['OPTIONS', 'OPTIONS', NAVIGATION],
    ['a form post', 'POST', NAVIGATION],
    ['a program', 'GET', { accept: '*/*' }],
    ['a program without Accept', 'GET', {}],
    ['JSON', 'GET', { accept: 'application/json' }],
    [
      'a favicon',
      'GET',
      { accept: 'image/avif,image/webp,*/*', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    ],
    ['an old browser’s favicon', 'GET', { accept: 'image/webp,*/*;q=0.8' }],
    ['fetch', 'GET', { accept: 'text/html', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    ['XHR', 'GET', { accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' }],
    ['a prefetch', 'GET', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
    ['a prerender', 'GET', { ...NAVIGATION, 'sec-purpose': 'prefetch;prerender' }],
    ['an old prefetch', 'GET', { accept: PAGE, purpose: 'prefetch' }],
    ['a Firefox prefetch', 'GET', { accept: PAGE, 'x-moz': 'prefetch' }],
    ['a preview', 'GET', { accept: PAGE, 'x-purpose': 'preview' }],
    ['a WebSocket', 'GET', { accept: PAGE, upgrade: 'websocket' }],
    ['html that is refused', 'GET', { accept: 'text/html;q=0, */*' }],
    ['another type that begins alike', 'GET', { accept: 'text/html-sandboxed' }],
  ])('never by %s', (_, method, headers) => {
    expect(personNavigation(method, headers)).toBe(false);
  });
});

test.each<[string, IncomingHttpHeaders, 'registration' | 'api', boolean]>([
  ['a page', NAVIGATION, 'registration', false],
  ['a page of an API', NAVIGATION, 'api', true],
  ['anything', { accept: '*/*' }, 'registration', true],
  ['no Accept', {}, 'registration', true],
  ['JSON first', { accept: 'application/json, text/html;q=0.9' }, 'registration', true],
  ['html first', { accept: 'text/html, application/json;q=0.9' }, 'registration', false],
  ['XHR', { accept: 'text/html', 'x-requested-with': 'xmlhttprequest' }, 'registration', true],
  ['fetch', { accept: 'text/html', 'sec-fetch-mode': 'cors' }, 'registration', true],
])('who asks for %s is answered as it asked', (_, headers, trafficClass, json) => {
  expect(wantsJson(headers, trafficClass)).toBe(json);
});

test.each<[string, string, IncomingHttpHeaders, boolean]>([
  ['a form', 'POST', { ...NAVIGATION, 'content-type': 'application/x-www-form-urlencoded' }, true],
  ['a file', 'POST', { ...NAVIGATION, 'content-type': 'multipart/form-data; boundary=x' }, true],
  [
    'a form of a plain client',
    'POST',
    { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    true,
  ],
  ['JSON', 'POST', { 'content-type': 'application/json' }, false],
  ['fetch', 'POST', { 'content-type': 'multipart/form-data; boundary=x', 'sec-fetch-mode': 'cors' }, false],
  [
    'XHR',
    'POST',
    { 'content-type': 'application/x-www-form-urlencoded', 'x-requested-with': 'XMLHttpRequest' },
    false,
  ],
  ['PUT', 'PUT', { 'content-type': 'application/x-www-form-urlencoded' }, false],
  ['no type', 'POST', {}, false],
])('whether %s is a form post', (_, method, headers, form) => {
  expect(isFormPost(method, headers)).toBe(form);
});

describe('a post under the prefix', () => {
  test.each<[string, IncomingHttpHeaders, string, 'http' | 'https', boolean]>([
    [
      'from the page itself',
      { 'sec-fetch-site': 'same-origin', origin: 'https://a.com' },
      'a.com',
      'https',
      true,
    ],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, 'a.com', 'https', false],
    [
      'from a sister host',
      { 'sec-fetch-site': 'same-site', origin: 'https://b.a.com' },
      'a.com',
      'https',
      false,
    ],
    [
      'that only claims the origin',
      { 'sec-fetch-site': 'cross-site', origin: 'https://a.com' },
      'a.com',
      'https',
      false,
    ],
    ['by origin', { origin: 'http://a.com:8080' }, 'a.com:8080', 'http', true],
    ['by another origin', { origin: 'http://b.com' }, 'a.com', 'http', false],
    ['by another port', { origin: 'http://a.com:81' }, 'a.com:80', 'http', false],
    ['by the default port', { origin: 'https://a.com' }, 'a.com:443', 'https', true],
    ['by no origin at all', { origin: 'null' }, 'a.com', 'http', false],
    ['where a balancer ends TLS', { origin: 'https://a.com' }, 'a.com', 'http', true],
    ['from http to https', { origin: 'http://a.com' }, 'a.com', 'https', false],
    ['by referer', { referer: 'http://a.com/page?x' }, 'a.com', 'http', true],
    ['by another referer', { referer: 'http://a.com.evil.example/' }, 'a.com', 'http', false],
    ['by a program', {}, 'a.com', 'http', true],
  ])('%s', (_, headers, authority, scheme, own) => {
    expect(sameOrigin(headers, authority, scheme)).toBe(own);
  });

  test('has no referer of its own where it has none', () => {
    expect(sameOriginReferer({}, 'a.com', 'http')).toBe(false);
    expect(sameOriginReferer({ referer: 'http://a.com/form' }, 'a.com', 'http')).toBe(true);
  });
});
