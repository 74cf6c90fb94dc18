/** Laws of revisions: what a file, an operator, a pin and another life of the process make of the active configuration. */
import { expect, it } from 'vitest';
import { createPublishing } from '../../admin/control/publishing.ts';
import { AdminError } from '../../admin/errors.ts';
import type { Actor } from '../../admin/words.ts';
import { createMemoryLink } from '../../gateway/control/memory-link.ts';
import { complete } from '../config/marked-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { CONFIG, handClock, load, openAdmin, openStage, RULES, type Stage } from './control-stage.ts';

const OPERATOR: Actor = { name: 'token:ops', role: 'operator', rooms: null };
const NEXT = `${CONFIG}log: { level: warn }\n`;
const DEED = { by: OPERATOR.name, reason: 'a try' };

const create = ({ admin }: Stage, text: string) =>
  admin.revisions.changes.create(OPERATOR, text, 'a try').revision.number;
const activate = (stage: Stage, text = NEXT) => {
  const { changes, active } = stage.admin.revisions;
  return changes.activate(create(stage, text), 'none', DEED, active.tag()).revision.number;
};
const refused = (act: () => unknown): AdminError => {
  try {
    act();
  } catch (error) {
    if (error instanceof AdminError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};
const active = ({ admin }: Stage) => admin.revisions.active.active();

it('the first start makes the file revision 1, or what its number says', async () => {
  expect(active(await openStage([]))).toEqual({ number: 1, config: CONFIG });
  expect(active(await openStage([], `revision: 7\n${CONFIG}`)).number).toBe(7);
});

it('a start with the same file leaves the active revision, one with another file makes a new one', async () => {
  const stage = await openStage(['a']);
  activate(stage);
  await stage.restartAdmin(CONFIG);
  expect(active(stage)).toEqual({ number: 2, config: NEXT });
  await stage.restartAdmin(`${CONFIG}log: { level: error }\n`);
  expect(active(stage)).toMatchObject({ number: 3 });
  const { table } = stage.admin.revisions;
  expect(table.find(3)).toMatchObject({ source: 'file', parent: 2, state: 'active' });
  expect([1, 3].map((number) => table.find(number)?.reason)).toEqual([
    expect.stringMatching(/^the first start with \S+$/),
    expect.stringMatching(/^\S+ changed$/),
  ]);
});

it('a start without a file keeps what is active', async () => {
  const stage = await openStage(['a']);
  activate(stage);
  stage.admin.abandon();
  stage.admin = await openAdmin(stage.folder, stage.link, stage.clock);
  stage.admin.revisions.start(load(CONFIG), null);
  expect(active(stage).number).toBe(2);
});

it('every fault of a configuration is told with its place, and nothing is made', async () => {
  const stage = await openStage([]);
  const text = CONFIG.replace('room: platform }', 'room: platfrom }').replace('bypass', 'bypas');
  const { code, faults } = refused(() => create(stage, text));
  expect(code).toBe('HG_REVISION_INVALID');
  expect(faults.map(({ path }) => path)).toEqual(['rules[0].action', 'rules[1].room']);
  expect(stage.admin.revisions.table.highest()).toBe(1);
});

it('a change that needs a restart is refused by name', async () => {
  const stage = await openStage([]);
  const { faults } = refused(() => create(stage, `${CONFIG}prefix: /.gate\n`));
  expect(faults.map(({ path }) => path)).toEqual(['prefix']);
  const taken = stage.admin.revisions.takeFile(load(`${CONFIG}prefix: /.gate\n`));
  expect(taken).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/these need a restart: prefix changed/),
  });
});

it('a file that is read again becomes a revision once', async () => {
  const { admin } = await openStage([]);
  const next = load(NEXT);
  expect(admin.revisions.takeFile(next)).toEqual({
    kind: 'reloaded',
    revision: 2,
    warnings: next.warnings.length,
  });
  expect(admin.revisions.takeFile(next)).toMatchObject({ kind: 'reloaded', revision: 2 });
  expect(admin.revisions.table.highest()).toBe(2);
});

it('of two operators who read the same, the second is told that it changed', async () => {
  const stage = await openStage(['a']);
  const { changes, active: present } = stage.admin.revisions;
  const [one, other] = [create(stage, NEXT), create(stage, `${CONFIG}log: { level: error }\n`)];
  const tag = present.tag();
  changes.activate(one, 'none', DEED, tag);
  expect(refused(() => changes.activate(other, 'none', DEED, tag)).code).toBe('HG_PRECONDITION_FAILED');
  expect(active(stage).number).toBe(one);
});

it('while one is staged another one must wait, whoever asks', async () => {
  const stage = await openStage(['a', 'b']);
  const { changes, active: present } = stage.admin.revisions;
  changes.activate(create(stage, NEXT), 'gateways', DEED, present.tag());
  const other = create(stage, `${CONFIG}log: { level: error }\n`);
  expect(present.tag()).toBe('1+2');
  expect(refused(() => changes.activate(other, 'none', DEED, '1+2')).code).toBe('HG_ACTIVATION_RUNNING');
  await expect(changes.amend(OPERATOR, 'x', () => {})).rejects.toMatchObject({
    code: 'HG_ACTIVATION_RUNNING',
  });
});

