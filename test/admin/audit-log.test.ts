/** The audit log: nothing in it is changed, removed, moved or cut without being found, and no secret gets into it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type AuditBook, createAuditLog } from '../../admin/audit-log/audit-log.ts';
import { verifyCommand } from '../../admin/audit-log/commands.ts';
import { exportLines, verifyExport } from '../../admin/audit-log/export.ts';
import { verifyData } from '../../admin/audit-log/verify-data.ts';
import { controlFile, type OpenedData, openControlData } from '../../admin/data/open.ts';
import { systemClock } from '../../gateway/clock.ts';
import { headgate } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

const silent = { say: () => {} };

interface Kept {
  dataPath: string;
  file: string;
  data: OpenedData;
  book: AuditBook;
  add(count: number): void;
  close(): void;
}

function open(dataPath: string): Kept {
  const file = controlFile(dataPath);
  const data = openControlData(file, systemClock, silent);
  const book = createAuditLog(data, systemClock, silent);
  const add = (count: number) => {
    for (let n = 0; n < count; n += 1)
      book.append({
        actor: 'token:ops',
        action: 'room.pause',
        subject: `room-${book.count() + 1}`,
        reason: 'because',
        before: { state: 'open' },
        after: { state: 'paused', n },
      });
  };
  const close = () => {
    book.close();
    data.close();
  };
  return { dataPath, file, data, book, add, close };
}

/** A log of ten entries, closed. */
async function tenEntries(): Promise<Kept> {
  const kept = open(await tempFolder());
  kept.add(10);
  kept.close();
  return kept;
}

/** Changes the file behind the admin's back. */
function tamper(file: string, ...statements: string[]): void {
  const db = new DatabaseSync(file);
  db.exec('DROP TRIGGER audit_log_is_not_changed; DROP TRIGGER audit_log_is_not_cut');
  for (const statement of statements) db.exec(statement);
  db.close();
}

const found = (file: string) => verifyData(file)?.faults.map(({ kind, position }) => [kind, position]);

describe('an untouched log', () => {
  test('is whole, also while it is written and after a kill', async () => {
    const kept = open(await tempFolder());
    kept.add(3);
    expect(verifyData(kept.file)).toMatchObject({ entries: 3, count: 3, faults: [] });
    kept.add(1);
    kept.close();
    expect(found(kept.file)).toEqual([]);
    expect(verifyData(controlFile(await tempFolder()))).toBeNull();
  });

  test('is whole after a process was killed in the middle of adding to it', async () => {
    const dataPath = await tempFolder();
    const writer = fork(join(import.meta.dirname, 'support/audit-writer.ts'), [dataPath], {
      stdio: 'ignore',
    });
    await once(writer, 'message');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const walked = verifyData(controlFile(dataPath));
    expect(walked?.faults).toEqual([]);
    expect(walked?.entries).toBeGreaterThanOrEqual(20);
    const again = open(dataPath);
    again.add(1);
    again.close();
    expect(found(again.file)).toEqual([]);
  });

  test('takes any text', async () => {
    const kept = open(await tempFolder());
    const odd = 'a\u0000b \ud800 \u2028 "\\ 🚪 é';
    kept.book.append({
      actor: odd,
      action: odd,
      subject: odd,
      reason: odd,
      before: { [odd]: odd },
      after: [1e21, odd],
    });
    kept.close();
    expect(found(kept.file)).toEqual([]);
    const file = join(kept.dataPath, 'log.jsonl');
    writeFileSync(file, [...exportLines(kept.file)].join(''));
    expect((await verifyExport(file)).faults).toEqual([]);
  });

  test('can be added to by two processes at once', async () => {
    const one = open(await tempFolder());
    const other = open(one.dataPath);
    for (let n = 0; n < 5; n += 1) {
      one.add(1);
      other.add(1);
    }
    one.close();
    other.close();
    expect(found(one.file)).toEqual([]);
  });
});

