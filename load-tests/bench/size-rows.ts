/** What must not grow with the line: the cost of a poll and of a join, and the gateway's memory. */
import { LINE, medianOf, type Plan, type Row, round, rowOf } from './row.ts';
import { cpuPerRequest, type Load, type Measured, sendLoad } from './server.ts';
import type { Bench } from './stage.ts';

/** The same paths and the memory, with a thousand and with a million waiting. */
export async function measureSize(
  bench: Pick<Bench, 'joinOnce' | 'settle'>,
  startGate: () => Promise<Measured>,
  plan: Plan,
  store: string,
): Promise<Row[]> {
  const small = await startGate();
  try {
    const ticket = await bench.joinOnce(small);
    await sendLoad({ url: `${small.url}${LINE}/tickets`, method: 'POST', amount: 1_000 });
    const poll: Load = {
      url: `${small.url}${LINE}/ticket`,
      amount: plan.amount,
      headers: { 'headgate-ticket': ticket },
    };
    const join: Load = {
      url: `${small.url}${LINE}/tickets`,
      method: 'POST',
      amount: Math.min(plan.amount, 10_000),
    };
    // Warm: what is compiled only once must not count as growth.
    await cpuPerRequest(small, { ...join, amount: plan.amount });
    const before = { poll: await medianOf(plan, small, poll), join: await medianOf(plan, small, join) };
    const restingBytes = small.residentBytes();
    plan.progress(`${plan.manyJoins.toLocaleString('en')} joins`);
    await sendLoad({ ...join, amount: plan.manyJoins, connections: 200 });
    await bench.settle(small);
    const grown = (small.residentBytes() - restingBytes) / 1e6;
    const after = { poll: await medianOf(plan, small, poll), join: await medianOf(plan, small, join) };
    const many = plan.manyJoins.toLocaleString('en');
    return [
      rowOf(
        `poll${store} with ${many} issued`,
        'µs CPU a request',
        after.poll,
        'with 1,000s issued',
        before.poll,
        1.1,
      ),
      rowOf(
        `join${store} with ${many} issued`,
        'µs CPU a request',
        after.join,
        'with 1,000s issued',
        before.join,
        1.1,
      ),
      {
        name: `gateway memory${store}, ${many} joins later`,
        unit: 'MB more',
        value: round(grown),
        baselineName: 'resident before',
        baseline: round(restingBytes / 1e6),
        ratio: round(grown / (restingBytes / 1e6)),
        goal: '≤ +50 MB',
        met: grown <= 50,
      },
    ];
  } finally {
    await small.stop();
  }
}
