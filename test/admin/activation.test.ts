/** Laws of a staged activation: one gateway first, and back by itself where it does worse. */
import { expect, it } from 'vitest';
import type { Actor } from '../../admin/words.ts';
import { CONFIG, openStage, type Stage } from './control-stage.ts';

const OPERATOR: Actor = { name: 'token:ops', role: 'operator', rooms: null };
const NEXT = `${CONFIG}log: { level: warn }\n`;
const activate = (stage: Stage, text = NEXT, how: 'gateways' | 'none' = 'gateways') => {
  const { changes, active } = stage.admin.revisions;
  const { number } = changes.create(OPERATOR, text, 'a try').revision;
  return changes.activate(number, how, { by: OPERATOR.name, reason: 'a try' }, active.tag()).revision.number;
};
const running = (stage: Stage) => stage.gateways.map(({ report }) => report.revision);
const isSettled = (stage: Stage) => stage.admin.publisher.current().staged === null;
const stateOf = (stage: Stage, number: number) => stage.admin.revisions.table.find(number)?.state;

it('goes to one of three gateways, then to two, then to all, within a minute', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  expect(activate(stage)).toBe(2);
  await stage.play(3);
  expect(running(stage).filter((revision) => revision === 2)).toHaveLength(1);
  await stage.play(15);
  expect(running(stage).filter((revision) => revision === 2)).toHaveLength(2);
  expect(await stage.play(40, () => running(stage).every((revision) => revision === 2))).toBeLessThan(40);
  expect(stage.admin.revisions.active.active().number).toBe(2);
  expect(stateOf(stage, 1)).toBe('replaced');
});

it('goes by a single gateway for its time, then it is active', async () => {
  const stage = await openStage(['a']);
  activate(stage);
  await stage.play(14);
  expect(isSettled(stage)).toBe(false);
  await stage.play(5);
  expect(isSettled(stage)).toBe(true);
  expect(stage.admin.revisions.active.active().number).toBe(2);
});

it('a revision that makes 5 % fail is taken back within 15 s, and no other gateway ever ran it', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  await stage.play(30);
  for (const gateway of stage.gateways) gateway.failing = (revision) => (revision === 2 ? 0.05 : 0);
  activate(stage);
  expect(await stage.play(15, () => isSettled(stage))).toBeLessThan(15);
  await stage.play(3);
  expect(running(stage)).toEqual([3, 3, 3]);
  expect(stage.gateways.filter(({ ran }) => ran.includes(2))).toHaveLength(1);
  expect(stateOf(stage, 2)).toBe('rolled-back');
  const taken = stage.admin.revisions.table.find(3);
  expect(taken).toMatchObject({ source: 'rollback', author: 'headgate', rollbackOf: 2, config: CONFIG });
  expect(taken?.reason).toMatch(/5\.0 % of its requests failed/);
  expect(stage.admin.actions()).toEqual(expect.arrayContaining(['revision.stage', 'revision.rollback']));
});

it('what ails all gateways alike is not the revision', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  for (const gateway of stage.gateways) gateway.failing = () => 0.05;
  await stage.play(30);
  activate(stage);
  await stage.play(40);
  expect(running(stage)).toEqual([2, 2, 2]);
});

it('a revision that makes answers three times as slow is taken back', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  await stage.play(30);
  for (const gateway of stage.gateways) gateway.latencyMs = (revision) => (revision === 2 ? 100 : 20);
  activate(stage);
  await stage.play(25);
  expect(stateOf(stage, 2)).toBe('rolled-back');
  expect(stage.admin.revisions.table.find(3)?.reason).toMatch(/95 % of its answers/);
});

it('without requests there is no verdict: it goes on after its time, and says so', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  for (const gateway of stage.gateways) gateway.perSecond = 0;
  activate(stage);
  await stage.play(40);
  expect(running(stage)).toEqual([2, 2, 2]);
  const steps = stage.admin.revisions.table.journal(2);
  expect(steps.find(({ step }) => step === 'widen')?.detail).toMatch(/too few to judge/);
});

