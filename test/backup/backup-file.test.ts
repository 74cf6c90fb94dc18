/** The backup's file: what was written is read, whatever else is refused by what is wrong with it. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBackup, writeBackup } from '../../gateway/backup/backup-file.ts';
import type { BackupHead } from '../../gateway/backup/words.ts';
import { createRoom, type Room } from '../../gateway/line/room.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HEAD: BackupHead = {
  at: '2026-12-01T15:00:00.000Z',
  store: 'embedded',
  config: { file: 'headgate.yaml', revision: 3, text: 'rooms:\n  "sha256": {}\n' },
  nextEpoch: 4,
  keys: { 'draw.secret': 'secret\n"sha256":\n' },
};

async function* rooms(...names: string[]): AsyncGenerator<Room> {
  for (const name of names) {
    const room = createRoom(name, 2);
    room.lanes.default!.issued = 17;
    yield room;
  }
}

let folder: string;
let text: string;

beforeAll(async () => {
  folder = await tempFolder();
  await writeBackup(join(folder, 'b.json'), HEAD, rooms('event-1', 'event-2'));
  text = await readFile(join(folder, 'b.json'), 'utf8');
});

describe('a backup’s file', () => {
  it.each(['b.json', 'b.json.gz'])('%s is read as it was written, by its owner alone', async (name) => {
    const path = join(folder, name);
    await writeBackup(path, HEAD, rooms('event-1', 'event-2'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const read = await readBackup(path);
    expect(read.ok && read.backup).toMatchObject(HEAD);
    expect(
      read.ok && read.backup.rooms.map((room) => [room.name, room.epoch, room.lanes.default!.issued]),
    ).toEqual([
      ['event-1', 2, 17],
      ['event-2', 2, 17],
    ]);
  });

  it('is one JSON document, packed or not', async () => {
    await writeBackup(join(folder, 'c.gz'), HEAD, rooms('event-1'));
    const packed = await readFile(join(folder, 'c.gz'));
    expect(JSON.parse(gunzipSync(packed).toString()).headgate).toBe('backup');
    expect(JSON.parse(text).rooms).toHaveLength(2);
  });

  it('that holds no room is read, too', async () => {
    await writeBackup(join(folder, 'empty'), { ...HEAD, keys: null }, rooms());
    const read = await readBackup(join(folder, 'empty'));
    expect(read.ok && [read.backup.rooms, read.backup.keys]).toEqual([[], null]);
  });

  it.each<[string, (text: string) => string | Buffer, RegExp]>([
    ['cut in the middle', (whole) => whole.slice(0, -80), /not one JSON document/],
    ['empty', () => '', /not one JSON document/],
    ['with one digit changed', (whole) => whole.replace('"issued":17', '"issued":18'), /checksum/],
    ['with a room taken out', (whole) => whole.replace(/,\n\{.*\}\n\]/, '\n]'), /checksum/],
    ['written again by hand', (whole) => JSON.stringify(JSON.parse(whole), null, 2), /checksum/],
    [
      'of a later version',
      (whole) => whole.replace('"version":1', '"version":2'),
      /version 2; this Headgate reads version 1/,
    ],
    ['without a version', (whole) => whole.replace('"version":1,', ''), /version undefined/],
    ['another document of ours', () => '{"headgate":"override","version":1}', /no backup/],
    ['a list', () => '[]', /no backup/],
    ['packed and cut', () => Buffer.from([0x1f, 0x8b, 8, 0, 0]), /cannot be unpacked/],
  ])('%s is refused', async (_what, change, says) => {
    const path = join(folder, 'bad');
    await writeFile(path, change(text));
    expect(await readBackup(path)).toEqual({ ok: false, why: expect.stringMatching(says) });
  });

  it('that cannot be finished leaves nothing behind', async () => {
    const into = await tempFolder();
    async function* broken(): AsyncGenerator<Room> {
      yield* rooms('event-1');
      throw new Error('the store is gone');
    }
    await expect(writeBackup(join(into, 'b.json'), HEAD, broken())).rejects.toThrow('the store is gone');
    await expect(writeBackup(join(into, 'no', 'b.json'), HEAD, rooms())).rejects.toThrow('ENOENT');
    expect(await readdir(into)).toEqual([]);
  });
});
