/** A surge that is spread over several gateways: none of them sees enough of it in its own newcomers to tell it at once. */
import { describe, expect, it } from 'vitest';
import { noteAtOnce } from '../../gateway/release/at-once.ts';
import { surgeLimit, surges } from '../../gateway/release/engage.ts';
import type { Evidence, UpstreamSample } from '../../gateway/release/words.ts';
import { CAPACITY_PER_SECOND, ROUTES } from '../../load-tests/simulate/control/platform.ts';
import { play } from '../../load-tests/simulate/control/play.ts';
import { type Shape, WELL } from '../../load-tests/simulate/control/shapes.ts';
import { ControllerStage } from './controller-stage.ts';

const CALM_SECONDS = 20;
/** Nobody asks here how long answers took. */
const goodWithinMs = ROUTES.map(() => Number.POSITIVE_INFINITY);

const youngSurge: Shape = {
  ...{ name: 'young surge', what: 'six times what fits after twenty calm seconds' },
  arrivals: (at) => CAPACITY_PER_SECOND * (at < CALM_SECONDS ? 0.4 : 6),
  condition: () => WELL,
};

const idle: UpstreamSample = {
  ...{ spanMs: 500, answers: 0, errors: 0, empties: 0, routes: [], queued: 0, shed: {} },
  ...{ inFlight: { mean: 0, most: 0, now: 0 }, oldestMs: 0, longRunning: 0, connections: 0 },
  targets: { up: 1, all: 1 },
};

/** In the first three seconds, two runs together: by how a surge falls between two steps it is told half a second sooner or later. */
const letInAtFirst = (gateways: number): number =>
  [11, 15]
    .map((seed) =>
      play({ ...{ shape: youngSurge, limit: { kind: 'adaptive' } }, seed, gateways, goodWithinMs }),
    )
    .flatMap(({ seconds }) => seconds.slice(CALM_SECONDS, CALM_SECONDS + 3))
    .reduce((sum, { admitted }) => sum + admitted, 0);

it('four gateways let in at most twice what one does until they know of a surge', () => {
  expect(letInAtFirst(4)).toBeLessThanOrEqual(2 * letInAtFirst(1));
});

describe('after a calm day', () => {
  // 120 newcomers a minute are no surge.
  const calmDay = () => new ControllerStage(4).run(120, { rooms: { event: { newcomers: 1 } } });
  const isNoted = ({ state }: ControllerStage) => state.rooms.event!.atOnce === true;

  it('what comes to four gateways within one window is told by the step that hears of it', () => {
    const stage = calmDay();
    stage.once({ rooms: { event: { newcomers: 64 } } });
    expect(isNoted(stage)).toBe(true);
    expect(stage.state.rooms.event!.pace).toBeLessThan(surgeLimit(stage.state, 'event', stage.settings));
    expect(surges(stage.state, 'event', stage.settings, false)).toBe(true);
  });

  it('what may be chance is not, and the next step forgets it', () => {
    const stage = calmDay();
    stage.once({ rooms: { event: { newcomers: 40 } } });
    expect(isNoted(stage)).toBe(false);
    stage.once({ rooms: { event: { newcomers: 64 } } });
    stage.once({});
    expect(isNoted(stage)).toBe(false);
  });

  it('two windows that are weighed in one step are not twice as many in the time of one', () => {
    const { state, settings } = calmDay();
    state.rooms.event!.usual = 400;
    const window = (gateway: string, newcomers: number): Evidence => ({
      ...{ gateway, window: 0, upstreams: { platform: idle } },
      rooms: { event: { upstream: 'platform', newcomers, admitted: 0, requests: 0 } },
    });
    noteAtOnce(state, [window('a', 26), window('b', 26)], settings);
    expect(state.rooms.event!.atOnce).toBe(true);
    const twice = ['a', 'b'].flatMap((gateway) => [window(gateway, 13), window(gateway, 13)]);
    noteAtOnce(state, twice, settings);
    expect(state.rooms.event!.atOnce).toBeUndefined();
  });
});