it('is taken back with the reason when the first gateway refuses it', async () => {
  const stage = await openStage(['a', 'b']);
  for (const gateway of stage.gateways)
    gateway.refuses = (revision) => (revision === 2 ? 'rooms.x: no such file' : null);
  activate(stage);
  await stage.play(5);
  expect(running(stage)).toEqual([3, 3]);
  expect(stage.admin.revisions.table.find(3)?.reason).toMatch(/a refused it: rooms\.x: no such file/);
});

it.each(['dies', 'is started again'])('is taken back when the first gateway %s', async (how) => {
  const stage = await openStage(['a', 'b', 'c']);
  activate(stage);
  await stage.play(3);
  const first = stage.gateways.find(({ report }) => report.revision === 2);
  if (!first) throw new Error('nobody runs it');
  if (how === 'dies') first.isDead = true;
  else first.report.startedAt = '2026-01-01T01:00:00.000Z';
  await stage.play(8);
  expect(stateOf(stage, 2)).toBe('rolled-back');
  expect(stage.gateways.filter(({ ran }) => ran.includes(2))).toEqual([first]);
  expect(stage.admin.revisions.active.active().number).toBe(3);
});

it('a gateway that dies later, or is new, just follows', async () => {
  const stage = await openStage(['a', 'b', 'c', 'd']);
  activate(stage);
  await stage.play(19);
  const [, second] = stage.gateways.filter(({ report }) => report.revision === 2);
  if (!second) throw new Error('one gateway runs it');
  second.isDead = true;
  await stage.play(30);
  second.isDead = false;
  await stage.play(2);
  expect(running(stage)).toEqual([2, 2, 2, 2]);
});

it('an admin process that is killed in between goes on in the next one', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  activate(stage);
  await stage.play(10);
  await stage.restartAdmin();
  await stage.play(45);
  expect(running(stage)).toEqual([2, 2, 2]);
});

it('killed together with the first gateway, it leaves the revision before', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  activate(stage);
  await stage.play(5);
  const first = stage.gateways.find(({ report }) => report.revision === 2);
  if (!first) throw new Error('nobody runs it');
  first.isDead = true;
  await stage.restartAdmin();
  await stage.play(15);
  expect(stateOf(stage, 2)).toBe('rolled-back');
  expect(stage.admin.revisions.active.active()).toMatchObject({ number: 3, config: CONFIG });
  expect(isSettled(stage)).toBe(true);
});

it('waits while the gateways cannot be heard, and goes on when they are', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  activate(stage);
  await stage.play(5);
  const { reports } = stage.link;
  stage.link.reports = () => Promise.reject(new Error('cut'));
  for (const gateway of stage.gateways) gateway.isDead = true;
  await stage.play(20);
  expect(isSettled(stage)).toBe(false);
  stage.link.reports = reports;
  await stage.admin.fleet.round();
  expect(isSettled(stage)).toBe(false);
  for (const gateway of stage.gateways) gateway.isDead = false;
  await stage.play(45);
  expect(running(stage)).toEqual([2, 2, 2]);
});

it('says whether the platform recovered, route by route', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  await stage.play(30);
  for (const gateway of stage.gateways) gateway.failing = (revision) => (revision === 2 ? 0.2 : 0);
  activate(stage);
  await stage.play(15, () => isSettled(stage));
  const { recoveries } = stage.admin.revisions;
  expect(recoveries.of(2)?.recovered).toBeNull();
  await stage.play(10);
  expect(recoveries.of(2)).toMatchObject({
    recovered: true,
    routes: [{ host: 'register.example.com', before: 0, after: 0, recovered: true }],
  });
  expect(stage.admin.events.at(-1)?.summary).toMatch(/recovered/);
});

it('what still fails when the bad time is over has not recovered', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  await stage.play(30);
  for (const gateway of stage.gateways) gateway.failing = (revision) => (revision >= 2 ? 0.2 : 0);
  activate(stage);
  await stage.play(15, () => isSettled(stage));
  await stage.play(80);
  expect(stage.admin.revisions.recoveries.of(2)?.recovered).toBe(false);
});