it('no gateway, no stages', async () => {
  const stage = await openStage([]);
  const { changes, active: present } = stage.admin.revisions;
  const number = create(stage, NEXT);
  expect(refused(() => changes.activate(number, 'gateways', DEED, present.tag())).code).toBe('HG_NO_GATEWAY');
});

it('a revision below one that rooms know begins a new life with a higher number', async () => {
  const stage = await openStage(['a']);
  const { changes, active: present, table } = stage.admin.revisions;
  const older = create(stage, NEXT);
  const newer = activate(stage, `${CONFIG}log: { level: error }\n`);
  const again = changes.activate(older, 'none', DEED, present.tag()).revision;
  expect(again.number).toBeGreaterThan(newer);
  expect(again).toMatchObject({ config: NEXT, parent: older });
  expect(table.find(newer)?.state).toBe('replaced');
});

it('a rollback is a new, higher revision with the text of the one before, asked once or twice', async () => {
  const stage = await openStage(['a']);
  activate(stage);
  const { changes, table } = stage.admin.revisions;
  expect(changes.rollback(2, DEED)).toMatchObject({
    number: 3,
    config: CONFIG,
    rollbackOf: 2,
    state: 'active',
  });
  expect(changes.rollback(2, DEED).number).toBe(3);
  expect(table.find(2)?.state).toBe('rolled-back');
  expect(refused(() => changes.rollback(1, DEED)).code).toBe('HG_CONFLICT');
});

it('a staged revision is rolled back by one call, and nobody goes on with it', async () => {
  const stage = await openStage(['a', 'b']);
  const { changes, active: present } = stage.admin.revisions;
  changes.activate(create(stage, NEXT), 'gateways', DEED, present.tag());
  await stage.play(3);
  changes.rollback(2, DEED);
  await stage.play(40);
  expect(stage.gateways.map(({ report }) => report.revision)).toEqual([3, 3]);
});

