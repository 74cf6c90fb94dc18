import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runGateways } from './many-gateways.ts';

/** Some 50 s to get over the surge's beginning and back to what the platform bears: what is decided then is compared. */
const RUN = { times: 6, calmMs: 12_000, surgeMs: 110_000, judgedMs: 60_000 };

it('four gateways decide together what one decides, and let in as many', async () => {
  const { seen, verdictOf } = await besideScheduling(async () => {
    const one = await runGateways(1, RUN);
    return { one, four: await runGateways(4, RUN) };
  });
  const apart = (of: 'admissions' | 'decided' | 'goodput') => Math.abs(seen.four[of] / seen.one[of] - 1);

  expect(verdictOf(apart('decided') <= 0.1), `decided ${apart('decided')} apart`).not.toBe('failed');
  expect(verdictOf(apart('admissions') <= 0.1), `admissions ${apart('admissions')} apart`).not.toBe('failed');
  expect(verdictOf(apart('goodput') <= 0.1), `goodput ${apart('goodput')} apart`).not.toBe('failed');
});
