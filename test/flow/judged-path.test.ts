/** One judged path: no spelling of a protected path reaches the platform, and what is sent on arrives as it was judged. */
import { beforeAll, describe, expect, test } from 'vitest';
import { counts, judge, mutations, startFullGate, traps, tryAll } from './judged-path-trial.ts';

const MUTATIONS = 3_000;
const SEED = 20_180_819;

let gate: Awaited<ReturnType<typeof startFullGate>>;

beforeAll(async () => {
  gate = await startFullGate();
});

describe('against a full room, with bypass rules beside it,', () => {
  test('no trap of the corpus leads around the rule', async () => {
    const trial = await tryAll(gate, traps());
    expect(judge(trial)).toEqual([]);
    expect(trial.spellings.length).toBeGreaterThan(200);
  });

  test(`none of ${MUTATIONS} mutated spellings does`, async () => {
    const trial = await tryAll(gate, mutations(MUTATIONS, SEED));
    expect(judge(trial)).toEqual([]);
    // Each outcome is met often enough for the law to say something.
    for (const state of ['bypassed', 'waiting', 'refused'])
      expect(counts(trial)[state], state).toBeGreaterThan(100);
  });

  test('what is bypassed arrives byte for byte where there was nothing to resolve', async () => {
    const plain = [
      '/assets/a-b_c~d.css',
      "/assets/!$&'()*,=:@",
      '/assets/x?a=1&b=%2F../..;c#'.slice(0, -1),
      '/assets/%20%C3%A9',
      '/assets/;v=1',
    ];
    const { spellings, arrived } = await tryAll(gate, plain, 1);
    expect(spellings.map(({ state }) => state)).toEqual(plain.map(() => 'bypassed'));
    expect(plain.map((_, at) => arrived.get(at)?.target)).toEqual(plain);
  });
});

test('the judge catches a platform that got a protected path, another reading, or what was told to wait', () => {
  const request = (target: string) => ({ method: 'GET', target, headers: [], body: Buffer.alloc(0) });
  const wrong = (target: string, state: string) =>
    judge({
      spellings: [{ url: '/x', status: 200, state }],
      arrived: new Map([[0, request(target)]]),
      faults: [],
    });
  expect(wrong('/assets/app.css', 'bypassed')).toEqual([]);
  expect(wrong('/assets/..;/ereg/newreg.php', 'bypassed')).not.toEqual([]);
  expect(wrong('/assets/./app.css', 'bypassed')).not.toEqual([]);
  expect(wrong('/assets/app.css', 'waiting')).not.toEqual([]);
});
