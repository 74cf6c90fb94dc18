/** What outlives a restart, how big it is, and that nothing else than a state is ever taken for one. */
import { expect, it } from 'vitest';
import { createState, forgetful, readState, step } from '../../gateway/release/controller.ts';
import { ControllerStage, room, slower } from './controller-stage.ts';

const busy = { rooms: { event: { newcomers: 3, admitted: 3 } } };
const suffering = () =>
  new ControllerStage().run(300, busy).run(10, { ...busy, routes: slower(6), inFlight: 90 });

it('survives JSON as it is', () => {
  const { state } = suffering();
  expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state);
});

it('a restart forgets no baseline and no base, and engages nobody', () => {
  const { state } = suffering();
  const kept = forgetful(state);
  expect(kept.rooms.event!.usual).toBe(state.rooms.event!.usual);
  expect(kept.upstreams.platform!.routes['GET /event']!.baseMs).toBe(
    state.upstreams.platform!.routes['GET /event']!.baseMs,
  );
  expect(kept.held).toEqual({});
  expect(kept.upstreams.platform).toMatchObject({ distress: null, inFlight: null, budgetPerMinute: null });
  expect(readState(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
});

it('after a restart distress is seen as soon as before it', () => {
  const stage = suffering();
  stage.state = forgetful(stage.state);
  stage.told.length = 0;
  const before = stage.seconds;
  stage.run(10, { ...busy, routes: slower(6) }, () => stage.kinds().includes('distress'));
  expect(stage.seconds - before).toBeLessThanOrEqual(2);
});

it.each([
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
  ['another version', { ...createState(), version: 99 }],
  ['a number that is none', { ...createState(), atMs: 'now' }],
  ['NaN', { ...createState(), atMs: Number.NaN }],
  ['a room without a baseline', { ...createState(), rooms: { event: { pace: 1 } } }],
  ['an upstream that is a word', { ...createState(), upstreams: { platform: 'well' } }],
  ['a negative time', { ...createState(), sinceMs: -1 }],
])('%s is no state', (_, value) => expect(readState(value)).toEqual(createState()));

it('any part that is missing makes it none, and none of them a fault', () => {
  const { state } = suffering();
  const upstream = state.upstreams.platform!;
  for (const key of Object.keys(upstream)) {
    const broken = { ...state, upstreams: { platform: { ...upstream, [key]: undefined } } };
    expect(readState(JSON.parse(JSON.stringify(broken)))).toEqual(createState());
  }
});

it('a thousand rooms take 64 kB at most', () => {
  const stage = new ControllerStage();
  const names = Array.from({ length: 1200 }, (_, i) => `event-${10_000 + i}`);
  stage.rooms = Object.fromEntries(names.map((name) => [name, room()]));
  const seen = Object.fromEntries(names.map((name) => [name, { newcomers: 0.31, admitted: 0.29 }]));
  stage.run(15, { rooms: seen });
  expect(Object.keys(stage.state.rooms)).toHaveLength(1000);
  expect(JSON.stringify(stage.state).length).toBeLessThan(64 * 1024);
});

it('the state that was handed in is left as it was', () => {
  const stage = suffering();
  const copy = structuredClone(stage.state);
  step(stage.state, {
    nowMs: stage.nowMs + 500,
    evidence: [],
    rooms: stage.rooms,
    upstreams: {},
    external: [],
    settings: stage.settings,
  });
  expect(stage.state).toEqual(copy);
});