it('amends one value of the active text and keeps its comments', async () => {
  const stage = await openStage(['a'], `# of the autumn\n${CONFIG}`);
  const { changes } = stage.admin.revisions;
  await changes.amend(OPERATOR, 'crowd', (document) =>
    document.setIn(['rooms', 'platform', 'limits', 'sessions'], 5),
  );
  expect(active(stage).config).toMatch(/# of the autumn/);
  expect(stage.admin.revisions.active.settings().rooms.platform?.limits.sessions).toBe(5);
  expect(stage.admin.revisions.table.find(2)).toMatchObject({ source: 'room', author: 'token:ops' });
});

it('does not amend what is pinned', async () => {
  const stage = await openStage(['a']);
  const path = 'rooms.platform.limits.sessions';
  stage.admin.pins.set({ path, value: 9, reason: 'agreed', by: 'token:ops' });
  const change = stage.admin.revisions.changes.amend(OPERATOR, 'crowd', (document) =>
    document.setIn(path.split('.'), 5),
  );
  await expect(change).rejects.toMatchObject({ code: 'HG_CONFLICT' });
  expect(active(stage).number).toBe(1);
});

it('an override on a gateway is noted once among the revisions', async () => {
  const stage = await openStage(['a', 'b']);
  const until = '2026-01-01T00:10:00.000Z';
  for (const { report } of stage.gateways)
    report.overrides = [
      {
        room: 'platform',
        action: 'pause',
        limit: null,
        reason: 'flood',
        since: '2026-01-01T00:00:00.000Z',
        until,
      },
    ];
  await stage.play(3);
  const noted = stage.admin.revisions.table.page(null, 10).filter(({ source }) => source === 'override');
  expect(noted).toMatchObject([
    { state: 'noted', reason: expect.stringMatching(/override platform pause.*flood/) },
  ]);
  expect(active(stage).number).toBe(1);
});

it('what the link forgets is published again within a second', async () => {
  const stage = await openStage(['a']);
  const { publishing, publisher } = stage.admin;
  const empty = createMemoryLink(stage.clock);
  const { published, publishedMark, publish } = empty;
  Object.assign(stage.link, { published, publishedMark, publish });
  expect(await stage.link.published(0)).toBeNull();
  await publishing.round();
  expect(await stage.link.published(0)).toEqual(publisher.current());
});

it('what somebody else published under the same serial is replaced', async () => {
  const stage = await openStage(['a']);
  const { publishing, publisher } = stage.admin;
  const own = publisher.current();
  const other = createMemoryLink(stage.clock);
  await other.publish({ ...own, at: '2020-01-01T00:00:00.000Z', active: { number: 1, config: NEXT } });
  const { published, publishedMark, publish } = other;
  Object.assign(stage.link, { published, publishedMark, publish });
  await publishing.round();
  await publishing.round();
  expect(publisher.current().serial).toBe(own.serial + 1);
  expect(await stage.link.published(0)).toEqual(publisher.current());
});

it('a lost disk costs nothing that was published: revision, pins and messages are taken over', async () => {
  const stage = await openStage(['a']);
  const { pins, publisher } = stage.admin;
  activate(stage);
  pins.set({ path: 'rules.reinstalled.enabled', value: false, reason: 'removed', by: 'token:ops' });
  publisher.change({
    messages: [{ id: 'm', room: null, at: '2026-01-01T00:00:00.000Z', text: 'hello', severity: 'info' }],
  });
  await stage.play(1);
  stage.admin.abandon();
  stage.folder = await tempFolder();
  stage.admin = await openAdmin(stage.folder, stage.link, stage.clock);
  await stage.admin.publishing.round();
  stage.admin.revisions.start(load(CONFIG), 'headgate.yaml');
  expect(active(stage)).toEqual({ number: 2, config: NEXT });
  expect(stage.admin.publisher.current()).toMatchObject({
    pins: [{ path: 'rules.reinstalled.enabled' }],
    messages: [{ id: 'm' }],
  });
  expect(stage.admin.actions()).toContain('revision.adopt');
});

it('a link that was not reached at the start is taken over when it is', async () => {
  const stage = await openStage(['a']);
  activate(stage);
  await stage.play(1);
  stage.admin.abandon();
  const { link } = stage;
  const { publishedMark } = link;
  link.publishedMark = () => Promise.reject(new Error('cut'));
  stage.admin = await openAdmin(await tempFolder(), link, stage.clock);
  await stage.admin.publishing.round();
  stage.admin.revisions.start(load(CONFIG), 'headgate.yaml');
  expect(active(stage).number).toBe(1);
  link.publishedMark = publishedMark;
  await stage.admin.publishing.round();
  expect(active(stage)).toEqual({ number: 2, config: NEXT });
});

it('goes above serials and numbers that gateways know from a life that nobody else remembers', async () => {
  const stage = await openStage(['a']);
  const [gateway] = stage.gateways;
  if (!gateway) throw new Error('a gateway plays');
  gateway.tick = async () => {
    await stage.link.report({ ...gateway.report, serial: 50, revision: 12, wallMs: stage.clock.wallMs() });
  };
  await stage.play(3);
  const { serial, active: present } = stage.admin.publisher.current();
  expect(serial).toBeGreaterThan(50);
  expect(present).toEqual({ number: 13, config: CONFIG });
});

it('a change that the disk refuses is not published', async () => {
  const stage = await openStage(['a']);
  const { data, publisher } = stage.admin;
  const before = publisher.current();
  expect(() =>
    data.transaction(() => {
      publisher.change({ fileHash: 'new' });
      expect(publisher.current().fileHash).toBe('new');
      throw new Error('the disk is full');
    }),
  ).toThrow('full');
  expect(publisher.current()).toEqual(before);
});

it('passwords of the store are no part of a revision', async () => {
  const redis = `store: { kind: redis, url: "redis://user:hunter2@127.0.0.1:6379", password: hunter3 }\n`;
  const stage = await openStage([], `${redis}${complete(RULES)}`);
  expect(active(stage).config).not.toMatch(/hunter/);
  expect(stage.admin.revisions.takeFile(load(`${redis}${complete(RULES)}log: { level: warn }\n`)).kind).toBe(
    'reloaded',
  );
});

it('an answer of the link that is late makes no second admin process', async () => {
  const clock = handClock();
  const link = createMemoryLink(clock);
  let asked = 0;
  link.holdAdmin = async () => {
    if (asked++ === 0) throw new Error('Command timed out');
    return { kind: 'taken', by: 'host-2 process 9' };
  };
  const { publisher, log, revisions } = await openAdmin(await tempFolder(), link, clock);
  const patience = { roundMs: 1, patienceMs: 5 };
  const { adopt } = revisions;
  const publishing = createPublishing({ publisher, link, log, name: 'x', adopt, ...patience });
  await expect(publishing.start()).rejects.toMatchObject({ code: 'HG_ADMIN_RUNNING' });
});

it('a second admin process is told which one runs, and publishes nothing', async () => {
  const clock = handClock();
  const link = createMemoryLink(clock);
  link.holdAdmin = async () => ({ kind: 'taken', by: 'host-2 process 9' });
  const { publisher, log, revisions } = await openAdmin(await tempFolder(), link, clock);
  revisions.start(load(CONFIG), 'headgate.yaml');
  const patience = { roundMs: 1, patienceMs: 5 };
  const publishing = createPublishing({
    publisher,
    link,
    log,
    name: 'x',
    adopt: revisions.adopt,
    ...patience,
  });
  await expect(publishing.start()).rejects.toMatchObject({
    code: 'HG_ADMIN_RUNNING',
    message: expect.stringMatching(/host-2 process 9/),
  });
  expect(await link.published(0)).toBeNull();
});
