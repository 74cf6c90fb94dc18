/** What a forecast foresees is what queues do: by its own arithmetic where that is known, and the same each time. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareForecast } from '../../load-tests/rehearse/forecast/compare.ts';
import { forecast } from '../../load-tests/rehearse/forecast/forecast.ts';
import { forecastSvg } from '../../load-tests/rehearse/forecast/picture.ts';
import type { ForecastPlan, Outcome } from '../../load-tests/rehearse/forecast/words.ts';
import { BEHAVIOURS } from '../../load-tests/rehearse/scenario/behaviours.ts';
import type { Arrivals, Behaviour } from '../../load-tests/rehearse/visitor-words.ts';
import { tempFolder } from '../support/temp-folder.ts';

const behaviour: Behaviour = {
  ...BEHAVIOURS.browser,
  ...{ stay: { least: 30, most: 30 }, noShowShare: 0, impatience: null, twoTabsShare: 0, sleepers: null },
  ...{ backButtonShare: 0, retries: 3, patienceSeconds: 30, networks: null },
};

interface Story {
  arrivals: Arrivals;
  behaves?: Partial<Behaviour>;
  room?: Record<string, unknown>;
  launches?: readonly Record<string, unknown>[];
  seconds?: number;
}

const mail = (readers: number): Arrivals => ({
  shape: 'email',
  waves: [{ atSeconds: 0, readers }],
  halfSeconds: 10,
});

function plan({ arrivals, behaves = {}, room = {}, launches = [], seconds = 600 }: Story): ForecastPlan {
  return {
    ...{ title: 'a launch', seconds, queryMs: 0 },
    groups: [
      {
        ...{ name: 'guests', kind: 'browser', arrivals, behaviour: { ...behaviour, ...behaves } },
        addresses: [{ url: 'http://a.example/ereg?eventid=1', weight: 1 }],
      },
    ],
    config: {
      rooms: { 'event-{eventid}': room, site: {} },
      rules: [
        { name: 'event', match: { path: '/ereg', query: { eventid: '{eventid}' } }, room: 'event-{eventid}' },
      ],
      default: { room: 'site', upstream: 'platform' },
      launches,
    },
  };
}

const outcome = (story: Story, options = {}): Outcome =>
  forecast(plan(story), { seed: 1, ...options }).outcomes[0]!;

/** Within so many percent. */
function expectNear(seen: number | null | undefined, wanted: number, percent: number): void {
  expect(seen).toBeGreaterThan(wanted * (1 - percent / 100));
  expect(seen).toBeLessThan(wanted * (1 + percent / 100));
}

