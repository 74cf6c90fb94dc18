/** What an upstream's usual latency is: nobody slowly teaches it that slow is usual, and a change of mix is no slowness. */
import { expect, it } from 'vitest';
import { CALM, ControllerStage, slower } from './controller-stage.ts';

const baseOf = (stage: ControllerStage, route = 'GET /event'): number =>
  stage.state.upstreams.platform!.routes[route]!.baseMs;

it('learns the routes’ latencies of the first minute', () => {
  const stage = new ControllerStage().run(60);
  expect(baseOf(stage)).toBeCloseTo(60, 0);
  expect(baseOf(stage, 'POST /form')).toBeCloseTo(120, 0);
});

it('a ramp of latency over an hour does not become the base, and is distress from twice the base on', () => {
  const stage = new ControllerStage().run(120);
  for (let minute = 0; minute < 60; minute++) stage.run(60, { routes: slower(1 + minute / 15) });
  expect(baseOf(stage)).toBeLessThan(60 * 1.1);
  const first = stage.told.find(({ kind }) => kind === 'distress');
  expect(first?.signal).toBe('latency');
  // Twice as slow a quarter of an hour after the ramp began.
  expect(first?.atSeconds).toBeGreaterThan(120 + 14 * 60);
  expect(first?.atSeconds).toBeLessThan(120 + 18 * 60);
});

it('a platform that becomes faster is believed within two minutes', () => {
  const stage = new ControllerStage().run(60).run(120, { routes: slower(0.5) });
  expect(baseOf(stage)).toBeLessThan(36);
});

it('more of the slow route is no distress', () => {
  const mix = { ...CALM, 'POST /form': { perSecond: 300, ms: 120 }, 'GET /event': { perSecond: 1, ms: 60 } };
  const stage = new ControllerStage().run(60).run(60, { routes: mix });
  expect(stage.kinds()).toEqual([]);
});

it('one answer of a minute among hundreds is no distress', () => {
  const odd = { ...CALM, 'GET /export': { perSecond: 2, ms: 60_000 } };
  const stage = new ControllerStage().run(60).run(60, { routes: odd });
  expect(stage.kinds()).toEqual([]);
});

it('what is slow for good, whatever the load, becomes the base in the end', () => {
  const stage = new ControllerStage().run(60).run(3 * 3600, { routes: slower(3) });
  expect(baseOf(stage)).toBeGreaterThan(105);
  expect(stage.told.at(-1)?.kind).not.toBe('distress');
  expect(stage.state.upstreams.platform!.distress).toBeNull();
});

it.each([2, 3, 6])('answers of %i ms that take a few ms more, as after a restart, are no distress', (ms) => {
  const routes = (one: number) => ({
    'GET /event': { perSecond: 40, ms: one },
    'POST /form': { perSecond: 20, ms: one },
  });
  const stage = new ControllerStage().run(120, { routes: routes(ms) }).run(60, { routes: routes(ms + 9) });
  expect(stage.kinds()).toEqual([]);
  stage.run(5, { routes: routes(ms + 30) });
  expect(stage.told[0]).toMatchObject({ kind: 'distress', signal: 'latency' });
});

it('fast answers do not hide that a slow route takes thrice as long', () => {
  const routes = (ms: number) => ({
    'GET /asset': { perSecond: 40, ms: 1 },
    'POST /form': { perSecond: 20, ms },
  });
  const stage = new ControllerStage().run(120, { routes: routes(60) }).run(5, { routes: routes(180) });
  expect(stage.kinds()).toContain('distress');
});
