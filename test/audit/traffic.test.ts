/** What is counted of the last minute is exact, what is invented drives nothing heavy out, and nothing of a visitor is told. */
import { describe, expect, it } from 'vitest';
import type { Judge } from '../../gateway/audit/dry-run.ts';
import type { Traffic } from '../../gateway/audit/traffic.ts';
import { bypassed, CONFIG, inEvent, seen, settingsOf, trafficAt } from './audit-stage.ts';

const times = (count: number, act: (i: number) => void) => {
  for (let i = 0; i < count; i++) act(i);
};
const address = (traffic: Traffic, pathShape: string) =>
  traffic.window().byAddress.find((one) => one.pathShape === pathShape);

describe('the window', () => {
  it('counts by host, path shape, room, rule, class and outcome', () => {
    const { traffic } = trafficAt();
    times(3, (i) => traffic.count(seen({ path: `/events/${5000 + i}`, ms: 10 })));
    traffic.count(seen({ path: '/events/1', status: 404 }));
    traffic.count(seen({ path: '/events/2', status: 502 }));
    traffic.count(seen({ path: '/events/3', forwarded: false, state: 'waiting', status: 200 }));
    traffic.count(bypassed('health', { path: '/health' }));
    const { byAddress, ...sums } = traffic.window();
    expect(sums).toEqual({ windowSeconds: 1, requests: 7, forwarded: 6, others: 0 });
    expect(byAddress[0]).toEqual({
      ...{ host: 'www.example.com', pathShape: '/events/{id}', room: 'platform', outcome: 'allowed' },
      ...{ rule: null, class: 'registration', names: null },
      ...{ requests: 5, forwarded: 5, failed: 1, notFound: 1, totalMs: 30 },
      examples: expect.any(Array),
    });
    expect(byAddress.map(({ outcome, room, rule }) => [outcome, room, rule])).toEqual([
      ['allowed', 'platform', null],
      ['bypassed', null, 'health'],
      ['waiting', 'platform', null],
    ]);
  });

  it('holds the last minute and nothing before it, whatever pace the clock has', () => {
    const { traffic, clock } = trafficAt();
    for (let second = 0; second < 300; second++) {
      traffic.count(seen({ path: '/old' }));
      clock.nowMs += 1_000;
    }
    const { requests, windowSeconds } = traffic.window();
    expect([windowSeconds, requests]).toEqual([60, 60]);
    clock.nowMs += 2_000;
    expect(traffic.window()).toMatchObject({ windowSeconds: 57, requests: 55 });
    clock.nowMs += 59_000;
    expect(traffic.window()).toMatchObject({ requests: 0, forwarded: 0, byAddress: [] });
    clock.nowMs += 86_400_000;
    traffic.count(seen({ path: '/new' }));
    expect(traffic.window()).toMatchObject({ requests: 1, byAddress: [{ pathShape: '/new' }] });
  });

  it('begins anew with other rules; what was judged by the old ones is told no more', () => {
    const { traffic, clock } = trafficAt();
    times(9, () => traffic.count(seen({ path: '/a' })));
    const underWay = traffic.begin(seen({ path: '/a' }));
    clock.nowMs += 500;
    traffic.follow({ ...settingsOf(), rules: [], revision: 2 });
    clock.nowMs += 500;
    traffic.count(seen({ path: '/b' }));
    traffic.count(seen({ path: '/slow', ms: 800 }));
    traffic.end(underWay, 500, 1_000, true);
    expect(traffic.window()).toMatchObject({ requests: 1, byAddress: [{ pathShape: '/b', failed: 0 }] });
    expect(traffic.totals()).toMatchObject({ revision: 2, forwarded: 1, failed: 0 });
  });

  it('goes on through a revision that sends nothing elsewhere: another limit is no other rule', () => {
    const { traffic, clock } = trafficAt();
    times(9, () => traffic.count(seen({ path: '/a' })));
    clock.nowMs += 500;
    traffic.follow({ ...settingsOf(), revision: 2 });
    traffic.count(seen({ path: '/a' }));
    expect(traffic.window()).toMatchObject({ requests: 10, byAddress: [{ pathShape: '/a', requests: 10 }] });
    expect(traffic.totals()).toMatchObject({ revision: 2, forwarded: 1 });
  });

  it('names at most 300 addresses, those that matter most to the platform, and counts the others together', () => {
    const { traffic } = trafficAt();
    times(400, (i) => times(i < 10 ? 3 : 1, () => traffic.count(seen({ host: `h${i}.example.com` }))));
    const { byAddress, others } = traffic.window();
    expect([byAddress.length, others]).toEqual([300, 120 - 10 - 10]);
    expect(byAddress.slice(0, 10).every(({ requests }) => requests === 3)).toBe(true);
  });
});

