/** What the controller does with rooms: whom it engages, whom it holds back, and whom it leaves alone. */
import { expect, it } from 'vitest';
import { engagesAt, step } from '../../gateway/release/controller.ts';
import { createRandom } from '../../load-tests/simulate/random.ts';
import { CALM, ControllerStage, limited, room, settingsWith, slower } from './controller-stage.ts';

const HOUR = 3600;
const calmRoom = { event: { newcomers: 2, admitted: 2 } };
const signal = (value: number, isStale = false) => ({
  ...{ name: 'database connections', upstream: 'platform', value, limit: 100, isStale },
});

function poisson(random: ReturnType<typeof createRandom>, mean: number): number {
  let count = 0;
  for (let left = random.exponential(1); left < mean; left += random.exponential(1)) count++;
  return count;
}

it.each([1, 2])(
  'a calm day never engages (seed %i)',
  (seed) => {
    const random = createRandom(seed);
    const stage = new ControllerStage();
    for (let second = 0; second < 24 * HOUR; second += 2) {
      // From 6 newcomers a minute at night to 114 at noon.
      const perSecond = 1 - 0.9 * Math.cos((second * 2 * Math.PI) / (24 * HOUR));
      const newcomers = poisson(random, 2 * perSecond);
      stage.once({ rooms: { event: { newcomers: 2 * newcomers, admitted: 2 * newcomers } } }, 2000);
      const facts = {
        newcomersThisSecond: newcomers,
        newcomersThisWindow: newcomers,
        inFlight: 8,
        upstream: 'platform',
      };
      expect(engagesAt(stage.state, 'event', facts, stage.settings)).toBeNull();
    }
    expect(stage.kinds()).toEqual([]);
  },
  120_000,
);

it('ten times as many newcomers within an hour engage nothing while the platform is well', () => {
  const stage = new ControllerStage().run(300, { rooms: calmRoom });
  for (let minute = 0; minute < 60; minute++) {
    const newcomers = 2 * (1 + (9 * minute) / 60);
    stage.run(60, { rooms: { event: { newcomers, admitted: newcomers } } });
  }
  expect(stage.kinds()).toEqual([]);
});

it('the same growth engages when the platform suffers from it', () => {
  const stage = new ControllerStage().run(300, { rooms: calmRoom });
  const newcomers = 20;
  stage.run(5, { rooms: { event: { newcomers, admitted: newcomers } }, routes: slower(4) });
  expect(stage.orders.rooms.event?.perMinute).toBeGreaterThan(0);
});

it('twenty times the usual engages within three seconds, and in the very request where they come at once', () => {
  const stage = new ControllerStage().run(300, { rooms: calmRoom });
  const at = (newcomers: number) =>
    engagesAt(
      stage.state,
      'event',
      { newcomersThisSecond: newcomers, newcomersThisWindow: newcomers, inFlight: 8, upstream: 'platform' },
      stage.settings,
    );
  expect(at(8)).toBeNull();
  expect(at(40)).toEqual({ factor: 1, perMinute: expect.closeTo(600, -2) });
  const before = stage.seconds;
  stage.run(
    10,
    { rooms: { event: { newcomers: 40, admitted: 40 } } },
    ({ rooms }) => rooms.event !== undefined,
  );
  expect(stage.seconds - before).toBeLessThanOrEqual(3);
  expect(stage.told.at(-1)).toMatchObject({
    kind: 'engage',
    room: 'event',
    signal: 'newcomers',
    mode: 'act',
  });
});

it('a surge of an hour is not learned, and the line is taken back when nobody needs it', () => {
  const stage = new ControllerStage().run(300, { rooms: calmRoom });
  stage.rooms = { event: room({ waiting: 500 }) };
  stage.run(HOUR, { rooms: { event: { newcomers: 40, admitted: 10 } } });
  expect(stage.state.rooms.event!.usual).toBeLessThan(150);
  stage.rooms = { event: room() };
  stage.run(200, { rooms: calmRoom });
  expect(stage.told.at(-1)?.kind).toBe('disengage');
  expect(stage.orders.rooms).toEqual({});
});

it('few answers hold what was decided', () => {
  const stage = new ControllerStage()
    .run(120, { rooms: calmRoom })
    .run(10, { rooms: calmRoom, routes: slower(5) });
  const few = { 'GET /event': { perSecond: 1, ms: 60 } };
  // Until what came before is too old to say anything.
  stage.run(5, { rooms: calmRoom, routes: few, inFlight: 1 });
  const held = stage.orders.rooms.event;
  expect(held).toBeDefined();
  stage.run(60, { rooms: calmRoom, routes: few, inFlight: 1 });
  expect(stage.orders.rooms.event).toEqual(held);
});

it('connections that were nearly used up are told by themselves to be free again, however few come', () => {
  const stage = new ControllerStage()
    .run(60, { rooms: calmRoom, routes: {} })
    .run(4, { rooms: calmRoom, routes: {}, inFlight: 256 });
  expect(stage.told[0]).toMatchObject({ kind: 'distress', signal: 'connections' });
  stage.run(120, { rooms: calmRoom, routes: { 'GET /event': { perSecond: 1, ms: 60 } }, inFlight: 1 });
  expect(stage.kinds()).toContain('recovered');
  expect(stage.orders.rooms).toEqual({});
});

