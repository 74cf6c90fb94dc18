/** Laws of headers: nothing that belongs to the gate, to the connection, or to a liar reaches the platform, and nothing of the gate's is lost. */
import { describe, expect, it } from 'vitest';
import { buildRequestHead } from '../../gateway/forward/request-headers.ts';
import { addToAnswer, readAnswerHead } from '../../gateway/forward/response-headers.ts';
import { startGate, startPlatform, upstreamSettings } from './support.ts';

const order = {
  authority: 'register.example.com',
  scheme: 'https' as const,
  clientAddress: '203.0.113.7',
  trustForwarded: false,
  rank: { class: 'registration', inside: false, room: null },
  add: ['headgate-stamp', 'v1.true', 'x-request-id', 'r1'],
  cookiePrefix: 'hg',
};
const PEER = '10.0.0.1';

function sent(raw: string[], change: Partial<typeof order> = {}): [string, string][] {
  const { headers } = buildRequestHead(raw, { ...order, ...change }, PEER);
  return headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]!] as [string, string]] : []));
}
function values(pairs: [string, string][], name: string): string[] {
  return pairs.filter(([key]) => key.toLowerCase().replaceAll('_', '-') === name).map(([, value]) => value);
}

describe('what the platform gets', () => {
  it.each([
    'headgate-stamp',
    'Headgate-Session',
    'HEADGATE-REHEARSAL',
    'headgate_stamp',
    'Headgate_Stamp',
    'keep-alive',
    'proxy-connection',
    'Proxy-Authorization',
    'proxy-authenticate',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'transfer_encoding',
    'Upgrade',
    'HTTP2-Settings',
    'Expect',
    'x-forwarded-prefix',
    'X_Forwarded_For',
    'x-forwarded_proto',
    'X-Real-IP',
    'X-Original-URL',
    'X-Rewrite-Url',
    'content_length',
    'Host',
  ])('has no %s of the client', (name) => {
    const pairs = sent(['accept', '*/*', name, 'spoofed', 'user-agent', 'x']);
    expect(pairs.flat()).not.toContain('spoofed');
    expect(values(pairs, 'accept')).toEqual(['*/*']);
    expect(values(pairs, 'user-agent')).toEqual(['x']);
  });

  it('has everything else as it was sent: casing, order, repetition, odd names', () => {
    const raw = [
      'Accept',
      'text/html',
      'X-A_b',
      '1',
      'x-dup',
      '1',
      'X-Dup',
      '2',
      'Sec-Fetch-Mode',
      'navigate',
      'Via',
      '1.1 x',
    ];
    expect(sent(raw).slice(1, 7).flat()).toEqual(raw);
  });

  it('names the host once, as judged', () => {
    expect(values(sent(['Host', 'evil.example', 'hOST', 'b']), 'host')).toEqual(['register.example.com']);
  });

  it('says where the request came from, and not what the client says', () => {
    const pairs = sent([
      'X-Forwarded-For',
      '1.2.3.4',
      'X-Forwarded-Proto',
      'http',
      'x-forwarded-host',
      'evil',
      'Forwarded',
      'for=1.2.3.4',
    ]);
    expect(values(pairs, 'x-forwarded-for')).toEqual(['203.0.113.7']);
    expect(values(pairs, 'x-forwarded-host')).toEqual(['register.example.com']);
    expect(values(pairs, 'x-forwarded-proto')).toEqual(['https']);
    expect(values(pairs, 'x-forwarded-port')).toEqual(['443']);
    expect(values(pairs, 'forwarded')).toEqual(['for=203.0.113.7;host="register.example.com";proto=https']);
  });

  it('extends what a trusted proxy says by that proxy’s address', () => {
    const raw = [
      'X-Forwarded-For',
      '203.0.113.7',
      'x-forwarded-for',
      '10.9.9.9',
      'Forwarded',
      'for=203.0.113.7',
      'x-forwarded-prefix',
      '/p',
    ];
    const pairs = sent(raw, { trustForwarded: true });
    expect(values(pairs, 'x-forwarded-for')).toEqual(['203.0.113.7, 10.9.9.9, 10.0.0.1']);
    expect(values(pairs, 'forwarded')).toEqual([
      'for=203.0.113.7, for=10.0.0.1;host="register.example.com";proto=https',
    ]);
    expect(values(pairs, 'x-forwarded-prefix')).toEqual(['/p']);
  });

  it('names ports and IPv6 addresses as RFC 7239 wants them', () => {
    const pairs = sent([], { authority: '[2001:db8::1]:8443', clientAddress: '2001:db8::7' });
    expect(values(pairs, 'x-forwarded-port')).toEqual(['8443']);
    expect(values(pairs, 'forwarded')).toEqual(['for="[2001:db8::7]";host="[2001:db8::1]:8443";proto=https']);
  });

  it('loses what `Connection` names, wherever that stands, and nothing that the gate adds', () => {
    const pairs = sent([
      'x-first',
      '1',
      'Connection',
      'X-First, x-second , headgate-stamp, x-forwarded-for, x-request-id, host, forwarded',
      'x-second',
      '2',
      'connection',
      'close',
      'x-third',
      '3',
    ]);
    expect([values(pairs, 'x-first'), values(pairs, 'x-second'), values(pairs, 'x-third')]).toEqual([
      [],
      [],
      ['3'],
    ]);
    expect(values(pairs, 'headgate-stamp')).toEqual(['v1.true']);
    expect(values(pairs, 'x-request-id')).toEqual(['r1']);
    expect(values(pairs, 'x-forwarded-for')).toEqual(['203.0.113.7']);
    expect(values(pairs, 'host')).toEqual(['register.example.com']);
    expect(values(pairs, 'forwarded')).toHaveLength(1);
  });

  it('has the gate’s request id once, not the client’s', () => {
    expect(values(sent(['X-Request-ID', 'mine', 'x_request_id', 'mine']), 'x-request-id')).toEqual(['r1']);
  });

  it.each([
    ['hg_p_a=1; session=2; hg_t_b=3', 'session=2'],
    ['hg_i_event=a.b.c; session=2', 'session=2'],
    ['session=2;hg_p_a=1;x=y', 'session=2; x=y'],
    ['a=hg_p_x; b="hg_t_=1"', 'a=hg_p_x; b="hg_t_=1"'],
    ['hgx=1; xhg_=2', 'hgx=1; xhg_=2'],
    ['session=2', 'session=2'],
  ])('has no cookie of the gate: %s', (cookie, expected) => {
    expect(values(sent(['Cookie', cookie]), 'cookie')).toEqual([expected]);
  });

  it('has no cookie of the gate in any of several cookie headers, and no empty one', () => {
    expect(values(sent(['cookie', 'hg_p_a=1', 'cookie', 'b=2; hg_t_a=1']), 'cookie')).toEqual(['b=2']);
  });
});