describe('a line by its arithmetic', () => {
  it('a rate alone drains n visitors in n / rate', () => {
    const seen = outcome({ arrivals: mail(1_000), room: { limits: { admissionsPerMinute: 300 } } });
    expectNear(seen.drainedAfterSeconds, 200, 8);
    expect(seen.admitted).toBe(1_000);
  });

  it('slots alone let in as many as leave', () => {
    const room = { limits: { sessions: 100, submitReserve: 0 } };
    const seen = outcome({ arrivals: mail(1_000), room, behaves: { stay: { least: 60, most: 60 } } });
    // Ten hundreds of a minute each, the last of which does not wait for its end; and the time until somebody comes.
    expectNear(seen.drainedAfterSeconds, 9 * 60 + 20, 10);
    expect(seen.mostInside).toBeLessThanOrEqual(100);
  });

  it('where all fit nobody waits', () => {
    const seen = outcome({ arrivals: mail(200), room: { limits: { sessions: 500 } } });
    expect(seen).toMatchObject({ longestLine: 0, admitted: 200, waitSeconds: { most: 0 } });
  });

  it('a room without limits has no line', () => {
    expect(outcome({ arrivals: mail(200) })).toMatchObject({
      longestLine: 0,
      admitted: 0,
      waitSeconds: null,
    });
  });

  it('nobody is let in beyond the seats, and the others are turned away', () => {
    const room = { limits: { sessions: 50, seats: 120 }, session: { idleSeconds: 60 } };
    const seen = outcome({ arrivals: mail(400), room });
    expect(seen.registered).toBe(120);
    expect(seen.admitted + seen.turnedAway).toBe(400);
  });

  it('a line ends where nothing is left', () => {
    const room = { limits: { sessions: 50, seats: 120 }, session: { idleSeconds: 60 } };
    const seen = outcome({ arrivals: mail(400), room });
    // Those who are still in it learn of it at their next poll.
    expect(seen.line.waiting.at(-1)).toBe(0);
    expect(seen.drainedAfterSeconds).toBeLessThan(150);
  });

  it('whoever walks away is called in vain, and the line is no shorter for it', () => {
    const room = { limits: { sessions: 100, admissionsPerMinute: 300 } };
    const all = outcome({ arrivals: mail(800), room });
    const some = outcome({ arrivals: mail(800), room, behaves: { noShowShare: 0.4 } });
    expectNear(some.longestLine, all.longestLine, 10);
    expect(some.walkedAway).toBeGreaterThan(200);
    expect(some.drainedAfterSeconds!).toBeLessThan(all.drainedAfterSeconds!);
  });

  it('a longer stay makes a longer wait', () => {
    const room = { limits: { sessions: 50 } };
    const p95 = (most: number) =>
      outcome({ arrivals: mail(500), room, behaves: { stay: { least: most, most } } }).waitSeconds?.p95 ?? 0;
    expect(p95(60)).toBeGreaterThan(1.5 * p95(30));
  });
});

describe('an opening', () => {
  const room = { limits: { admissionsPerMinute: 300 } };
  const arrivals: Arrivals = {
    ...{ shape: 'countdown', opensAtSeconds: 120, visitors: 600 },
    ...{ earlySeconds: 120, reloadSeconds: 10 },
  };
  const launch = (draw: boolean) => ({
    launches: [{ name: 'a', room: 'event-1', opensAt: 120, prequeueMinutes: 5, draw }],
  });

  it('lets nobody in before it, and counts from it', () => {
    const seen = outcome({ arrivals, room, ...launch(false) });
    expect(seen.longestLine).toBeGreaterThanOrEqual(590);
    expectNear(seen.drainedAfterSeconds, 120, 10);
  });

  it('that is drawn lets the last wait no longer than the first', () => {
    const inOrder = outcome({ arrivals, room, ...launch(false) });
    const drawn = outcome({ arrivals, room, ...launch(true) });
    // In order everybody waits about as long; drawn, one may have come last and go first.
    expect(drawn.waitSeconds!.most).toBeGreaterThan(inOrder.waitSeconds!.most * 1.4);
    expectNear(drawn.drainedAfterSeconds, inOrder.drainedAfterSeconds!, 10);
  });
});