it('503s of half of all answers lower what is let in within five seconds, and it comes back when they cease', () => {
  const stage = new ControllerStage();
  stage.rooms = { event: limited(120) };
  stage.run(120, { rooms: calmRoom });
  const failing = Object.fromEntries(
    Object.entries(CALM).map(([name, one]) => [name, { ...one, errors: 0.5 }]),
  );
  stage.run(5, { rooms: calmRoom, routes: failing });
  expect(stage.orders.rooms.event?.factor).toBeLessThan(1);
  stage.run(60, { rooms: calmRoom });
  expect(stage.orders.rooms).toEqual({});
});

it('empty answers of one route are told by route within ten seconds, and lower nothing for anybody', () => {
  const stage = new ControllerStage().run(120, { rooms: calmRoom });
  const before = stage.seconds;
  stage.run(10, {
    rooms: calmRoom,
    routes: { ...CALM, 'POST /api/login': { perSecond: 10, ms: 5, empties: 1 } },
  });
  expect(stage.told).toHaveLength(1);
  expect(stage.told[0]).toMatchObject({ kind: 'distress', signal: 'empty', value: 1, limit: 0.5 });
  expect(stage.told[0]!.sentence).toContain('POST /api/login of platform');
  expect(stage.told[0]!.atSeconds - before).toBeLessThanOrEqual(10);
  expect(stage.orders.rooms).toEqual({});
  expect(stage.orders.upstreams.platform).toEqual({ inFlight: null, share: null });
  stage.run(20, { rooms: calmRoom });
  expect(stage.told.map(({ kind }) => kind)).toEqual(['distress', 'recovered']);
});

it('a route that never had a body does not suffer from having none', () => {
  const routes = { ...CALM, 'POST /beacon': { perSecond: 20, ms: 10, empties: 1 } };
  expect(new ControllerStage().run(300, { rooms: calmRoom, routes }).kinds()).toEqual([]);
});

it('a signal at 95 % of its limit lowers the factor within five seconds; stale, it holds and reads unknown', () => {
  const stage = new ControllerStage();
  stage.rooms = { event: limited(120) };
  stage.run(120, { rooms: calmRoom, external: [signal(50)] });
  expect(stage.orders.rooms).toEqual({});
  stage.run(5, { rooms: calmRoom, external: [signal(95)] });
  const held = stage.orders.rooms.event!.factor;
  expect(held).toBeLessThan(0.8);
  stage.run(600, { rooms: calmRoom, external: [signal(95, true)] });
  expect(stage.orders.rooms.event!.factor).toBe(held);
  expect(stage.told.at(-1)).toMatchObject({ kind: 'signal', signal: 'database connections' });
  expect(stage.told.at(-1)!.sentence).toContain('unknown');
  stage.run(60, { rooms: calmRoom, external: [signal(50)] });
  expect(stage.orders.rooms).toEqual({});
});

it('a signal that is taken back takes nothing any more, and the journal says so; small figures are told as they are', () => {
  const stage = new ControllerStage();
  stage.rooms = { event: limited(120) };
  stage.run(120, { rooms: calmRoom, external: [{ ...signal(0.048), limit: 0.05 }] });
  expect(stage.told.find(({ kind }) => kind === 'signal')!.sentence).toContain('is at 0.048 of 0.05:');
  stage.run(60, { rooms: calmRoom });
  expect(stage.orders.rooms).toEqual({});
  expect(stage.told.filter(({ kind }) => kind === 'signal').map(({ sentence }) => sentence)).toEqual([
    expect.stringContaining('lowered to'),
    'database connections of platform is reported by nobody any more: it takes nothing from admission.',
  ]);
});

it('a stale signal never raises: not even when it was well when it was last heard', () => {
  const stage = new ControllerStage();
  stage.rooms = { event: limited(120) };
  stage.run(120, { rooms: calmRoom, external: [signal(95)] });
  const held = stage.orders.rooms.event!.factor;
  stage.run(120, { rooms: calmRoom, external: [signal(1, true)] });
  expect(stage.orders.rooms.event!.factor).toBe(held);
});

it('one event’s surge is held back, and those beside it are held to nothing', () => {
  const calm = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`event-${i}`, { newcomers: 0.2, admitted: 0.2 }]),
  );
  const stage = new ControllerStage();
  stage.rooms = Object.fromEntries(['surging', ...Object.keys(calm)].map((name) => [name, room()]));
  stage.run(300, { rooms: { ...calm, surging: { newcomers: 0.5, admitted: 0.5 } } });
  // At its capacity it answers more than when it was calm, and late.
  const busier = Object.fromEntries(
    Object.entries(slower(3)).map(([name, one]) => [name, { ...one, perSecond: 2.5 * one.perSecond }]),
  );
  stage.rooms.surging = room({ waiting: 400 });
  stage.run(4, { rooms: { ...calm, surging: { newcomers: 40, admitted: 10 } }, routes: busier });
  expect(Object.keys(stage.orders.rooms)).toEqual(['surging']);
});

