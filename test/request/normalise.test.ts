/** Heads that two readers could frame or place differently are refused; the rest is judged as it is sent on. */
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../config/settings.ts';
import { normalise, prepareLimits, type RawRequest } from '../../gateway/request/normalise.ts';

const listen = { maxUrlBytes: 100, trustedProxies: ['10.0.0.0/8'] };
const LIMITS = prepareLimits({ listen } as unknown as Settings);
const HOST = ['Host', 'register.example.com'];

function read(more: Partial<RawRequest> = {}) {
  const plain = {
    method: 'GET',
    url: '/x?y=1',
    httpVersion: '1.1',
    rawHeaders: HOST,
    remoteAddress: '192.0.2.1',
  };
  return normalise({ ...plain, encrypted: false, ...more }, LIMITS);
}

function outcome(more: Partial<RawRequest>): string {
  const result = read(more);
  return result.kind === 'refused' ? result.code : result.kind;
}

test('a plain request is judged as it came', () => {
  expect(read()).toEqual({
    kind: 'judged',
    request: {
      method: 'GET',
      target: '/x?y=1',
      path: '/x',
      query: 'y=1',
      host: 'register.example.com',
      authority: 'register.example.com',
      scheme: 'http',
      clientAddress: '192.0.2.1',
    },
  });
});

test('a target above the limit is too long, one at the limit is not', () => {
  expect(outcome({ url: `/${'a'.repeat(99)}` })).toBe('judged');
  expect(outcome({ url: `/${'a'.repeat(100)}` })).toBe('HG_URL_TOO_LONG');
});

test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'M-SEARCH'])(
  '%s is judged',
  (method) => {
    expect(outcome({ method })).toBe('judged');
  },
);

test.each(['TRACE', 'TRACK', 'CONNECT', '', 'get', 'Get', 'GE T', 'GET\t', 'G@T', 'GÉT', 'A'.repeat(40)])(
  'the method %j is refused',
  (method) => {
    expect(outcome({ method })).toBe('HG_BAD_REQUEST');
  },
);

test.each(['0.9', '1.2', '2.0', '', '1', '1.10'])('HTTP version %j is refused', (httpVersion) => {
  expect(outcome({ httpVersion })).toBe('HG_BAD_REQUEST');
});

test.each(['GET', 'OPTIONS'])('%s * is of the gate itself, never of a page: refused', (method) => {
  expect(outcome({ method, url: '*' })).toBe('HG_BAD_REQUEST');
});

describe('Host', () => {
  test.each([
    ['example.com', 'example.com', 'example.com'],
    ['EXAMPLE.com:8080', 'example.com', 'example.com:8080'],
    ['example.com.', 'example.com', 'example.com'],
    ['example.com.:80', 'example.com', 'example.com:80'],
    ['my_host', 'my_host', 'my_host'],
    ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
    ['127.0.0.1:8080', '127.0.0.1', '127.0.0.1:8080'],
    ['[::1]', '[::1]', '[::1]'],
    ['[2001:DB8:0:0::1]:8443', '[2001:db8::1]', '[2001:db8::1]:8443'],
    ['a.com:00080', 'a.com', 'a.com:80'],
  ])('%s', (value, host, authority) => {
    expect(read({ rawHeaders: ['hOsT', value] })).toMatchObject({ request: { host, authority } });
  });

  test.each([
    '',
    ' ',
    'a b',
    'a/@b',
    'a@b',
    'user:pass@b',
    'a,b',
    'a.com, b.com',
    'a/b',
    'a?b',
    'a#b',
    'a\\b',
    'a..b',
    '.a',
    '.',
    '..',
    'a%2eb',
    'a%00',
    'a:',
    ':80',
    'a:b',
    'a:0',
    'a:65536',
    'a:123456',
    'a:80:80',
    'a:-1',
    'a:+80',
    '[::1',
    '::1',
    '[::g]',
    '[]',
    '[::1]x',
    '[127.0.0.1]',
    '[::1%25eth0]',
    'é.com',
    'a\tb',
    "a'b",
    'a;b',
    'http://a',
    '*.a',
    'a!',
    `${'a'.repeat(64)}.com`,
    'a.'.repeat(130),
  ])('%j is refused', (value) => {
    expect(outcome({ rawHeaders: ['Host', value] })).toBe('HG_BAD_REQUEST');
  });

  test.each([
    ['missing', []],
    ['repeated', [...HOST, 'Host', 'other.example.com']],
    ['repeated alike', [...HOST, 'host', 'register.example.com']],
  ])('%s is refused, in HTTP/1.0 too', (_, rawHeaders) => {
    expect(outcome({ rawHeaders })).toBe('HG_BAD_REQUEST');
    expect(outcome({ rawHeaders, httpVersion: '1.0' })).toBe('HG_BAD_REQUEST');
  });
});

