/** The client is the rightmost address that no trusted proxy has; what a client writes about itself is never believed. */
import { describe, expect, test } from 'vitest';
import { clientAddress, type ForwardedHeaders } from '../../gateway/request/client-address.ts';
import { compileNetworks } from '../../gateway/request/networks.ts';

const trusts = compileNetworks(['10.0.0.0/8', '2001:db8:1::/48', '203.0.113.7']);
const of = (peer: string | undefined, headers: ForwardedHeaders = {}) => clientAddress(peer, headers, trusts);

test.each<[string, string | undefined, ForwardedHeaders, string]>([
  ['the peer', '192.0.2.1', {}, '192.0.2.1'],
  ['an untrusted peer, whatever it says', '192.0.2.1', { 'x-forwarded-for': '1.1.1.1' }, '192.0.2.1'],
  ['a proxy that says nothing', '10.0.0.1', {}, '10.0.0.1'],
  ['a trusted proxy’s word', '10.0.0.1', { 'x-forwarded-for': '192.0.2.9' }, '192.0.2.9'],
  [
    'not what the client put before it',
    '10.0.0.1',
    { 'x-forwarded-for': '10.6.6.6, 192.0.2.9' },
    '192.0.2.9',
  ],
  ['through two proxies', '10.0.0.1', { 'x-forwarded-for': '6.6.6.6, 192.0.2.9, 203.0.113.7' }, '192.0.2.9'],
  [
    'a client within the trusted network',
    '10.0.0.1',
    { 'x-forwarded-for': '10.0.0.9, 10.0.0.2' },
    '10.0.0.9',
  ],
  ['a mapped peer', '::ffff:10.0.0.1', { 'x-forwarded-for': '192.0.2.9' }, '192.0.2.9'],
  ['a mapped address', '10.0.0.1', { 'x-forwarded-for': '::ffff:192.0.2.9' }, '192.0.2.9'],
  ['an address with a port', '10.0.0.1', { 'x-forwarded-for': '192.0.2.9:4711' }, '192.0.2.9'],
  ['IPv6', '2001:db8:1::5', { 'x-forwarded-for': '2001:DB8:2::9' }, '2001:db8:2::9'],
  ['IPv6 with a port', '10.0.0.1', { 'x-forwarded-for': '[2001:db8:2::9]:80' }, '2001:db8:2::9'],
  ['unreadable, so unknown', '10.0.0.1', { 'x-forwarded-for': 'unknown' }, '0.0.0.0'],
  ['an odd spelling, so unknown', '10.0.0.1', { 'x-forwarded-for': '127.1' }, '0.0.0.0'],
  ['an empty end, so unknown', '10.0.0.1', { 'x-forwarded-for': '192.0.2.9, ' }, '0.0.0.0'],
  ['no socket any more', undefined, {}, '0.0.0.0'],
  ['Forwarded', '10.0.0.1', { forwarded: 'for=6.6.6.6, For="192.0.2.9:80";proto=https' }, '192.0.2.9'],
  ['Forwarded IPv6', '10.0.0.1', { forwarded: 'for="[2001:db8:2::9]:4711"' }, '2001:db8:2::9'],
  ['Forwarded without a name', '10.0.0.1', { forwarded: 'for=_hidden' }, '0.0.0.0'],
  [
    'x-forwarded-for before Forwarded',
    '10.0.0.1',
    { 'x-forwarded-for': '192.0.2.9', forwarded: 'for=10.9.9.9' },
    '192.0.2.9',
  ],
])('%s', (_, peer, headers, address) => {
  expect(of(peer, headers).address).toBe(address);
});

describe('the scheme', () => {
  test.each<[string, string, ForwardedHeaders, string | null]>([
    ['from an untrusted peer', '192.0.2.1', { 'x-forwarded-proto': 'https' }, null],
    ['from a proxy', '10.0.0.1', { 'x-forwarded-for': '192.0.2.9', 'x-forwarded-proto': 'HTTPS' }, 'https'],
    ['without an address', '10.0.0.1', { 'x-forwarded-proto': 'https' }, 'https'],
    [
      'of the client’s own hop',
      '10.0.0.1',
      { 'x-forwarded-for': '192.0.2.9, 10.0.0.2', 'x-forwarded-proto': 'https, http' },
      'https',
    ],
    ['nonsense', '10.0.0.1', { 'x-forwarded-for': '192.0.2.9', 'x-forwarded-proto': 'gopher' }, null],
    ['from Forwarded', '10.0.0.1', { forwarded: 'for=192.0.2.9;proto=https' }, 'https'],
  ])('%s', (_, peer, headers, scheme) => {
    expect(of(peer, headers).scheme).toBe(scheme);
  });
});

test('a text that is no address lies in no network, and a wrong network is refused', () => {
  for (const text of ['', 'x', '10.0.0', '0x0a000001', '10.0.0.1.', ':::'])
    expect(trusts(text), text).toBe(false);
  expect(compileNetworks(['::ffff:10.0.0.0/104'])('10.1.2.3')).toBe(true);
  expect(compileNetworks(['0.0.0.0/0'])('::1')).toBe(false);
  expect(() => compileNetworks(['10.0.0.0/33'])).toThrow();
  expect(() => compileNetworks(['everyone'])).toThrow(TypeError);
});
