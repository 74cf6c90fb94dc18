/** Laws of reading access logs: each usual format is read, its texts as they came, and nothing that a stranger writes into a log breaks the reading. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineParser } from '../../../admin/observer/access-log.js';

const COMBINED =
  '192.0.2.7 - - [01/Dec/2026:15:00:07 +0100] "GET /ereg/newreg.php?eventid=4711 HTTP/1.1" 200 2326 "https://a.example/" "Mozilla/5.0 (X11)"';
const STAMP = 'v1.1796133607.event-4711.registration.k1.c2lnbmF0dXJl';
const AT_MS = Date.parse('2026-12-01T14:00:07Z');

const read = (line: string, hint?: 'combined' | 'vhost' | 'json') => {
  const found = createLineParser(hint).parse(line);
  return found && { ...found };
};

describe('formats', () => {
  const common = {
    client: '192.0.2.7',
    timeMs: AT_MS,
    method: 'GET',
    target: '/ereg/newreg.php?eventid=4711',
    protocol: 'HTTP/1.1',
    status: 200,
    referer: 'https://a.example/',
    agent: 'Mozilla/5.0 (X11)',
    requestMs: null,
    stamp: null,
  };

  test.each([
    ['combined', COMBINED, { ...common, host: null }],
    ['vhost', `register.example.com:443 ${COMBINED}`, { ...common, host: 'register.example.com:443' }],
    ['vhost', `register.example.com ${COMBINED}`, { ...common, host: 'register.example.com' }],
    ['combined', `${COMBINED} "${STAMP}"`, { ...common, host: null, stamp: STAMP }],
    ['combined', `${COMBINED} "-" "${STAMP}"`, { ...common, host: null, stamp: STAMP }],
    ['combined', `${COMBINED} "-"`, { ...common, host: null }],
    [
      'vhost',
      `a.example:80 ${COMBINED} rt=0.012 "${STAMP}"`,
      { ...common, host: 'a.example:80', stamp: STAMP, requestMs: 12 },
    ],
    ['combined', COMBINED.replace(' - - ', ' - John Smith '), { ...common, host: null }],
    [
      'combined',
      COMBINED.replace('192.0.2.7', '2001:db8::7'),
      { ...common, host: null, client: '2001:db8::7' },
    ],
    ['combined', COMBINED.replace('192.0.2.7', '192.0.2.7, 10.0.0.1'), { ...common, host: null }],
  ])('%s: %s', (format, line, wanted) => {
    const parser = createLineParser();
    expect({ ...parser.parse(line) }).toEqual(wanted);
    expect(parser.format).toBe(format);
  });

  test('what servers escape is read as it was sent', () => {
    const line = COMBINED.replace('eventid=4711', String.raw`q=\x22a\x5Cb\"c\\`);
    expect(read(line)?.target).toBe(String.raw`/ereg/newreg.php?q="a\b"c\ `.trim());
  });

  test.each([
    {
      host: 'a.example',
      time: '2026-12-01T14:00:07Z',
      request: 'GET /x?a=1 HTTP/1.1',
      status: 200,
      request_time: '0.012',
    },
    {
      vhost: 'a.example',
      ts: AT_MS / 1_000,
      method: 'GET',
      uri: '/x',
      args: 'a=1',
      status: '200',
      request_ms: 12,
    },
    {
      server_name: 'a.example',
      '@timestamp': '2026-12-01T15:00:07+01:00',
      method: 'GET',
      request_uri: '/x?a=1',
      status: 200,
      duration: 0.012,
    },
    { ts: AT_MS, request: { host: 'a.example', method: 'GET', uri: '/x?a=1' }, status: 200, duration: 0.012 },
    {
      time: '01/Dec/2026:15:00:07 +0100',
      url: 'https://a.example/x?a=1',
      method: 'GET',
      status: 200,
      request_time: 0.012,
    },
  ])('JSON: %j', (record) => {
    const found = read(JSON.stringify({ ...record, headgate_stamp: STAMP }));
    expect(found).toMatchObject({
      host: 'a.example',
      method: 'GET',
      target: '/x?a=1',
      status: 200,
      timeMs: AT_MS,
    });
    expect(found).toMatchObject({ requestMs: 12, stamp: STAMP });
  });

  test('a hint wins over what a line looks like', () => {
    expect(read(`a b ${COMBINED.slice('192.0.2.7 '.length)}`, 'vhost')).toMatchObject({
      host: 'a',
      client: 'b',
    });
  });
});

describe('hostile lines', () => {
  test.each([
    '',
    '-',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    String.raw`192.0.2.7 - - [01/Dec/2026:15:00:07 +0100] "\x16\x03\x01" 400 0 "-" "-"`,
    '192.0.2.7 - - [01/Dec/2026:15:00:07 +0100] "-" 408 0 "-" "-"',
    '192.0.2.7 - - [99/Xyz/2026:15:00:07 +0100] "GET / HTTP/1.1" 200 0',
    '192.0.2.7 - - [01/Dec/2026:15:00:07 +0100] "GET / HTTP/1.1',
    '192.0.2.7 - - [01/Dec/2026:15:00:07 +0100] "GET / HTTP/1.1" oops',
    '{"time":"2026-12-01T14:00:07Z"}',
    '{"request":"GET / HTTP/1.1"}',
    '{"__proto__":{"request":"GET / HTTP/1.1","time":1}}',
    '{',
    '[[[[',
  ])('%j is no request', (line) => expect(read(line)).toBeNull());

  test('no bytes throw, whatever they mix with', () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      '[',
      ']',
      ' ',
      ':',
      '{',
      '}',
      '[01/Dec/2026:15:00:07 +0100]',
      'GET / HTTP/1.1',
      COMBINED,
      'v1.',
    );
    const line = fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 12 });
    const parser = createLineParser();
    fc.assert(
      fc.property(line, (parts) => void parser.parse(parts.join(''))),
      { numRuns: 3_000 },
    );
  });
});