describe('a forecast', () => {
  const room = { limits: { sessions: 300, admissionsPerMinute: 600 } };
  const story = { arrivals: mail(2_000), room };

  it('is the same for the same seed', () => {
    expect(forecast(plan(story), { seed: 3 })).toEqual(forecast(plan(story), { seed: 3 }));
  });

  it('looks at several limits side by side', () => {
    const limits = [{}, { admissionsPerMinute: 300 }, { sessions: 1_000, admissionsPerMinute: 1_200 }];
    const { outcomes } = forecast(plan(story), { seed: 1, limits });
    expect(outcomes.map(({ label }) => label)).toEqual([
      'as configured',
      '300 a minute',
      '1000 sessions, 1200 a minute',
    ]);
    const [own, slower, faster] = outcomes.map((one) => one.waitSeconds!.p95);
    expect([faster! < own!, own! < slower!]).toEqual([true, true]);
  });

  it('at a faster pace foresees about the same, in its own time', () => {
    const wide = { limits: { sessions: 1_000, admissionsPerMinute: 600 } };
    const [own, played] = [{}, { compress: 6 }].map((pace) => outcome({ ...story, room: wide }, pace));
    if (own === undefined || played === undefined) throw new Error('nothing was foreseen');
    expectNear(played.longestLine, own.longestLine, 15);
    expectNear(played.drainedAfterSeconds, own.drainedAfterSeconds!, 15);
  });

  it('tells the line of a time at that time', () => {
    const arrivals: Arrivals = { shape: 'step', fromSeconds: 0, untilSeconds: 60, perMinute: 600 };
    const launches = [{ name: 'a', room: 'event-1', opensAt: 120, prequeueMinutes: 5 }];
    const seen = outcome({ arrivals, room, launches });
    const { everySeconds, waiting } = seen.line;
    const at = (seconds: number) => waiting[seconds / everySeconds - 1];
    expectNear(at(30), 300, 2);
    expect(at(90)).toBe(600);
    expect(at(119)).toBe(600);
    expectNear(seen.longestAtSeconds, 60, 2);
  });

  it('at a faster pace sees arrivals over as long a real time', () => {
    const arrivals: Arrivals = { shape: 'step', fromSeconds: 30, untilSeconds: 40, perMinute: 600 };
    const most = [1, 6].map(
      (compress) => forecast(plan({ arrivals, room }), { seed: 1, compress }).arrivals.mostPerMinute,
    );
    // A hundred come in ten seconds, and a rehearsal at six times the pace has seen half a minute in its five.
    expectNear(most[0], 600, 5);
    expectNear(most[1], 200, 5);
  });

  it('foresees a large crowd by a part of it as by all', () => {
    const [whole, part] = [1, 2].map((times) =>
      outcome({
        arrivals: mail(20_000 * times),
        room: { limits: { admissionsPerMinute: 6_000 * times } },
      }),
    );
    expectNear(part!.longestLine / 2, whole!.longestLine, 3);
    expectNear(part!.drainedAfterSeconds, whole!.drainedAfterSeconds!, 3);
    expectNear(part!.waitSeconds?.p50, whole!.waitSeconds!.p50, 3);
    expect(part!.admitted).toBe(40_000);
  });

  it('takes the clients of an access log for its visitors, once each', async () => {
    const file = join(await tempFolder(), 'access.log');
    const line = (client: number, second: number) =>
      `10.0.${client >> 8}.${client & 255} - - [01/Dec/2026:15:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} +0000] "GET /ereg?eventid=1 HTTP/1.1" 200 5 "-" "-"\n`;
    const clients = Array.from({ length: 300 }, (_, client) => client);
    const lines = [0, 40].flatMap((later) =>
      clients.map((client) => line(client, Math.floor(client / 10) + later)),
    );
    writeFileSync(file, lines.join(''));
    const arrivals: Arrivals = { shape: 'log', file, host: 'a.example', fromSeconds: 0 };
    const seen = forecast(plan({ arrivals, room: { limits: { admissionsPerMinute: 60 } } }), { seed: 1 });
    expect(seen.visitors).toBe(300);
    expectNear(seen.outcomes[0]?.drainedAfterSeconds, 300, 8);
  });

  it('is drawn, one line for each of the limits', () => {
    const limits = [{}, { sessions: 100 }];
    const picture = forecastSvg(forecast(plan(story), { seed: 1, limits }));
    expect(picture.match(/<polyline/g)).toHaveLength(3);
    expect(picture).toContain('100 sessions: at most');
    expect(picture).not.toContain('NaN');
  });

  it('stands beside what was seen', () => {
    const { rows } = compareForecast(forecast(plan(story), { seed: 1 }), {
      figures: { 'visitors.longestLine': 1_500, 'visitors.medianWaitSeconds': null },
      series: { atSeconds: [1, 2], of: { 'arrivals.perMinute': [600, null, 900] } },
    });
    expect(rows.map(({ name, seen }) => [name, seen])).toEqual([
      ['arrivals a minute, most', 900],
      ['longest line', 1_500],
      ['drained after', null],
      ['median wait', null],
      ['p95 wait', null],
    ]);
    expect(rows.every(({ foreseen }) => foreseen !== null)).toBe(true);
  });
});
