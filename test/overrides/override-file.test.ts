/** Overrides on disk: written whole and for their owner alone; what is not one is named and never obeyed. */
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readOverrides,
  removeOverride,
  type StoredOverride,
  writeOverride,
} from '../../gateway/overrides/override-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

const GIVEN: StoredOverride = {
  id: 'an-id',
  room: 'event-4711',
  action: 'limit',
  limit: 0,
  reason: 'the database is slow',
  since: Date.parse('2026-12-01T15:00:00Z'),
  until: Date.parse('2026-12-01T15:30:00Z'),
};
const written = (change: object) =>
  JSON.stringify({
    ...{ headgate: 'override', version: 1, ...GIVEN },
    ...{ since: '2026-12-01T15:00:00.000Z', until: '2026-12-01T15:30:00.000Z' },
    ...change,
  });

describe('an override file', () => {
  it('is read as it was written, and only its owner can', async () => {
    const folder = join(await tempFolder(), 'overrides');
    expect(await readOverrides(folder)).toEqual({ overrides: [], damaged: [] });
    const file = await writeOverride(folder, GIVEN);
    expect(file).toBe(join(folder, 'event-4711.json'));
    expect([(await stat(file)).mode & 0o777, (await stat(folder)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await readdir(folder)).toEqual(['event-4711.json']);
    expect(await readOverrides(folder)).toEqual({ overrides: [GIVEN], damaged: [] });
    await removeOverride(folder, 'event-4711');
    await removeOverride(folder, 'event-4711');
    expect((await readOverrides(folder)).overrides).toEqual([]);
  });

  it.each([
    ['cut', written({}).slice(0, 60)],
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['of another version', written({ version: 2 })],
    ['another document', written({ headgate: 'backup' })],
    ['of another room', written({ room: 'event-2' })],
    ['without an id', written({ id: undefined })],
    ['without a reason', written({ reason: undefined })],
    ['of an unknown action', written({ action: 'open' })],
    ['of a limit below 0', written({ limit: -1 })],
    ['without its limit', written({ limit: null })],
    ['of no time', written({ until: 'later' })],
    ['that ends before it begins', written({ until: '2026-12-01T14:00:00Z' })],
    ['longer than a day', written({ until: '2026-12-02T15:00:01Z' })],
    ['huge', written({ reason: 'x'.repeat(20_000) })],
  ])('%s is damaged, and the others hold', async (_what, text) => {
    const folder = await tempFolder();
    await writeOverride(folder, { ...GIVEN, room: 'good' });
    await writeFile(join(folder, 'event-4711.json'), text);
    const { overrides, damaged } = await readOverrides(folder);
    expect(overrides.map(({ room }) => room)).toEqual(['good']);
    expect(damaged.map(({ file }) => file)).toEqual([join(folder, 'event-4711.json')]);
  });

  it('what only looks like a file is no more than damaged', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'event-1.json'));
    await writeFile(join(folder, 'a note.txt'), 'nothing of ours');
    await writeFile(join(folder, '.event-2.json.77.part'), 'half');
    const { overrides, damaged } = await readOverrides(folder);
    expect([overrides, damaged.map(({ room }) => room)]).toEqual([[], ['event-1']]);
  });
});
