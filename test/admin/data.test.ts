/** The admin's own data: a change is on the disk or nowhere, and a disk that takes nothing is told, not hidden. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { controlFile, openControlData } from '../../admin/data/open.ts';
import type { ControlData } from '../../admin/data/words.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { tempFolder } from '../support/temp-folder.ts';

const clock = { wallMs: () => 1_700_000_000_000 };
const silent = { say: () => {} };

function opened(file: string): ReturnType<typeof openControlData> {
  const data = openControlData(file, clock, silent);
  data.define('CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL) STRICT');
  return data;
}

const write = (data: ControlData, text: string) => data.db.prepare('INSERT INTO notes VALUES (?)').run(text);
const notes = (data: ControlData) =>
  data.db
    .prepare('SELECT text FROM notes')
    .all()
    .map(({ text }) => text);

/** A disk of its own, of a megabyte; null where this user may mount none. */
async function smallDisk(): Promise<string | null> {
  const folder = join(await tempFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  cleanUpLater(() => execFileSync('umount', ['-l', folder]));
  return folder;
}

describe('the data', () => {
  test('can be read by their owner alone, whatever rights the folder had', async () => {
    const file = controlFile(await tempFolder());
    mkdirSync(dirname(file), { mode: 0o755 });
    const data = opened(file);
    data.transaction(() => write(data, 'a'));
    const modes = readdirSync(dirname(file)).map((name) => statSync(join(dirname(file), name)).mode & 0o777);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    data.close();
  });

  test('are written through to the disk at each change', async () => {
    const data = opened(controlFile(await tempFolder()));
    expect(data.db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    expect(data.db.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    expect(data.db.prepare('PRAGMA foreign_keys').get()).toMatchObject({ foreign_keys: 1 });
    data.close();
  });

  test('that are damaged are put aside, told, and begun anew', async () => {
    const file = controlFile(await tempFolder());
    mkdirSync(dirname(file));
    writeFileSync(file, 'this is no database'.repeat(1_000));
    const said: string[] = [];
    const data = openControlData(file, clock, { say: (_level, _facts, message) => void said.push(message) });
    expect(data.recovered?.putAside).toBe(join(dirname(file), 'control.damaged-1700000000000.sqlite'));
    expect(said).toHaveLength(1);
    expect(readdirSync(dirname(file))).toContain('control.damaged-1700000000000.sqlite');
    expect(data.transaction(() => 1)).toBe(1);
    data.close();
    expect(opened(file).recovered).toBeNull();
  });
});

describe('a change', () => {
  test('that fails leaves nothing, and what is within it neither', async () => {
    const data = opened(controlFile(await tempFolder()));
    const change = () =>
      data.transaction(() => {
        write(data, 'outer');
        data.transaction(() => write(data, 'inner'));
        throw new Error('no');
      });
    expect(change).toThrow('no');
    expect(notes(data)).toEqual([]);
    data.close();
  });

  test('goes on after one within it has failed, without that one', async () => {
    const data = opened(controlFile(await tempFolder()));
    data.transaction(() => {
      write(data, 'before');
      expect(() =>
        data.transaction(() => {
          write(data, 'within');
          throw new Error('no');
        }),
      ).toThrow('no');
      write(data, 'after');
    });
    expect(notes(data)).toEqual(['before', 'after']);
    data.close();
  });

  test('tells afterwards, and only where it stands', async () => {
    const data = opened(controlFile(await tempFolder()));
    const told: string[] = [];
    data.transaction(() => {
      data.afterCommit(() => told.push(`outer, with ${notes(data).length}`));
      expect(() =>
        data.transaction(() => {
          data.afterCommit(() => told.push('undone'));
          throw new Error('no');
        }),
      ).toThrow();
      write(data, 'a');
      expect(told).toEqual([]);
    });
    expect(told).toEqual(['outer, with 1']);
    data.close();
  });

  test('of another process is waited for, and refused as unwritable where it never ends', async () => {
    const file = controlFile(await tempFolder());
    const data = opened(file);
    data.db.exec('PRAGMA busy_timeout = 50');
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    expect(() => data.transaction(() => write(data, 'a'))).toThrow(
      expect.objectContaining({ code: 'HG_CONTROL_UNWRITABLE' }),
    );
    other.exec('COMMIT');
    data.transaction(() => write(data, 'b'));
    expect(notes(data)).toEqual(['b']);
    other.close();
    data.close();
  });
});

describe('a full disk', () => {
  const fill = (data: ControlData) => {
    for (let written = 0; written < 10_000; written += 1)
      data.transaction(() => write(data, 'x'.repeat(4_000)));
  };

  test('refuses changes whole, says so, and takes them again when there is room', async ({ skip }) => {
    const disk = await smallDisk();
    if (disk === null) skip('no disk can be mounted here');
    const ballast = join(disk as string, 'ballast');
    writeFileSync(ballast, Buffer.alloc(300_000));
    const data = opened(controlFile(disk as string));
    expect(() => fill(data)).toThrow(expect.objectContaining({ code: 'HG_CONTROL_UNWRITABLE' }));
    expect(data.health()).toMatchObject({ writable: false });
    const kept = notes(data).length;
    const both = () =>
      data.transaction(() => {
        write(data, 'first half'.repeat(1_000));
        write(data, 'second half'.repeat(10_000));
      });
    expect(both).toThrow(expect.objectContaining({ code: 'HG_CONTROL_UNWRITABLE' }));
    expect(notes(data)).toHaveLength(kept);
    rmSync(ballast);
    data.transaction(() => write(data, 'there is room'));
    expect(notes(data)).toHaveLength(kept + 1);
    expect(data.health()).toEqual({ writable: true });
    data.close();
    const again = opened(controlFile(disk as string));
    expect(again.recovered).toBeNull();
    expect(notes(again)).toHaveLength(kept + 1);
    again.close();
  });

  test('met within a change undoes all of it, also where somebody caught it', async () => {
    const data = opened(controlFile(await tempFolder()));
    const { page_count } = data.db.prepare('PRAGMA page_count').get() as { page_count: number };
    data.db.exec(`PRAGMA max_page_count = ${page_count + 2}`);
    const change = () =>
      data.transaction(() => {
        write(data, 'before');
        const tooMuch = () => data.transaction(() => write(data, 'x'.repeat(100_000)));
        expect(() => data.transaction(tooMuch)).toThrow(/no room left/);
        write(data, 'after');
      });
    expect(change).toThrow(expect.objectContaining({ code: 'HG_CONTROL_UNWRITABLE' }));
    expect(notes(data)).toEqual([]);
    data.db.exec('PRAGMA max_page_count = 100000');
    data.transaction(() => write(data, 'later'));
    expect(notes(data)).toEqual(['later']);
    data.close();
  });
});
