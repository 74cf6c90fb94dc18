import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runGateways } from './many-gateways.ts';

/** Some 50 s to get over the surge's beginning and back to what the platform bears: what is decided then is compared. */
const RUN = { times: 6, calmMs: 12_000, surgeMs: 110_000, judgedMs: 60_000 };

it('four gateways decide together what one decides, let in as many, and bound the requests in flight as it does', async () => {
  const { seen, verdictOf } = await besideScheduling(async () => {
    const one = await runGateways(1, RUN);
    return { one, four: await runGateways(4, RUN) };
  });

  for (const figure of ['decided', 'admissions', 'goodput', 'inFlightLimit'] as const) {
    const apart = Math.abs(seen.four[figure] / seen.one[figure] - 1);
    expect(verdictOf(apart <= 0.1, `${figure} ${apart} apart`), `${figure} ${apart} apart`).not.toBe(
      'failed',
    );
  }
});
