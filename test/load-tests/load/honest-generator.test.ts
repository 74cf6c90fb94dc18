/** What a load says of latency is what people had; and where its sender was the bottleneck it says so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { expect, test } from 'vitest';
import { createClient } from '../../../load-tests/visitors/client.ts';
import { judgeHonesty } from '../../../load-tests/visitors/load/honesty.ts';
import { newHistogram, recordMs } from '../../../load-tests/visitors/load/latency.ts';
import { isLate } from '../../../load-tests/visitors/load/self-watch.ts';
import type { SelfWatch } from '../../../load-tests/visitors/load/worker-words.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { groupOf, load, planOf, serve, targetOf } from './a-load.ts';

const STALL_MS = 2_000;
const FORTY_A_SECOND = { shape: 'step' as const, fromSeconds: 0, untilSeconds: 4, perMinute: 2_400 };

test('against a server that stalls for two seconds the p99 shows the stall, and everybody has come at the time', async () => {
  let stallsUntilMs = Number.POSITIVE_INFINITY;
  let count = 0;
  const origin = await serve(async (_request, response) => {
    if (++count === 20) stallsUntilMs = performance.now() + STALL_MS;
    if (count >= 20) await sleep(Math.max(0, stallsUntilMs - performance.now()));
    response.end('<p>in');
  });
  const sent = await load(planOf([groupOf({ arrivals: FORTY_A_SECOND })]), targetOf(origin), { workers: 1 });
  const { figures, generator } = await sent.done;
  expect(figures.visitors).toMatchObject({ came: 160, left: 160 });
  // Eighty of them came while it stood still: half of the answers took up to two seconds, evenly.
  expect(generator.latencyMs.all!.p99).toBeGreaterThan(STALL_MS * 0.9);
  expect(generator.latencyMs.all!.p95).toBeGreaterThan(STALL_MS * 0.7);
  expect(generator.latencyMs.page!.requests).toBe(160);
});

test('a sender that is kept from its core calls its run invalid', async () => {
  const origin = await serve((_request, response) => response.end('<p>in'));
  const sent = await load(planOf([groupOf({ arrivals: FORTY_A_SECOND })]), targetOf(origin), {
    workers: 1,
    starvedMs: 400,
  });
  const { figures, generator } = await sent.done;
  expect(figures.visitors.came).toBe(160);
  expect(generator.isHonest).toBe(false);
  expect(figures.invalidBecause[0]).toMatch(/^one request in a hundred was sent \d+ ms late or more$/);
  // What it measured is its own delay too, and it does not hide it.
  expect(generator.delayMs.p99).toBeGreaterThan(300);
});

test('latency counts from the time that a request was meant for, however late it went out', async () => {
  const origin = await serve((_request, response) => response.end());
  const late: number[] = [];
  const dispatcher = new Agent();
  cleanUpLater(() => dispatcher.destroy());
  const signal = new AbortController().signal;
  const options = { base: origin, dispatcher, signal, onSend: (lateMs: number) => void late.push(lateMs) };
  const client = createClient(options, { kind: 'browser', patienceMs: 5_000 });
  const dueAtMs = performance.now() - 500;
  client.dueAtMs = dueAtMs;
  const [first, second] = [
    await client.send('GET', '/', 'navigate'),
    await client.send('GET', '/', 'navigate'),
  ];
  expect(first.dueAtMs).toBe(dueAtMs);
  expect(late).toEqual([expect.any(Number)]);
  expect(late[0]).toBeGreaterThanOrEqual(500);
  // Nobody said for when the second was meant.
  expect(second.dueAtMs).toBe(second.askedAtMs);
});

test.each([
  { sent: 0, late: 0, is: false },
  { sent: 4, late: 4, is: false },
  { sent: 20, late: 4, is: false },
  { sent: 20, late: 6, is: true },
  { sent: 2_000, late: 10, is: false },
  { sent: 2_000, late: 30, is: true },
])('a window of $sent requests, $late of them late, was late: $is', ({ sent, late, is }) => {
  const delays = newHistogram();
  for (let request = 0; request < sent; request++) recordMs(delays, request < late ? 150 : 1);
  expect(isLate(delays)).toBe(is);
});

const CALM: SelfWatch = {
  windows: 20,
  busyWindows: 0,
  lateWindows: 0,
  cpuShare: 0.3,
  came: 1_000,
  cameLate: 0,
};
const judge = (change: Partial<SelfWatch>, delayP99Ms = 5, failures: string[] = []) =>
  judgeHonesty({ delayP99Ms, processes: [CALM, { ...CALM, ...change }], failures });

test('a load is honest until it is late, busy, behind or broken, each for longer than a blink', () => {
  expect(judge({})).toEqual([]);
  expect(judge({ lateWindows: 1, windows: 2 })).toEqual([]);
  expect(judge({ busyWindows: 2 })).toEqual([]);
  expect(judge({ cameLate: 20 })).toEqual([]);
  expect(judge({ lateWindows: 5 })).toEqual([]);
  expect(judge({ lateWindows: 6 })).toEqual([
    'requests were sent more than 100 ms late for 30 % of the time',
  ]);
  expect(judge({ busyWindows: 3 })).toEqual([
    'a process that sends took 95 % of a core or more for 15 % of the time',
  ]);
  expect(judge({ cameLate: 21 })).toEqual(['1 % of the visitors came a second or more after their time']);
  expect(judge({}, 101)).toEqual(['one request in a hundred was sent 101 ms late or more']);
  expect(judge({}, 5, ['a process that sends ended by SIGKILL'])).toEqual([
    'a process that sends ended by SIGKILL',
  ]);
});
