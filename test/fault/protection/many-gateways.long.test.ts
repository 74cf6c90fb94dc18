import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runGateways } from './many-gateways.ts';

const RUN = { times: 6, calmMs: 8_000, surgeMs: 32_000, judgedMs: 14_000 };

it('four gateways let in together what one lets in', async () => {
  const { seen, verdictOf } = await besideScheduling(async () => {
    const one = await runGateways(1, RUN);
    return { one, four: await runGateways(4, RUN) };
  });
  const apart = (of: 'admissions' | 'goodput' | 'inFlightLimit') =>
    Math.abs((seen.four[of] ?? 0) / (seen.one[of] ?? 0) - 1);

  expect(verdictOf(apart('admissions') <= 0.1), `admissions ${apart('admissions')} apart`).not.toBe('failed');
  expect(verdictOf(apart('inFlightLimit') <= 0.1), `limits ${apart('inFlightLimit')} apart`).not.toBe(
    'failed',
  );
  expect(verdictOf(apart('goodput') <= 0.1), `goodput ${apart('goodput')} apart`).not.toBe('failed');
});