describe('requests under way', () => {
  it('are counted when they go out, and their outcome when it comes', () => {
    const { traffic, clock } = trafficAt();
    const begun = traffic.begin(seen({ path: '/slow' }));
    expect(address(traffic, '/slow')).toMatchObject({ forwarded: 1, failed: 0, totalMs: 0 });
    clock.nowMs += 30_000;
    traffic.end(begun, 502, 30_000, true);
    expect(address(traffic, '/slow')).toMatchObject({ forwarded: 1, failed: 1, totalMs: 30_000 });
    expect(traffic.totals()).toMatchObject({ forwarded: 1, failed: 1 });
  });

  it('that outlast the window change nobody else’s counts', () => {
    const { traffic, clock } = trafficAt();
    const begun = traffic.begin(seen({ path: '/stream' }));
    clock.nowMs += 300_000;
    times(2_500, (i) => traffic.count(seen({ path: `/next/x${i}`.replaceAll(/\d/g, letterOf) })));
    traffic.end(begun, 500, 300_000, true);
    expect(traffic.window().byAddress.every(({ failed }) => failed === 0)).toBe(true);
  });
});

const letterOf = (digit: string) => String.fromCharCode(97 + Number(digit));

describe('a flood of invented addresses', () => {
  it('drives out none that has a hundredth of the requests, and its counts stay exact', () => {
    const { traffic, clock } = trafficAt();
    const heavy = ['/ereg/newreg.php', '/m/register', '/login'];
    const flood = (count: number) =>
      times(count, (i) => {
        if (i % 100 < heavy.length) traffic.count(seen({ path: heavy[i % 100] as string }));
        else traffic.count(seen({ host: `h${i}.example.com`, path: `/${'abcdefgh'[i % 8]}/${invented(i)}` }));
      });
    for (let second = 0; second < 120; second++) {
      flood(3_000);
      clock.nowMs += 1_000;
    }
    const { requests, byAddress, others } = traffic.window();
    expect(requests).toBe(180_000);
    for (const path of heavy) {
      const found = byAddress.find(({ pathShape }) => pathShape === path);
      expect(found?.requests).toBe(1_800);
      expect(found?.examples).toEqual([path]);
    }
    const listed = byAddress.reduce((sum, one) => sum + one.requests, 0);
    expect(listed + others).toBe(requests);
  });

  it('neither hides an address that grows heavy only in its midst', () => {
    const { traffic, clock } = trafficAt();
    times(100_000, (i) => traffic.count(seen({ path: `/${invented(i)}` })));
    clock.nowMs += 20_000;
    const later = (i: number) => `/${invented(100_000 + i)}`;
    times(100_000, (i) => traffic.count(seen({ path: i % 100 === 0 ? '/late' : later(i) })));
    // At most a few before it was admitted for good.
    expect(address(traffic, '/late')?.requests).toBeGreaterThan(990);
    const others = traffic.window().byAddress.filter(({ pathShape }) => pathShape !== '/late');
    expect(others.every(({ requests }) => requests === 1)).toBe(true);
  });

  it('nor where the table is full of addresses that are asked for often', () => {
    const { traffic } = trafficAt();
    times(40_000, (i) => traffic.count(seen({ host: `h${i % 2_000}.example.com` })));
    times(2_000, (i) => traffic.count(seen({ path: i % 2 === 0 ? '/late' : `/${invented(i)}` })));
    const found = traffic.window().byAddress.find(({ pathShape }) => pathShape === '/late');
    expect(found?.requests).toBe(1_000);
  });

  const invented = (i: number) => (i * 7_919).toString(26).replaceAll(/\d/g, letterOf);
});

