/** The controller in front of a platform that collapses honestly, in virtual time: what it lets in comes back to it as load. */
import { expect, it } from 'vitest';
import { goodWithin } from '../../load-tests/simulate/control/compare.ts';
import { CAPACITY_PER_SECOND, ROUTES } from '../../load-tests/simulate/control/platform.ts';
import { type Played, play } from '../../load-tests/simulate/control/play.ts';
import { type Shape, WELL } from '../../load-tests/simulate/control/shapes.ts';

const SEED = 11;
const goodWithinMs = goodWithin(SEED);
const run = (shape: Shape, kind: 'adaptive' | number | 'none', gateways = 2): Played => {
  const limit =
    typeof kind === 'number' ? ({ kind: 'fixed', perMinute: kind } as const) : ({ kind } as const);
  return play({ shape, limit, seed: SEED, gateways, goodWithinMs });
};
const sum = (played: Played, key: 'admitted' | 'good' | 'answers', from: number, until: number): number =>
  played.seconds.slice(from, until).reduce((total, second) => total + second[key], 0);

const surge: Shape = {
  ...{ name: 'surge', what: 'three times what fits after a calm minute' },
  arrivals: (at) => CAPACITY_PER_SECOND * (at < 60 ? 0.4 : 3),
  condition: () => WELL,
};

/** The limit check of 2017. */
const limitCheck: Shape = {
  ...{ name: 'limit check', what: 'everything 20 times slower for 90 s' },
  arrivals: () => CAPACITY_PER_SECOND * 0.6,
  condition: (atMs) => (atMs >= 120_000 && atMs < 210_000 ? { ...WELL, slow: () => 20 } : WELL),
};

/** Times the rate turned by more than a tenth, over five-second means. */
function swings(rates: readonly number[]): number {
  let [turns, direction, corner] = [0, 0, rates[0]!];
  for (const rate of rates) {
    const isUp = rate > corner * 1.1;
    const isDown = rate < corner * 0.9;
    if ((isUp && direction < 0) || (isDown && direction > 0)) turns++;
    if (isUp || isDown) direction = isUp ? 1 : -1;
    if (isUp || isDown || (rate - corner) * direction > 0) corner = rate;
  }
  return turns;
}

it('without a gate the same crowd brings the platform to its knees', () => {
  const played = run(surge, 'none');
  expect(sum(played, 'good', 100, 360) / sum(played, 'answers', 100, 360)).toBeLessThan(0.05);
});

it('without a limit configured it engages within two seconds of distress', () => {
  const played = run(surge, 'adaptive');
  const engaged = played.judgements.find(({ judgement }) => judgement.kind === 'engage')!;
  const distressed = played.seconds.findIndex(
    ({ totalMs, answers }, at) => at > 60 && totalMs / answers > 2 * (goodWithinMs[0]! / 2),
  );
  expect(engaged.atSeconds).toBeLessThanOrEqual((distressed === -1 ? 360 : distressed) + 2);
});

it('without a limit configured it converges to four fifths of the best goodput and more', () => {
  const best = Math.max(
    ...[0.8, 0.9, 0.95].map((share) => sum(run(surge, share * CAPACITY_PER_SECOND * 60), 'good', 120, 360)),
  );
  expect(sum(run(surge, 'adaptive'), 'good', 120, 360) / best).toBeGreaterThanOrEqual(0.8);
});

it('a platform 20 times slower gets fewer visitors within ten seconds, and all again when it is well', () => {
  const played = run(limitCheck, 'adaptive');
  const before = sum(played, 'admitted', 60, 120) / 60;
  expect(sum(played, 'admitted', 130, 210) / 80).toBeLessThan(0.6 * before);
  expect(sum(played, 'admitted', 300, 360) / 60).toBeGreaterThan(0.85 * before);
  const held = played.judgements.filter(
    ({ judgement: { room }, atSeconds }) => room !== null && atSeconds >= 120,
  );
  expect(held[0]!.atSeconds).toBeLessThanOrEqual(130);
});

it('what it orders after such a fault swings at most twice', () => {
  const rates = run(limitCheck, 'adaptive').judgements.flatMap(({ judgement: { room, sentence } }) => {
    const rate = /(\d+) admissions a minute/.exec(sentence)?.[1];
    return room !== null && rate !== undefined ? [Number(rate)] : [];
  });
  expect(rates.length).toBeGreaterThan(2);
  expect(swings(rates)).toBeLessThanOrEqual(2);
});

it('four gateways with a quarter of the evidence each decide the same total as one, within a tenth', () => {
  const [one, four] = [run(surge, 'adaptive', 1), run(surge, 'adaptive', 4)];
  const admitted = (played: Played): number => sum(played, 'admitted', 60, 360);
  expect(admitted(four) / admitted(one)).toBeGreaterThan(0.9);
  expect(admitted(four) / admitted(one)).toBeLessThan(1.1);
});

it('the journey’s routes are the platform’s', () => expect(goodWithinMs).toHaveLength(ROUTES.length));
