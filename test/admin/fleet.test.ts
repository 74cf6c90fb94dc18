/** Laws of the fleet: who is there, who fell silent, and what gateways answer. */
import { expect, it } from 'vitest';
import { openStage } from './control-stage.ts';

const names = (heard: readonly { report: { gateway: string } }[]) =>
  heard.map(({ report }) => report.gateway);

it('knows live gateways by name, and silent ones after 5 s', async () => {
  const stage = await openStage(['b', 'a']);
  expect(names(stage.admin.fleet.gateways())).toEqual(['a', 'b']);
  for (const gateway of stage.gateways) gateway.isDead = gateway.report.gateway === 'a';
  await stage.play(4);
  expect(names(stage.admin.fleet.gateways())).toEqual(['a', 'b']);
  await stage.play(2);
  expect(names(stage.admin.fleet.gateways())).toEqual(['b']);
  expect(names(stage.admin.fleet.silent())).toEqual(['a']);
});

it('a wall clock that jumps makes nobody silent', async () => {
  const stage = await openStage(['a']);
  stage.clock.wallMs = () => 1_800_000_000_000 + stage.clock.ms;
  await stage.play(2);
  expect(names(stage.admin.fleet.gateways())).toEqual(['a']);
});

it('a gateway that says goodbye is gone at once', async () => {
  const stage = await openStage(['a', 'b']);
  for (const gateway of stage.gateways) gateway.isDead = gateway.report.gateway === 'a';
  await stage.link.forget('a');
  await stage.play(0.5);
  expect(names(stage.admin.fleet.gateways())).toEqual(['b']);
  expect(stage.admin.fleet.silent()).toEqual([]);
});

it('a command is answered by every gateway, and stands in the document no longer than it must', async () => {
  const stage = await openStage(['a', 'b']);
  for (const gateway of stage.gateways)
    gateway.answer = () => ({ kind: 'done', value: gateway.report.gateway });
  const ask = stage.admin.fleet.command({ kind: 'views', rooms: [] }, 'all');
  await stage.play(2);
  expect([...(await ask)]).toEqual([
    ['a', { kind: 'done', value: 'a' }],
    ['b', { kind: 'done', value: 'b' }],
  ]);
  await stage.play(6);
  const later = stage.admin.fleet.command({ kind: 'views', rooms: [] }, { gateway: 'a' });
  expect(stage.admin.publisher.current().commands).toHaveLength(1);
  await stage.play(2);
  expect([...(await later)]).toEqual([['a', { kind: 'done', value: 'a' }]]);
});

it('who says nothing in time answered null; nobody waits for who is not there', async () => {
  const stage = await openStage(['a', 'b']);
  for (const gateway of stage.gateways) {
    gateway.answer = () => ({ kind: 'done', value: null });
    gateway.isDead = gateway.report.gateway === 'b';
  }
  const ask = stage.admin.fleet.command({ kind: 'views', rooms: [] }, 'all');
  await stage.play(6);
  expect((await ask).get('b')).toBeNull();
  expect([...(await stage.admin.fleet.command({ kind: 'views', rooms: [] }, { gateway: 'x' }))]).toEqual([
    ['x', null],
  ]);
});

it('a command expires by the link’s clock, whatever this machine’s says', async () => {
  const stage = await openStage(['a']);
  const aheadMs = 3_600_000;
  stage.link.nowMs = async () => stage.clock.wallMs() + aheadMs;
  const { reports } = stage.link;
  stage.link.reports = async (within) =>
    (await reports(within)).map((heard) => ({ ...heard, heardMs: heard.heardMs + aheadMs }));
  await stage.play(1);
  const asked = stage.admin.fleet.command({ kind: 'views', rooms: [] }, 'all');
  const [command] = stage.admin.publisher.current().commands;
  expect((command?.expiresAtMs ?? 0) - (await stage.link.nowMs())).toBe(5_000);
  await stage.play(6);
  await asked;
});