describe('what is done to the log is found with its position', () => {
  test('one changed value in each of its fields', async () => {
    for (const field of ['at', 'actor', 'action', 'subject', 'reason', 'before', 'after']) {
      const { file } = await tenEntries();
      tamper(file, `UPDATE audit_log SET ${field} = ${field} || ' ' WHERE seq = 4`);
      expect(found(file), field).toEqual([['changed', 4]]);
    }
  });

  test('one flipped bit of the file, wherever an entry lies', async () => {
    const { file } = await tenEntries();
    const bytes = readFileSync(file);
    const start = bytes.indexOf('room-7');
    for (const [offset, bit] of [
      [0, 1],
      [5, 2],
      [-3, 4],
      [12, 1],
    ] as const) {
      const flipped = Buffer.from(bytes);
      flipped[start + offset] = (flipped[start + offset] as number) ^ bit;
      const copy = join(await tempFolder(), 'admin-copy');
      writeFileSync(copy, flipped);
      for (const name of ['audit-head.json', 'audit-key'])
        copyFileSync(join(dirname(file), name), join(dirname(copy), name));
      expect(found(copy)?.[0]?.[1], `offset ${offset}`).toBe(7);
    }
  });

  test('a removed entry', async () => {
    const { file } = await tenEntries();
    tamper(file, 'DELETE FROM audit_log WHERE seq = 5');
    expect(found(file)).toEqual([['missing', 5]]);
  });

  test('a removed entry whose number was closed up', async () => {
    const { file } = await tenEntries();
    tamper(file, 'DELETE FROM audit_log WHERE seq = 5', 'UPDATE audit_log SET seq = seq - 1 WHERE seq > 5');
    expect(found(file)?.[0]).toEqual(['changed', 5]);
  });

  test('two swapped entries', async () => {
    const { file } = await tenEntries();
    tamper(
      file,
      'UPDATE audit_log SET seq = -1 WHERE seq = 5',
      'UPDATE audit_log SET seq = 5 WHERE seq = 6',
      'UPDATE audit_log SET seq = 6 WHERE seq = -1',
    );
    expect(found(file)?.slice(0, 2)).toEqual([
      ['changed', 5],
      ['changed', 6],
    ]);
  });

  test('a cut tail, also after the admin process has started and gone on', async () => {
    const kept = await tenEntries();
    tamper(kept.file, 'DELETE FROM audit_log WHERE seq > 8');
    expect(found(kept.file)).toEqual([['cut', 9]]);
    const again = open(kept.dataPath);
    again.add(5);
    again.close();
    expect(found(kept.file)).toEqual([['cut', 9]]);
  });

  test('a tail that was written anew', async () => {
    const kept = await tenEntries();
    const head = readFileSync(join(dirname(kept.file), 'audit-head.json'));
    tamper(kept.file, 'DELETE FROM audit_log WHERE seq > 8');
    rmSync(join(dirname(kept.file), 'audit-head.json'));
    const forger = open(kept.dataPath);
    forger.add(2);
    forger.close();
    writeFileSync(join(dirname(kept.file), 'audit-head.json'), head);
    expect(found(kept.file)).toEqual([['changed', 10]]);
  });

  test('a log that is gone, a head that is gone, and a head that was changed', async () => {
    const gone = await tenEntries();
    rmSync(gone.file);
    expect(found(gone.file)).toEqual([
      ['unreadable', 1],
      ['cut', 1],
    ]);
    const headless = await tenEntries();
    rmSync(join(dirname(headless.file), 'audit-head.json'));
    expect(found(headless.file)).toEqual([['head', null]]);
    const changed = await tenEntries();
    const path = join(dirname(changed.file), 'audit-head.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"count":10', '"count":8'));
    expect(found(changed.file)).toEqual([['head', null]]);
  });

  test('in an export: a flipped byte, a removed line, two swapped lines, a cut tail', async () => {
    const { file, dataPath } = await tenEntries();
    const lines = [...exportLines(file)];
    const check = async (changed: string[]) => {
      const path = join(dataPath, 'log.jsonl');
      writeFileSync(path, changed.join(''));
      return (await verifyExport(path)).faults.map(({ kind, position }) => [kind, position]);
    };
    expect(lines).toHaveLength(11);
    expect(await check(lines)).toEqual([]);
    expect((await check(lines.with(3, lines[3]!.replace('because', 'becausf'))))[0]).toEqual(['changed', 4]);
    expect((await check(lines.with(3, lines[3]!.replace(':', ' :'))))[0]).toEqual(['unreadable', 4]);
    expect(await check(lines.toSpliced(3, 1))).toEqual([['missing', 4]]);
    expect((await check(lines.with(3, lines[4]!).with(4, lines[3]!)))[0]).toEqual(['missing', 4]);
    expect((await check(lines.with(3, lines[4]!).with(4, lines[3]!)))[1]).toEqual(['order', 4]);
    expect(await check(lines.slice(0, 7))).toEqual([['cut', 8]]);
    expect(await check(lines.slice(0, 10))).toEqual([['cut', 11]]);
    expect(await check(lines.toSpliced(7, 3))).toEqual([['cut', 8]]);
  });
});

