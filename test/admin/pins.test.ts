/** Laws of pins: they hold over files, deploys and restarts until they are lifted. */
import { expect, it } from 'vitest';
import { AdminError } from '../../admin/errors.ts';
import { CONFIG, load, openStage, type Stage } from './control-stage.ts';

const PIN = {
  path: 'rules.reinstalled.enabled',
  value: false,
  reason: 'removed in September',
  by: 'token:ops',
};
const isEnabled = ({ admin }: Stage) =>
  admin.revisions.active.settings().rules.find(({ name }) => name === 'reinstalled')?.enabled;
const faultOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof AdminError && error.code === 'HG_REVISION_INVALID')
      return error.faults[0]?.message ?? '';
    throw error;
  }
  throw new Error('it was taken');
};

it('a pin survives a deploy that brings the rule back, and a restart; the deploy is told', async () => {
  const stage = await openStage(['a']);
  stage.admin.pins.set(PIN);
  expect(isEnabled(stage)).toBe(false);
  await stage.restartAdmin(CONFIG.replace('room: platform }', 'room: platform, enabled: true }'));
  expect(isEnabled(stage)).toBe(false);
  expect(stage.admin.revisions.active.active().number).toBe(2);
  expect(stage.admin.actions()).toContain('pin.contradicted');
  expect(stage.admin.said.join()).toMatch(
    /headgate\.yaml:3 contradicts the pin on rules\.reinstalled\.enabled/,
  );
});

it('a pin is published with its reason, and lifted the value of the revision holds again', async () => {
  const stage = await openStage(['a']);
  const { id } = stage.admin.pins.set(PIN);
  expect(stage.admin.publisher.current().pins).toMatchObject([PIN]);
  expect(stage.admin.pins.lift(id, 'token:ops', 'it is mended')).toBe(true);
  expect(stage.admin.pins.lift(id, 'token:ops', 'twice')).toBe(false);
  expect(isEnabled(stage)).toBe(true);
});

it('there is one pin a path', async () => {
  const stage = await openStage(['a']);
  stage.admin.pins.set(PIN);
  stage.admin.pins.set({ ...PIN, value: true });
  expect(stage.admin.pins.all()).toMatchObject([{ value: true }]);
});

it.each([
  ['rules.nobody.enabled', false, /nothing of this name; rules has assets, reinstalled/],
  ['rooms.elsewhere.mode', 'observe', /nothing of this name; rooms has platform/],
  ['rooms.platform.limits.sessions', -1, /must be at least 0/],
  ['rooms.platform.limits.sesions', 1, /is not a known key/],
  ['rules.reinstalled', {}, /on one value of it/],
  ['listen.gateway.port', 1, /a pin is on rules/],
  ['rules.reinstalled.__proto__', {}, /./],
  ['default.constructor.x', 1, /./],
])('refuses %s: %j', async (path, value, message) => {
  const stage = await openStage([]);
  expect(faultOf(() => stage.admin.pins.set({ ...PIN, path, value }))).toMatch(message);
  expect(stage.admin.pins.all()).toEqual([]);
});

it('a file that cannot be read with the pins is refused and the active revision stays', async () => {
  const stage = await openStage([]);
  stage.admin.pins.set({ ...PIN, path: 'default.room', value: 'platform' });
  const other =
    'upstreams: { a: { targets: ["http://127.0.0.1:9000"] } }\nrooms: { other: {} }\ndefault: { room: other, upstream: a }\n';
  expect(stage.admin.revisions.takeFile(load(other))).toMatchObject({ kind: 'refused' });
  expect(stage.admin.revisions.active.active().number).toBe(1);
});