describe('the totals of a revision', () => {
  it('tell how many were forwarded, failed and went around their line, and how long they took', () => {
    const { traffic, clock } = trafficAt();
    times(4, () => traffic.count(inEvent('4711', { ms: 3 })));
    traffic.count(seen({ path: '/m', query: 'eventid=4711', ms: 70_000 }));
    traffic.count(bypassed('health', { path: '/health', status: 503 }));
    traffic.count(seen({ forwarded: false, state: 'waiting' }));
    traffic.count(seen({ forwarded: false, state: 'failed', status: 502 }));
    clock.nowMs += 2_000;
    const { latency, ...totals } = traffic.totals();
    expect(totals).toEqual({ revision: 1, seconds: 2, forwarded: 7, failed: 2, unqueued: 2 });
    expect([latency[0], latency[2], latency.at(-1)]).toEqual([2, 4, 1]);
  });
});

describe('a dry-run', () => {
  const judge =
    (room: string | null): Judge =>
    ({ path }) => ({ room: path.startsWith('/m/') ? room : 'platform', rule: null, kind: 'room' });

  it('tells by address which share changes room, by what was asked for, exactly', () => {
    const { traffic } = trafficAt();
    times(300, (i) => traffic.count(seen({ path: `/m/register/${i}`, query: `eventid=4711&n=${i}` })));
    times(700, (i) => traffic.count(seen({ path: `/info/${i}` })));
    times(500, () =>
      traffic.count(seen({ path: '/.headgate/rooms/platform/status', label: '', room: null })),
    );
    const result = traffic.dryRun(judge('event-4711'), judge('platform'));
    expect(result).toMatchObject({ requests: 1_000, changed: 300 });
    expect(result.byAddress).toEqual([
      {
        ...{ host: 'www.example.com', pathShape: '/m/register/{id}', from: 'platform', to: 'event-4711' },
        ...{ fromRule: null, toRule: null, requests: 300, share: 0.3 },
      },
    ]);
    expect(traffic.dryRun(judge('platform'), judge('platform'))).toMatchObject({ changed: 0, byAddress: [] });
  });

  it('sees the requests as they were sent: method, host, path and query', () => {
    const { traffic } = trafficAt();
    traffic.count(seen({ method: 'POST', path: '/a%20b', query: 'x=1?&y=%2F' }));
    const asked: unknown[] = [];
    const note: Judge = (request) => ({ ...judge(null)(request), rule: String(asked.push(request)) });
    traffic.dryRun(note, judge(null));
    expect(asked).toEqual([{ method: 'POST', host: 'www.example.com', path: '/a%20b', query: 'x=1?&y=%2F' }]);
  });
});

describe('examples', () => {
  it('show captured values and no others, and nothing that may be a person’s', () => {
    const { traffic } = trafficAt();
    traffic.count(
      seen({ path: '/m/ada@example.com/x', query: 'EventID=4711&email=ada%40example.com&t=secret&ada%40x' }),
    );
    expect(traffic.window().byAddress[0]?.examples).toEqual(['/m/{id}/x?eventid=4711&email=…&t=…&…=…']);
    expect(JSON.stringify(traffic.window())).not.toMatch(/ada|secret/);
  });

  it('are at most four of an address', () => {
    const { traffic } = trafficAt();
    times(500, (i) => traffic.count(seen({ path: `/events/${i}/x` })));
    expect(traffic.window().byAddress[0]?.examples).toHaveLength(4);
  });
});

it('a pin or a revision that switches a rule off is followed at once', () => {
  const { traffic } = trafficAt();
  const page = seen({ path: '/m', query: 'eventid=815' });
  traffic.count(page);
  expect(traffic.window().byAddress[0]?.names).toEqual({ room: 'event-815', by: 'key' });
  traffic.follow(settingsOf(CONFIG.replace('{ name: event,', '{ name: event, enabled: false,')));
  traffic.count(page);
  expect(traffic.window().byAddress[0]?.names).toBeNull();
});