describe('the frame', () => {
  test.each<[string, string[], string]>([
    ['a length', ['Content-Length', '5'], 'judged'],
    ['chunks', ['Transfer-Encoding', 'chunked'], 'judged'],
    ['chunks in another case', ['transfer-encoding', 'Chunked'], 'judged'],
    ['both', ['Content-Length', '5', 'Transfer-Encoding', 'chunked'], 'HG_BAD_REQUEST'],
    ['both, one as CGI reads it', ['Content_Length', '5', 'Transfer-Encoding', 'chunked'], 'HG_BAD_REQUEST'],
    ['two lengths', ['Content-Length', '5', 'Content-Length', '6'], 'HG_BAD_REQUEST'],
    ['a length twice', ['Content-Length', '5', 'content-length', '5'], 'HG_BAD_REQUEST'],
    ['a list of lengths', ['Content-Length', '5, 5'], 'HG_BAD_REQUEST'],
    ['a signed length', ['Content-Length', '+5'], 'HG_BAD_REQUEST'],
    ['a negative length', ['Content-Length', '-5'], 'HG_BAD_REQUEST'],
    ['a hexadecimal length', ['Content-Length', '0x5'], 'HG_BAD_REQUEST'],
    ['an empty length', ['Content-Length', ''], 'HG_BAD_REQUEST'],
    ['a length beyond counting', ['Content-Length', '9'.repeat(20)], 'HG_BAD_REQUEST'],
    ['gzip and chunks', ['Transfer-Encoding', 'gzip, chunked'], 'HG_BAD_REQUEST'],
    ['identity', ['Transfer-Encoding', 'identity'], 'HG_BAD_REQUEST'],
    ['chunks twice', ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], 'HG_BAD_REQUEST'],
    ['chunks twice in a list', ['Transfer-Encoding', 'chunked, chunked'], 'HG_BAD_REQUEST'],
    ['chunks with something', ['Transfer-Encoding', 'chunked;a=b'], 'HG_BAD_REQUEST'],
    ['xchunked', ['Transfer-Encoding', 'xchunked'], 'HG_BAD_REQUEST'],
    ['vertical tab', ['Transfer-Encoding', '\x0bchunked'], 'HG_BAD_REQUEST'],
    ['an empty encoding', ['Transfer-Encoding', ''], 'HG_BAD_REQUEST'],
    ['underscores', ['Transfer_Encoding', 'gzip'], 'HG_BAD_REQUEST'],
    ['100-continue', ['Expect', '100-Continue'], 'judged'],
    ['another expectation', ['Expect', '200-ok'], 'HG_EXPECTATION'],
    ['two expectations', ['Expect', '100-continue', 'Expect', '100-continue'], 'HG_EXPECTATION'],
    ['an empty expectation', ['Expect', ''], 'HG_EXPECTATION'],
  ])('%s', (_, headers, wanted) => {
    expect(outcome({ method: 'POST', rawHeaders: [...HOST, ...headers] })).toBe(wanted);
  });

  test('chunks in HTTP/1.0 are refused', () => {
    const rawHeaders = [...HOST, 'Transfer-Encoding', 'chunked'];
    expect(outcome({ method: 'POST', rawHeaders, httpVersion: '1.0' })).toBe('HG_BAD_REQUEST');
  });
});

test('address and scheme are the client’s behind a trusted proxy, the peer’s else', () => {
  const rawHeaders = [
    ...HOST,
    'X-Forwarded-For',
    '6.6.6.6',
    'X-Forwarded-For',
    '203.0.113.9',
    'X-Forwarded-Proto',
    'https',
  ];
  expect(read({ rawHeaders, remoteAddress: '10.0.0.5' })).toMatchObject({
    request: { clientAddress: '203.0.113.9', scheme: 'https' },
  });
  expect(read({ rawHeaders, remoteAddress: '192.0.2.1' })).toMatchObject({
    request: { clientAddress: '192.0.2.1', scheme: 'http' },
  });
  expect(read({ encrypted: true })).toMatchObject({ request: { scheme: 'https' } });
});