describe('what the client gets', () => {
  const raw = (...flat: string[]) => flat.map((text) => Buffer.from(text, 'latin1'));

  it('is without what belongs to the connection and without the platform’s words to the gate', () => {
    const head = readAnswerHead(
      200,
      raw(
        'Connection',
        'keep-alive, X-Hop',
        'Keep-Alive',
        'timeout=5',
        'X-Hop',
        '1',
        'Upgrade',
        'h2',
        'Proxy-Authenticate',
        'Basic',
        'headgate-session',
        'end',
        'Headgate-Seats',
        '12',
        'headgate-build',
        'b7',
        'headgate-state',
        'admitted',
        'X-Ok',
        '1',
      ),
    );
    expect(head.headers).toEqual(['X-Ok', '1']);
    expect(head.platform).toEqual({
      status: 200,
      session: 'end',
      seats: 12,
      build: 'b7',
      isEventStream: false,
    });
  });

  it.each(['-1', '1e9', '', '12 ', 'x', '1.5', '9'.repeat(30)])('has no number of seats from %j', (seats) => {
    expect(readAnswerHead(200, raw('headgate-seats', seats)).platform.seats).toBeNull();
  });

  it('is kept out of every cache when the gate adds a cookie', () => {
    const head = readAnswerHead(
      200,
      raw(
        'Cache-Control',
        'public, max-age=60',
        'Expires',
        'Thu',
        'Surrogate-Control',
        'max-age=9',
        'CDN-Cache-Control',
        'max-age=9',
        'Cloudflare-CDN-Cache-Control',
        'max-age=9',
        'X-Accel-Expires',
        '60',
        'ETag',
        '"x"',
        'Set-Cookie',
        'a=1',
      ),
    );
    addToAnswer(head.headers, { headers: ['set-cookie', 'hg_p_a=1'], private: true });
    expect(head.headers).toEqual([
      'ETag',
      '"x"',
      'Set-Cookie',
      'a=1',
      'cache-control',
      'private, no-store',
      'set-cookie',
      'hg_p_a=1',
    ]);
  });

  it('keeps its caching headers when the gate adds none', () => {
    const head = readAnswerHead(200, raw('Cache-Control', 'public', 'Expires', 'Thu'));
    addToAnswer(head.headers, { headers: ['headgate-state', 'bypassed'], private: false });
    expect(head.headers).toEqual(['Cache-Control', 'public', 'Expires', 'Thu', 'headgate-state', 'bypassed']);
  });

  it('has each Set-Cookie apart, over real sockets', async () => {
    const platform = await startPlatform((_request, response) =>
      response
        .writeHead(200, { 'set-cookie': ['a=1; Path=/', 'b=2; Expires=Thu, 01 Jan 2032 00:00:00 GMT'] })
        .end(),
    );
    const gate = await startGate(upstreamSettings([platform.url]), {
      additions: { headers: ['set-cookie', 'hg_p_a=1'], private: true },
    });
    const answer = await fetch(gate.url);
    expect(answer.headers.getSetCookie()).toEqual([
      'a=1; Path=/',
      'b=2; Expires=Thu, 01 Jan 2032 00:00:00 GMT',
      'hg_p_a=1',
    ]);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
  });
});
