import { Agent } from 'undici';
import { expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../load-tests/platform/platform.ts';
import { sendCrowd, tallyOf } from '../../load-tests/visitors/crowd.ts';
import { seededRandom } from '../../load-tests/visitors/random.ts';
import { createVisitor, type Visitor } from '../../load-tests/visitors/visitor.ts';
import type { VisitorPlan } from '../../load-tests/visitors/words.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { startScriptedGate } from './scripted-gate.ts';

const ADDRESS = '/ereg/newreg.php?eventid=4711';

function planOf(change: Partial<VisitorPlan> = {}): VisitorPlan {
  return {
    kind: 'browser',
    address: ADDRESS,
    givesUpAfterPolls: null,
    stayMs: 0,
    fillsForm: true,
    leaves: true,
    retries: 2,
    patienceMs: 5000,
    ...change,
  };
}

function visitorOf(base: string, plan: VisitorPlan, over = new AbortController()): Visitor {
  const dispatcher = new Agent();
  cleanUpLater(() => dispatcher.destroy());
  return createVisitor({ base, plan, dispatcher, random: seededRandom(1), signal: over.signal });
}

async function startQuickPlatform(): Promise<Platform> {
  const platform = await startPlatform({ mode: { queryMs: 0 } });
  cleanUpLater(() => platform.close());
  return platform;
}

test('a crowd registers at a platform without a gate, each visitor with a session of its own', async () => {
  const platform = await startQuickPlatform();
  const crowd = sendCrowd({ base: platform.url, count: 40, overMs: 100, seed: 7, plan: () => planOf() });
  expect(tallyOf(await crowd.done).outcomes).toEqual({ registered: 40 });
  expect(platform.books.stats()).toMatchObject({
    registrations: { '4711': 40 },
    admissions: { total: 40 },
    sessions: { now: 0 },
    failed: 0,
  });
});

test('a visitor who does not register leaves the platform before the gate', async () => {
  const gate = await startScriptedGate();
  gate.serving = 1;
  const record = await visitorOf(gate.url, planOf({ fillsForm: false })).run();
  expect(record.outcome).toBe('left');
  expect(gate.paths().slice(-2)).toEqual(['POST /ereg/leave', 'POST /.headgate/rooms/event-4711/leave']);
});

test('a browser polls no sooner than told, comes when called, and keeps its ticket', async () => {
  const gate = await startScriptedGate();
  const visitor = visitorOf(gate.url, planOf());
  const visit = visitor.run();
  await expect.poll(() => visitor.record.sightings.length).toBeGreaterThan(2);
  gate.serving = 1;
  const record = await visit;
  expect(record).toMatchObject({ outcome: 'registered', room: 'event-4711', number: 1, refusedClaims: 0 });
  const polls = gate.asked.filter(({ path }) => path.endsWith('/ticket'));
  const gaps = polls.slice(1).map(({ atMs }, i) => atMs - polls[i]!.atMs);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(45);
  expect(gate.paths().filter((path) => path === `GET ${ADDRESS}`)).toHaveLength(2);
});

test('a program takes a place by the problem’s link, sends its ticket, and then its pass', async () => {
  const gate = await startScriptedGate();
  const visitor = visitorOf(gate.url, planOf({ kind: 'program' }));
  const visit = visitor.run();
  await expect.poll(() => visitor.record.sightings.length).toBeGreaterThan(2);
  gate.serving = 1;
  expect((await visit).outcome).toBe('registered');
  expect(gate.paths().filter((path) => path === 'POST /.headgate/rooms/event-4711/tickets')).toHaveLength(1);
  const step = gate.asked.find(({ path }) => path === '/ereg/step/2')!;
  expect(step.headers['headgate-pass']).toMatch(/^x\./);
  expect(step.headers.cookie).toBeUndefined();
});

test('a program that joins first asks for nothing before it is called', async () => {
  const gate = await startScriptedGate();
  gate.serving = 1;
  const plan = planOf({ kind: 'program', joinsFirst: 'event-4711', fillsForm: false, leaves: false });
  expect((await visitorOf(gate.url, plan).run()).outcome).toBe('left');
  expect(gate.paths()).toEqual(['POST /.headgate/rooms/event-4711/tickets', `GET ${ADDRESS}`]);
});

test('a claim that is refused after the call is counted', async () => {
  const gate = await startScriptedGate();
  gate.serving = 1;
  gate.refusals = 2;
  const record = await visitorOf(gate.url, planOf()).run();
  expect(record).toMatchObject({ outcome: 'registered', refusedClaims: 2 });
});

test('a no-show takes a number and never comes', async () => {
  const gate = await startScriptedGate();
  const record = await visitorOf(gate.url, planOf({ givesUpAfterPolls: 0 })).run();
  expect(record).toMatchObject({ outcome: 'no-show', number: 1, admittedAtMs: null });
  expect(gate.paths()).toEqual([`GET ${ADDRESS}`]);
});

test('a visitor gives up when the platform fails again and again', async () => {
  const platform = await startQuickPlatform();
  Object.assign(platform.mode, { answer: '503' });
  const record = await visitorOf(platform.url, planOf({ retries: 1 })).run();
  expect(record).toMatchObject({ outcome: 'gave-up', admittedAtMs: null });
  expect(platform.books.stats().requests).toBe(2);
});

test('the end of the run stops everybody, those who wait and those who have not come yet', async () => {
  const gate = await startScriptedGate();
  const over = new AbortController();
  const crowd = sendCrowd({
    base: gate.url,
    count: 20,
    overMs: 10_000,
    seed: 3,
    plan: () => planOf(),
    signal: over.signal,
  });
  await expect.poll(() => tallyOf(crowd.records).phases.waiting).toBeGreaterThan(0);
  over.abort();
  expect(tallyOf(await crowd.done).outcomes).toEqual({ stopped: 20 });
});

test('the same seed sends the same visitors', () => {
  const [a, b, c] = [5, 5, 6].map((seed) => Array.from({ length: 4 }, seededRandom(seed)));
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});

test.each([404, 403, 410])(
  'a form whose pages answer %i is given up, after as many tries as a visitor has',
  async (status) => {
    const gate = await startScriptedGate();
    Object.assign(gate, { serving: 1, stepStatus: status });
    const visitor = visitorOf(gate.url, planOf({ retries: 1, leaves: false }));
    expect((await visitor.run()).outcome).toBe('gave-up');
    expect(gate.paths().filter((path) => path === 'GET /ereg/step/2')).toHaveLength(2);
  },
);
