import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runGateways } from './many-gateways.ts';

const RUN = { times: 6, calmMs: 12_000, surgeMs: 110_000, judgedMs: 60_000 };

it('four gateways bound the requests in flight as one does', async () => {
  const { seen, verdictOf } = await besideScheduling(async () => {
    const one = await runGateways(1, RUN);
    return { one, four: await runGateways(4, RUN) };
  });
  const apart = Math.abs(seen.four.inFlightLimit / seen.one.inFlightLimit - 1);

  expect(verdictOf(apart <= 0.1), `limits ${apart} apart`).not.toBe('failed');
});