describe('the log', () => {
  test('refuses to be changed or cut', async () => {
    const kept = open(await tempFolder());
    kept.add(2);
    expect(() => kept.data.db.exec('DELETE FROM audit_log')).toThrow('append-only');
    expect(() => kept.data.db.exec("UPDATE audit_log SET actor = 'me'")).toThrow('append-only');
    kept.close();
  });

  test('has no entry of a change that was undone, and tells of none', async () => {
    const kept = open(await tempFolder());
    const told: number[] = [];
    kept.book.onAppend(({ seq }) => told.push(seq));
    expect(() =>
      kept.data.transaction(() => {
        kept.add(1);
        throw new Error('no');
      }),
    ).toThrow();
    expect(kept.book.count()).toBe(0);
    kept.add(1);
    expect(told).toEqual([1]);
    kept.close();
    expect(found(kept.file)).toEqual([]);
  });

  test('holds no secret', async () => {
    const kept = open(await tempFolder());
    const secret = 'correct-horse-battery';
    kept.book.append({
      actor: 'token:ops',
      action: 'x',
      subject: 's',
      reason: `see hga_0123456789ab_${secret}`,
      before: { token: secret, nested: [{ 'admin-token': secret, clientSecret: secret, password: secret }] },
      after: {
        headers: { Authorization: `Bearer ${secret}` },
        config: `store:\n  password: ${secret}\n  url: redis://user:${secret}@host`,
        kept: 'token:ops',
      },
    });
    expect(JSON.stringify(kept.book.list({ limit: 10 }))).not.toContain(secret);
    expect(readFileSync(kept.file).includes(secret)).toBe(false);
    expect(kept.book.list({ limit: 10 }).items[0]).toMatchObject({
      actor: 'token:ops',
      after: { kept: 'token:ops' },
    });
    kept.close();
  });

  test('is listed newest first, a page at a time, and filtered', async () => {
    const kept = open(await tempFolder());
    kept.add(5);
    const first = kept.book.list({ limit: 2 });
    expect(first.items.map(({ seq }) => seq)).toEqual([5, 4]);
    kept.add(1);
    const second = kept.book.list({ limit: 2, cursor: first.next as string });
    expect(second.items.map(({ seq }) => seq)).toEqual([3, 2]);
    expect(kept.book.list({ limit: 2, cursor: second.next as string })).toMatchObject({ next: null });
    expect(kept.book.list({ limit: 9, subject: 'room-3' }).items.map(({ seq }) => seq)).toEqual([3]);
    expect(kept.book.list({ limit: 9, action: 'none' }).items).toEqual([]);
    const { at } = first.items[0]!;
    expect(kept.book.list({ limit: 9, from: at }).items[0]?.seq).toBe(6);
    expect(kept.book.list({ limit: 9, to: '2000-01-01T00:00:00+01:00' }).items).toEqual([]);
    kept.close();
  });
});

describe('headgate audit-log', () => {
  test('tells whole from touched by its exit code, for people and as a document', async () => {
    const { dataPath, file } = await tenEntries();
    const whole = await headgate(['audit-log', 'verify', '--data', dataPath]);
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('whole: 10 entries') });
    const exported = await headgate(['audit-log', 'export'], { HEADGATE_DATA: dataPath });
    expect(exported.stdout.trimEnd().split('\n')).toHaveLength(11);
    tamper(file, 'DELETE FROM audit_log WHERE seq = 5');
    const touched = await headgate(['audit-log', 'verify', '--data', dataPath, '--json']);
    expect(touched.code).toBe(1);
    expect(JSON.parse(touched.stdout)).toMatchObject({
      ok: false,
      faults: [{ kind: 'missing', position: 5 }],
    });
    const path = join(dataPath, 'export.jsonl');
    writeFileSync(path, exported.stdout);
    expect((await headgate(['audit-log', 'verify', path])).code).toBe(0);
  });

  test('is wrong usage where there is none', async () => {
    const asked = { dataPath: await tempFolder(), json: false };
    expect(await verifyCommand({ ...asked, file: null })).toMatchObject({ exitCode: 2 });
    expect(await verifyCommand({ ...asked, file: '/nowhere' })).toMatchObject({ exitCode: 2 });
    expect((await headgate(['audit-log', 'forge'])).code).toBe(2);
  });
});
