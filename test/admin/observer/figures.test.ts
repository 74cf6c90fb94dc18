/** Laws of the observer's books: a sliding minute in bounded memory, in which no visitor can be found. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { ObservedAddress } from '../../../admin/observer/words.d.ts';
import { NOW_MS, newObserver, requestOf, stamped } from './support.ts';

const straight = (url: string, more: { address?: string; method?: string; host?: string } = {}) =>
  requestOf(more.host === undefined ? {} : { host: more.host }, { url, ...more });

test('each address is told with what came straight, how, and from which networks', () => {
  const observer = newObserver();
  observer.observe(requestOf(stamped()));
  for (const address of ['203.0.113.7', '203.0.113.200', '198.51.100.1']) {
    observer.observe(
      straight('/ereg/newreg.php?eventid=4711&email=a@b.example', { address, method: 'POST' }),
    );
  }
  const { byAddress, ...figures } = observer.figures();
  expect(figures).toMatchObject({
    requests: 4,
    stamped: 1,
    unstamped: 3,
    others: { requests: 0, unstamped: 0 },
  });
  expect(byAddress).toEqual([
    {
      host: 'register.example.com',
      pathShape: '/ereg/newreg.php',
      requests: 4,
      unstamped: 3,
      refused: 0,
      networks: [expect.stringMatching(/^[0-9a-f]{8}$/), expect.stringMatching(/^[0-9a-f]{8}$/)],
      methods: ['POST'],
      examples: ['/ereg/newreg.php'],
    },
  ]);
});

test('nothing of a visitor is in it: no address, no cookie, no value of a query, no id in a path', () => {
  const observer = newObserver();
  const secrets = ['203.0.113', 'mail%40x', 'c00kie', 's3ssion', '0f8fad5b', '4711'];
  observer.observe(
    requestOf(
      { cookie: 'sid=c00kie', authorization: 's3ssion' },
      { url: '/people/0f8fad5b-d9cb-469f-a165-70867728950e/4711?m=mail%40x', address: '203.0.113.7' },
    ),
  );
  const told = JSON.stringify(observer.figures());
  for (const secret of secrets) expect(told).not.toContain(secret);
});

describe('tags of networks', () => {
  const tagsOf = (addresses: readonly string[], networkKey = 'key') => {
    const observer = newObserver({ networkKey });
    for (const [i, address] of addresses.entries())
      observer.observe(straight(`/x${'abcdefgh'[i]}`, { address }));
    const rows = observer.figures().byAddress.toSorted((a, b) => (a.pathShape < b.pathShape ? -1 : 1));
    return rows.map((row) => row.networks[0]);
  };

  test.each([
    ['an IPv4 /24', ['203.0.113.7', '203.0.113.200', '::ffff:203.0.113.9'], ['203.0.112.7', '20.3.0.113']],
    [
      'an IPv6 /48',
      ['2001:db8:1::1', '2001:db8:1:2:3:4:5:6', '2001:0db8:0001::%eth0', '2001:DB8:1::1.2.3.4'],
      ['2001:db8:2::1', '2001:db8::1:1', '::1'],
    ],
  ])('are the same all over %s and nowhere else', (_what, inside, outside) => {
    expect(new Set(tagsOf(inside)).size).toBe(1);
    expect(new Set(tagsOf([inside[0] as string, ...outside])).size).toBe(outside.length + 1);
  });

  test('differ by key, so that nobody works back from a tag', () => {
    expect(tagsOf(['203.0.113.7'], 'one')).not.toEqual(tagsOf(['203.0.113.7'], 'other'));
  });

  test('are of the peer, whatever it claims, unless proxies are trusted', () => {
    const tagWith = (trustProxy: boolean | number, forwarded: string) => {
      const observer = newObserver({ trustProxy, networkKey: 'key' });
      observer.observe(requestOf({ 'x-forwarded-for': forwarded }, { address: '10.0.0.1' }));
      return observer.figures().byAddress[0]?.networks[0];
    };
    const [peer, near, far] = tagsOf(['10.0.0.1', '198.51.100.1', '203.0.113.7']);
    expect(tagWith(false, '203.0.113.7')).toBe(peer);
    expect(tagWith(true, '203.0.113.7, 198.51.100.1')).toBe(near);
    expect(tagWith(2, '1.1.1.1, 203.0.113.7, 198.51.100.1')).toBe(far);
  });
});

test('hosts are told in lower case, without port', () => {
  const observer = newObserver();
  for (const host of ['Register.Example.com', 'register.example.com:8080', 'register.example.com.'])
    observer.observe(straight('/', { host }));
  observer.observe(straight('/', { host: '[2001:DB8::1]:80' }));
  expect(observer.figures().byAddress.map((row) => row.host)).toEqual([
    'register.example.com',
    '[2001:db8::1]',
  ]);
});

describe('the window', () => {
  test('covers a minute and forgets what is older', () => {
    let nowMs = NOW_MS;
    const observer = newObserver({ now: () => nowMs });
    observer.observe(straight('/early'));
    nowMs += 30_000;
    observer.observe(straight('/late'));
    expect(observer.figures()).toMatchObject({ windowSeconds: 30, requests: 2 });
    nowMs += 30_000;
    expect(observer.figures()).toMatchObject({ requests: 1, byAddress: [{ pathShape: '/late' }] });
    nowMs += 3_600_000;
    expect(observer.figures()).toMatchObject({
      requests: 0,
      byAddress: [],
      totals: { requests: 2, unstamped: 2 },
    });
    expect(observer.figures().windowSeconds).toBeGreaterThan(54);
  });

  test('survives a clock that jumps back', () => {
    let nowMs = NOW_MS;
    const observer = newObserver({ now: () => nowMs });
    nowMs += 30_000;
    observer.observe(straight('/x'));
    nowMs -= 3_600_000;
    expect(observer.figures()).toMatchObject({ requests: 1, windowSeconds: 30 });
    nowMs += 30_000;
    observer.observe(straight('/x'));
    expect(observer.figures()).toMatchObject({ requests: 2 });
  });
});

describe('whatever is asked for', () => {
  const rowOf = (rows: readonly ObservedAddress[], shape: string) =>
    rows.find((row) => row.pathShape === shape);

  test('at most 100 addresses are told, nothing is lost, and the busy ones stay', () => {
    const observer = newObserver();
    for (let i = 0; i < 20_000; i += 1) {
      observer.observe(straight(`/scan-${wordOf(i)}`));
      if (i % 20 === 0) observer.observe(straight('/ereg/newreg.php'));
    }
    const { requests, unstamped, byAddress, others } = observer.figures();
    expect([requests, unstamped, byAddress.length]).toEqual([21_000, 21_000, 100]);
    expect(rowOf(byAddress, '/ereg/newreg.php')?.unstamped).toBe(1_000);
    const told = byAddress.reduce((sum, row) => sum + row.unstamped, 0);
    expect(told + others.unstamped).toBe(21_000);
  });

  test('a report stays small, and memory does not grow', () => {
    const observer = newObserver();
    const flood = (from: number) => {
      for (let i = from; i < from + 30_000; i += 1) {
        const path = `/${wordOf(i)}/${'x'.repeat(2_000)}/${wordOf(i)}/a/b/c/d/e/f/g/h/i/j`;
        const address = `10.${i % 250}.${(i >> 8) % 250}.1`;
        observer.observe(straight(path, { host: `${wordOf(i)}.${'y'.repeat(300)}.example`, address }));
      }
    };
    flood(0);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    flood(30_000);
    flood(60_000);
    collectGarbage();
    // 60,000 addresses that were kept would be 40 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4_000_000);
    expect(JSON.stringify(observer.figures()).length).toBeLessThan(150_000);
  });

  test.each([
    ['an odd target', { url: '*' }],
    ['an absolute target', { url: 'http://evil.example/ereg?x=1' }],
    ['an empty target', { url: '' }],
    ['an odd method', { method: 'BREW' }],
    ['no address', { address: '' }],
    ['a strange address', { address: 'unix:/run/x' }],
  ])('%s is counted and breaks nothing', (_what, parts) => {
    const observer = newObserver();
    observer.observe(requestOf({}, parts));
    const [row] = observer.figures().byAddress;
    expect(row?.unstamped).toBe(1);
    expect(row?.pathShape).toMatch(/^\//);
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Letters alone: no id that would be folded. */
function wordOf(i: number): string {
  return [...String(i)].map((digit) => 'ghijklmnop'[Number(digit)]).join('');
}
