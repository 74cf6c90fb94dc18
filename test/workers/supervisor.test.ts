/** The supervision of workers by itself: processes are handed in, and end when the test says so. */
import { afterEach, describe, expect, it } from 'vitest';
import { HeadgateError } from '../../gateway/errors.ts';
import { createAsker } from '../../gateway/workers/channel.ts';
import type { Ended, Worker } from '../../gateway/workers/fork-worker.ts';
import { runWorkers, type Supervisor } from '../../gateway/workers/supervisor.ts';
import type { Started } from '../../gateway/workers/words.ts';

const SOON = { interval: 5, timeout: 60_000 };
const LISTENING: Started = { kind: 'listening', url: 'http://127.0.0.1:1' };

type Scripted = Worker & { number: number; end(ended: Ended): void };

/** `answer`: what the n-th worker that is made (from 0) says to its start. */
function stage(answer: (made: number) => Started | 'crash') {
  const made: Scripted[] = [];
  const said: string[] = [];
  const retired: Worker[] = [];
  const fork = (): Worker => {
    const ended = Promise.withResolvers<Ended>();
    const asker = createAsker(() => {});
    const worker = {
      pid: made.length + 1,
      number: 0,
      ask: (async () => {
        worker.end({ code: 0, signal: null });
        return null;
      }) as unknown as typeof asker.ask,
      ended: ended.promise,
      end: ended.resolve,
      closeRefused: () => {},
      kill: () => ended.resolve({ code: null, signal: 'SIGKILL' }),
    };
    made.push(worker);
    return worker;
  };
  const run = (count: number) =>
    runWorkers({
      count,
      fork,
      async start(worker, number) {
        (worker as Scripted).number = number;
        const said = answer(made.indexOf(worker as Scripted));
        if (said !== 'crash') return said;
        (worker as Scripted).end({ code: 7, signal: null });
        throw new Error('the worker ended with exit code 7');
      },
      onEnded: (worker) => retired.push(worker),
      clock: { wallMs: () => 0, monotonicMs: () => performance.now() },
      log: {
        say: (level, _facts, message) => said.push(`${level} ${message}`),
        sample: () => {},
        adjust: () => {},
        close: () => {},
      },
      backOff: { firstMs: 1, mostMs: 4, healthyMs: 60_000 },
    });
  return { made, said, retired, run };
}

let supervisor: Supervisor | undefined;
afterEach(() => supervisor?.drain(0, 1_000));

describe('workers', () => {
  it('the first one’s refusal is the refusal of all, told once', async () => {
    const { made, said, run } = stage(() => ({
      kind: 'refused',
      code: 'HG_KEYS_MISSING',
      message: 'no keys',
    }));
    const refusal = await run(4).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(HeadgateError);
    expect(refusal).toMatchObject({ code: 'HG_KEYS_MISSING', message: 'no keys' });
    expect([made.length, said]).toEqual([1, []]);
    expect(await made[0]?.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('a first one that crashes ends the start with the reason', async () => {
    const { made, run } = stage(() => 'crash');
    await expect(run(4)).rejects.toMatchObject({
      code: 'HG_INTERNAL',
      message: 'no worker could be started: the worker ended with exit code 7',
    });
    expect(made).toHaveLength(1);
  });

  it('one that ends unasked is replaced under its number, again and again until it can be started', async () => {
    const { made, said, retired, run } = stage((index) => (index === 3 || index === 4 ? 'crash' : LISTENING));
    supervisor = await run(3);
    const second = supervisor.running().get(2) as Scripted;
    second.end({ code: null, signal: 'SIGSEGV' });
    await expect.poll(() => supervisor?.running().get(2) ?? second, SOON).not.toBe(second);
    expect(made.map((worker) => worker.number)).toEqual([1, 2, 3, 2, 2, 2]);
    expect(retired).toEqual([second]);
    expect(supervisor.replaced()).toBe(1);
    expect(said.filter((line) => line.startsWith('error'))).toEqual([
      'error a worker ended by SIGSEGV; another takes its place',
      'error a worker could not be started; tried again',
      'error a worker could not be started; tried again',
    ]);
  });

  it('none is replaced while they drain', async () => {
    const { made, said, run } = stage(() => LISTENING);
    supervisor = await run(3);
    await supervisor.drain(0, 60_000);
    expect([made.length, supervisor.running().size]).toEqual([3, 0]);
    expect(said.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});
