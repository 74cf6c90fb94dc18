/** Laws of drift: told within 10 s, with file and line, and when it is over. */
import { expect, it } from 'vitest';
import type { DriftItem } from '../../admin/drift/words.ts';
import type { GatewayReport } from '../../gateway/control/words.ts';
import { CONFIG, openStage, type Stage } from './control-stage.ts';

const kinds = ({ admin }: Stage) => admin.drift.list(false).map(({ kind }) => kind);
const found = ({ admin }: Stage, kind: DriftItem['kind']) =>
  admin.drift.list(false).find((item) => item.kind === kind);
const reportOf = (stage: Stage, index = 0): GatewayReport => {
  const report = stage.gateways[index]?.report;
  if (!report) throw new Error('there is no such gateway');
  return report;
};
const DIFFERENCE = {
  ...{ path: 'rules.reinstalled.enabled', file: 'deploy.yaml', line: 12 },
  ...{ inFile: true, active: false },
};

it('nothing is drift where all is as it should be', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  await stage.play(20);
  expect(stage.admin.drift.list(true)).toEqual([]);
  expect(stage.admin.drift.metrics()).toMatch(/^headgate_drift 0$/m);
});

it('an activation in stages is no drift', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  const { changes, active } = stage.admin.revisions;
  const actor = { name: 'token:ops', role: 'operator', rooms: null } as const;
  const { number } = changes.create(actor, `${CONFIG}log: { level: warn }\n`, 'x').revision;
  changes.activate(number, 'gateways', { by: 'token:ops', reason: 'x' }, active.tag());
  await stage.play(40);
  expect(stage.admin.drift.list(true).filter(({ kind }) => kind !== 'file-differs')).toEqual([]);
});

it('a file that contradicts a pin is told with file, line and the pin, of one gateway of three', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  const pin = { path: DIFFERENCE.path, value: false, reason: 'removed', by: 'token:ops' };
  const { id } = stage.admin.pins.set(pin);
  reportOf(stage, 1).fileDiffers = [DIFFERENCE, { ...DIFFERENCE, path: 'log.level', line: 3 }];
  expect(await stage.play(10, () => kinds(stage).length === 2)).toBeLessThan(10);
  expect(found(stage, 'pin-contradicted')).toMatchObject({
    ...{ gateway: 'b', file: 'deploy.yaml', line: 12, pin: id, found: true, wanted: false },
    summary: expect.stringMatching(/deploy\.yaml:12 and pinned to false by token:ops \(removed\)/),
  });
  expect(found(stage, 'file-differs')).toMatchObject({ path: 'log.level', line: 3, pin: null });
});

it('the admin’s own file is compared, too', async () => {
  const stage = await openStage(['a']);
  stage.admin.pins.set({ path: DIFFERENCE.path, value: false, reason: 'removed', by: 'token:ops' });
  await stage.play(5);
  expect(found(stage, 'pin-contradicted')).toMatchObject({ gateway: null, file: 'headgate.yaml', line: 3 });
});

it('a gateway on another revision is told after 5 s and not before', async () => {
  const stage = await openStage(['a', 'b']);
  stage.gateways.forEach((gateway, index) => {
    if (index === 1) gateway.refuses = () => 'no';
  });
  await stage.play(1);
  reportOf(stage).revision = 0;
  await stage.play(4.5);
  expect(kinds(stage)).not.toContain('revision-differs');
  await stage.play(2);
  expect(found(stage, 'revision-differs')).toMatchObject({ gateway: 'a', found: 0, wanted: 1 });
});

it('a gateway that refuses a revision is told with its reason', async () => {
  const stage = await openStage(['a', 'b']);
  reportOf(stage).refused = { serial: 2, revision: 9, reason: 'no such file' };
  await stage.play(1);
  expect(found(stage, 'revision-refused')?.summary).toMatch(/no such file/);
});

it('a silent gateway is told, one that said goodbye is not', async () => {
  const stage = await openStage(['a', 'b']);
  for (const gateway of stage.gateways) gateway.isDead = true;
  await stage.link.forget('b');
  await stage.play(8);
  expect(stage.admin.drift.list(false)).toMatchObject([{ kind: 'gateway-silent', gateway: 'a' }]);
});