it('a guarantee is kept beside a surge', () => {
  const stage = new ControllerStage();
  stage.rooms = { surging: limited(6000), small: limited(600, { guaranteePerMinute: 120, waiting: 200 }) };
  const seen = { surging: { newcomers: 20, admitted: 8 }, small: { newcomers: 3, admitted: 2 } };
  stage.run(120, { rooms: seen });
  stage.rooms.surging = limited(6000, { waiting: 5000 });
  stage.run(120, { rooms: seen, routes: slower(5) });
  const { small } = stage.orders.rooms;
  expect((small?.factor ?? 1) * 600).toBeGreaterThanOrEqual(30);
  expect(stage.orders.rooms.surging!.factor).toBeLessThan(0.2);
});

it('observe says what it would do, and orders nothing', () => {
  const stage = new ControllerStage();
  stage.settings = settingsWith((settings) => {
    settings.mode = 'observe';
  });
  stage.run(120, { rooms: calmRoom }).run(10, { rooms: calmRoom, routes: slower(5) });
  expect(stage.kinds()).toContain('distress');
  expect(stage.kinds()).toContain('engage');
  for (const { mode, sentence } of stage.told)
    expect([mode, sentence]).toEqual(['observe', expect.stringMatching(/would|suffers/)]);
  expect(stage.orders.rooms).toEqual({});
  expect(stage.orders.upstreams.platform).toEqual({ inFlight: null, share: null });
});

it('what a platform is short by is said in words, and a signal of its own by its name', () => {
  const slow = new ControllerStage().run(120, { rooms: calmRoom });
  slow.run(10, { rooms: calmRoom, routes: slower(5) });
  const sentencesOf = (stage: ControllerStage) => stage.told.map(({ sentence }) => sentence).join(' ');
  expect(sentencesOf(slow)).toContain('platform is short (its answers take long)');
  const lagging = new ControllerStage().run(120, { rooms: calmRoom });
  const lag = { name: 'replication-lag', upstream: 'platform', value: 30, limit: 10, isStale: false };
  lagging.run(10, { rooms: calmRoom, external: [lag] });
  expect(sentencesOf(lagging)).toContain('platform is short (its signal “replication-lag” nears its limit)');
});

it('a room that is only observed is held as ever, and every sentence about it is told as observed', () => {
  const stage = new ControllerStage();
  stage.rooms = { event: room({ isObserved: true }) };
  stage.run(120, { rooms: calmRoom }).run(10, { rooms: calmRoom, routes: slower(5) });
  expect(stage.orders.rooms).toHaveProperty('event');
  stage.run(200, { rooms: calmRoom });
  const ofRoom = stage.told.filter(({ room: name }) => name === 'event');
  expect(ofRoom.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['engage', 'disengage']));
  for (const { mode, sentence } of ofRoom)
    expect([mode, sentence]).toEqual(['observe', expect.stringContaining('would')]);
});

it('off decides and says nothing', () => {
  const stage = new ControllerStage();
  stage.settings = settingsWith((settings) => {
    settings.mode = 'off';
  });
  stage.run(120, { rooms: calmRoom }).run(20, { rooms: calmRoom, routes: slower(20) });
  expect(stage.told).toEqual([]);
  expect(stage.orders).toEqual({ upstreams: {}, rooms: {}, judgements: [] });
});

it('every judgement is a sentence with the value, the limit and what changed', () => {
  const stage = new ControllerStage();
  stage.run(120, { rooms: calmRoom });
  stage.run(30, { rooms: calmRoom, routes: slower(4), inFlight: 60 }).run(90, { rooms: calmRoom });
  expect(stage.kinds()).toEqual(
    expect.arrayContaining(['distress', 'engage', 'in-flight', 'recovered', 'disengage']),
  );
  const sentences = Object.fromEntries(stage.told.map(({ kind, sentence }) => [kind, sentence]));
  expect(sentences.distress).toBe(
    'platform suffers: answers take 4 times as long as usual (limit 2); fewer are let in.',
  );
  expect(sentences.engage).toMatch(
    /^event: platform is short \(its answers take long\); a line is formed, it has \d+ admissions a minute\.$/,
  );
  for (const { sentence } of stage.told) expect(sentence).toMatch(/^[^\n]{20,240}\.$/);
});

it('the same windows twice weigh once', () => {
  const stage = new ControllerStage().run(30, { rooms: calmRoom });
  const evidence = [
    {
      gateway: 'g9',
      window: 1,
      upstreams: {},
      rooms: { event: { upstream: 'platform', newcomers: 50, admitted: 0, requests: 0 } },
    },
  ];
  const input = { rooms: stage.rooms, upstreams: {}, external: [], settings: stage.settings, evidence };
  const once = step(stage.state, { ...input, nowMs: stage.nowMs + 500 }).state;
  const again = step(once, { ...input, nowMs: stage.nowMs + 1000 }).state;
  expect(again.rooms.event!.pace).toBeLessThan(once.rooms.event!.pace);
});