it('a build that is not the pinned one is told once, however many gateways see it', async () => {
  const stage = await openStage(['a', 'b']);
  stage.admin.pins.set({ path: 'upstreams.platform.build', value: '1.4', reason: 'agreed', by: 'token:ops' });
  for (const { report } of stage.gateways)
    report.builds = [
      {
        upstream: 'platform',
        target: 'http://127.0.0.1:9000',
        build: '1.5',
        seenAt: '2026-01-01T00:00:00.000Z',
      },
    ];
  await stage.play(1);
  expect(stage.admin.drift.list(false).filter(({ kind }) => kind === 'build-differs')).toMatchObject([
    { found: '1.5', wanted: '1.4' },
  ]);
});

it('a clock that is off, keys that lack, keys that differ', async () => {
  const stage = await openStage(['a', 'b', 'c']);
  reportOf(stage, 0).keys = { current: ['k2'], held: ['k1'], lacking: ['k2'] };
  reportOf(stage, 1).keys = { current: ['k1'], held: ['k1', 'k9'], lacking: [] };
  const { reports } = stage.link;
  stage.link.reports = async (within) =>
    (await reports(within)).map((heard) =>
      heard.report.gateway === 'c' ? { ...heard, clockAheadMs: 2_500 } : heard,
    );
  await stage.play(8);
  expect(found(stage, 'keys-lacking')).toMatchObject({ gateway: 'a', severity: 'critical' });
  expect(found(stage, 'keys-differ')).toMatchObject({ gateway: 'b' });
  expect(found(stage, 'clock-off')).toMatchObject({ gateway: 'c', found: 2_500 });
});

it('is over when it is: told, kept with both times, gone from the gauge', async () => {
  const stage = await openStage(['a']);
  reportOf(stage).fileDiffers = [DIFFERENCE];
  await stage.play(10);
  expect(stage.admin.drift.metrics()).toMatch(/^headgate_drift 1$/m);
  reportOf(stage).fileDiffers = [];
  await stage.play(1);
  expect(stage.admin.drift.list(false)).toEqual([]);
  expect(stage.admin.drift.list(true)).toMatchObject([
    { kind: 'file-differs', resolvedAt: expect.any(String) },
  ]);
  expect(stage.admin.events.filter(({ kind }) => kind === 'drift')).toHaveLength(2);
  expect(stage.admin.actions()).toEqual(expect.arrayContaining(['drift.opened', 'drift.resolved']));
});

it('lasts through a restart of the admin process as one item', async () => {
  const stage = await openStage(['a']);
  reportOf(stage).fileDiffers = [DIFFERENCE];
  await stage.play(2);
  const [before] = stage.admin.drift.list(false);
  await stage.restartAdmin();
  await stage.play(10);
  expect(stage.admin.drift.list(true)).toMatchObject([{ id: before?.id, firstSeen: before?.firstSeen }]);
});

it('while the link is lost that is told, and nothing is said to be over', async () => {
  const stage = await openStage(['a']);
  reportOf(stage).fileDiffers = [DIFFERENCE];
  await stage.play(10);
  stage.link.reports = () => Promise.reject(new Error('cut'));
  await stage.play(10);
  expect(kinds(stage).sort()).toEqual(['file-differs', 'link-lost']);
});

it('is seen although the disk takes nothing, and told when it does', async () => {
  const stage = await openStage(['a']);
  const { data } = stage.admin;
  data.db.exec('PRAGMA query_only = 1');
  reportOf(stage).fileDiffers = [DIFFERENCE];
  await stage.play(3);
  expect(kinds(stage)).toEqual(['file-differs']);
  expect(stage.admin.events).not.toContainEqual(expect.objectContaining({ kind: 'drift' }));
  data.db.exec('PRAGMA query_only = 0');
  await stage.play(1);
  expect(stage.admin.events).toContainEqual(expect.objectContaining({ kind: 'drift' }));
});
