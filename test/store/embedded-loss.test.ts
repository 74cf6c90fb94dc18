import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { roomToJson } from '../../gateway/line/room.ts';
import { createEmbeddedStore, type EmbeddedStore } from '../../gateway/store/embedded.ts';
import { recover } from '../../gateway/store/embedded-recovery.ts';
import { handClock } from './hand-clock.ts';
import { history, play } from './history.ts';
import { lawOf } from './law.ts';

const JOINER = join(import.meta.dirname, 'embedded-joiner.ts');
const room = 'event-1';

let home: string;
let folder: string;
let clock = handClock();
const opened: EmbeddedStore[] = [];
const children: ChildProcess[] = [];
const log = vi.fn();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hg-loss-'));
  folder = join(home, 'data');
  clock = handClock();
  log.mockReset();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.stop();
  for (const child of children.splice(0)) await kill(child);
  rmSync(home, { recursive: true, force: true });
});

async function open(path = folder, write?: typeof writeSync): Promise<EmbeddedStore> {
  const store = createEmbeddedStore({ path, clock, log, write: write as never });
  opened.push(store);
  await store.start();
  return store;
}

/** What a kill at this moment would leave on the disk. */
function copyAsKilled(name: string): string {
  const copy = join(home, name);
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, 'store.lock'), { force: true });
  return copy;
}

const issuedBy = async (path: string) => (await open(path)).view(room)?.issued;
const filesIn = (path: string, kind: string) =>
  readdirSync(path)
    .filter((name) => name.startsWith(kind) && name.endsWith('.jsonl'))
    .sort();
const newest = (path: string, kind: string) => join(path, filesIn(path, kind).at(-1)!);
const asides = (path: string) => readdirSync(path).filter((name) => name.includes('.corrupt-'));
const roomsIn = (path: string) =>
  [...recover(path, 0).remembered.rooms].map(([name, each]) => [name, roomToJson(each)]);

function child(what: string, ...flags: string[]): ChildProcess & { lines: AsyncIterableIterator<string> } {
  const started = spawn(process.execPath, [...flags, JOINER, folder, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(started);
  return Object.assign(started, {
    lines: createInterface({ input: started.stdout! })[Symbol.asyncIterator](),
  });
}
async function kill(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exit = once(process, 'exit');
  process.kill('SIGKILL');
  await exit;
}
const nextLine = async (from: { lines: AsyncIterableIterator<string> }) =>
  JSON.parse((await from.lines.next()).value);

/** A store with ten numbers given and two inside, closed in order. */
async function closedStore(): Promise<void> {
  const store = await open();
  await store.configure(room, lawOf({ limits: { sessions: 2 } }), 1);
  await store.join(
    room,
    'default',
    Array.from({ length: 10 }, (_, i) => `v${i}`),
  );
  await store.stop();
}

describe('kill -9', () => {
  it('in the middle of joins: every answered number and session is kept, and none is given twice', async () => {
    const given = new Set<number>();
    const inside = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const joiner = child('join');
      expect(await nextLine(joiner)).toEqual({ ready: joiner.pid });
      let answers = 0;
      for await (const line of joiner.lines) {
        const { first, count, sessions } = JSON.parse(line);
        for (let number = first; number < first + count; number += 1) {
          expect(given.has(number), `number ${number} twice`).toBe(false);
          given.add(number);
        }
        for (const id of sessions) inside.add(id);
        answers += 1;
        // What it answered between here and its death is still read.
        if (answers === 200) joiner.kill('SIGKILL');
      }
      await kill(joiner);
    }
    const store = await open();
    expect(store.losses).toEqual([{ kind: 'unclean-exit', file: null }]);
    expect(store.view(room)!.issued).toBeGreaterThanOrEqual(Math.max(...given));
    expect(inside.size).toBe(20);
    const kept = readFileSync(newest(folder, 'snapshot'), 'utf8');
    for (const id of inside) expect(kept).toContain(id);
  });

  it('counts as a loss: nobody is called for a while; a clean exit does not', async () => {
    await closedStore();
    const clean = await open();
    expect(clean.losses).toEqual([]);
    expect(clean.view(room)?.holdUntil).toBe(0);
    const killed = await open(copyAsKilled('killed'));
    expect(killed.losses).toEqual([{ kind: 'unclean-exit', file: null }]);
    expect(killed.view(room)?.holdUntil).toBeGreaterThan(clock.wallMs());
  });

  it('between the journal’s change of hands and the snapshot’s arrival loses nothing', async () => {
    await closedStore();
    const store = await open();
    await store.join(room, 'default', ['one more']);
    const copy = copyAsKilled('between');
    rmSync(newest(copy, 'snapshot'));
    const after = await open(copy);
    expect(after.losses).toEqual([{ kind: 'unclean-exit', file: null }]);
    expect(after.view(room)!.issued).toBe(11);
  });

  it('at any moment of any history leaves exactly the state that was answered', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        rmSync(folder, { recursive: true, force: true });
        const store = await open();
        await play(store, clock, steps);
        const asKilled = copyAsKilled('as-killed');
        await store.stop();
        // The one was played from the journal, the other is the memory as it was.
        expect(roomsIn(asKilled)).toEqual(roomsIn(folder));
        rmSync(asKilled, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });
});

describe('damage', () => {
  it('a corrupt snapshot is kept aside and told, and the older one with its journal still has every place', async () => {
    await closedStore();
    const path = newest(folder, 'snapshot');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('event-1', 'evenT-1'));
    const store = await open();
    expect(store.losses).toEqual([{ kind: 'corrupt-snapshot', file: expect.stringContaining('.corrupt-') }]);
    expect(readFileSync(store.losses[0]!.file!, 'utf8')).toBe(text.replace('event-1', 'evenT-1'));
    expect(log).toHaveBeenCalledWith(
      'error',
      expect.objectContaining({ kind: 'corrupt-snapshot' }),
      expect.any(String),
    );
    expect(store.view(room)).toMatchObject({ issued: 10, sessions: 2 });
    expect(store.view(room)!.holdUntil).toBeGreaterThan(0);
  });

  it.each([
    ['emptied', ''],
    ['garbage', '\u0000\u0001garbage\n\n{}'],
    ['of an unknown version', '00000000 {"headgate":"snapshot","version":99}\n'],
  ])('all snapshots %s: the store starts all the same, as after a loss', async (_name, text) => {
    await closedStore();
    for (const name of filesIn(folder, 'snapshot')) writeFileSync(join(folder, name), text);
    const store = await open();
    expect(store.losses.length).toBeGreaterThan(0);
    expect(asides(folder)).toHaveLength(store.losses.length);
    await store.configure(room, lawOf({ limits: { sessions: 2 } }), 1);
    expect((await store.join(room, 'default', ['next'])).kind).toBe('joined');
  });

  it('a torn last line is what a kill leaves: no damage, and nothing before it is lost', async () => {
    const store = await open();
    await store.configure(room, lawOf({ limits: { sessions: 0 } }), 1);
    await store.join(room, 'default', ['a', 'b']);
    const copy = copyAsKilled('torn');
    appendFileSync(newest(copy, 'journal'), 'abcdef01 ["join","event-1",[1,2');
    const after = await open(copy);
    expect(after.losses).toEqual([{ kind: 'unclean-exit', file: null }]);
    expect(after.view(room)!.issued).toBe(2);
  });

  it('a journal that was changed in the middle is kept aside and told', async () => {
    const store = await open();
    await store.configure(room, lawOf({ limits: { sessions: 0 } }), 1);
    await store.join(room, 'default', ['a', 'b']);
    await store.join(room, 'default', ['c']);
    const copy = copyAsKilled('changed');
    const path = newest(copy, 'journal');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"a","b"', '"a","x"'));
    const after = await open(copy);
    expect(after.losses).toMatchObject([{ kind: 'corrupt-journal' }]);
    expect(asides(copy)).toHaveLength(1);
    expect(after.view(room)!.holdUntil).toBeGreaterThan(0);
  });

  it('old generations do not pile up', async () => {
    await closedStore();
    writeFileSync(join(folder, 'snapshot-000000001.jsonl.part'), 'never finished');
    for (let round = 0; round < 5; round += 1) await (await open()).stop();
    expect(filesIn(folder, 'snapshot').length).toBeLessThanOrEqual(2);
    expect(filesIn(folder, 'journal').length).toBeLessThanOrEqual(2);
    expect(readdirSync(folder).some((name) => name.endsWith('.part'))).toBe(false);
  });

  it('a snapshot follows by itself, and the journal starts anew', async () => {
    const store = await open();
    const first = newest(folder, 'journal');
    await store.configure(room, lawOf(), 1);
    await expect.poll(() => existsSync(first.replace('journal', 'snapshot'))).toBe(true);
    await vi.waitFor(
      () => expect(newest(folder, 'snapshot') > first.replace('journal', 'snapshot')).toBe(true),
      60_000,
    );
    expect(readFileSync(newest(folder, 'journal'), 'utf8')).toBe('');
    expect(readFileSync(newest(folder, 'snapshot'), 'utf8')).toContain(room);
  });
});

describe('a disk that refuses', () => {
  it('a folder that cannot be written rejects the start and names folder and variable', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const failure = await open(join(file, 'data')).catch((error) => error);
    expect(failure).toMatchObject({ code: 'HG_DATA_UNWRITABLE' });
    expect(failure.message).toContain(join(file, 'data'));
    expect(failure.message).toContain('HEADGATE_DATA');
  });

  it('nothing is answered that was not written; it comes back by itself, and gives no number twice', async () => {
    let isFull = false;
    const write = (fd: number, bytes: Buffer, offset: number, length: number, position: number) => {
      if (!isFull) return writeSync(fd, bytes, offset, length, position);
      // As a full disk does: a part goes in, the rest is refused.
      writeSync(fd, bytes, offset, Math.min(5, length), position);
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const store = await open(folder, write as never);
    await store.configure(room, lawOf({ limits: { sessions: 0 } }), 1);
    await store.join(room, 'default', ['a']);
    const shown = store.view(room);
    isFull = true;
    await expect(store.join(room, 'default', ['b'])).rejects.toMatchObject({ code: 'HG_STORE_LOST' });
    expect(store.health()).toBe('lost');
    expect(store.view(room)).toBe(shown);
    await expect(store.join(room, 'default', ['c'])).rejects.toMatchObject({ code: 'HG_STORE_LOST' });
    expect(await issuedBy(copyAsKilled('full'))).toBe(1);
    isFull = false;
    await vi.waitFor(() => expect(store.health()).toBe('ok'), 60_000);
    // Number 2 was given to somebody who was told that nothing is known: a gap, never a second owner.
    expect(await store.join(room, 'default', ['d'])).toMatchObject({ kind: 'joined', first: 3 });
    expect(await issuedBy(copyAsKilled('after'))).toBe(3);
  });
});

describe('one process a folder', () => {
  it('a second one is refused while the first lives, and takes over when it was killed', async () => {
    const holder = child('hold');
    expect(await nextLine(holder)).toEqual({ ready: holder.pid });
    const failure = await open().catch((error) => error);
    expect(failure).toMatchObject({ code: 'HG_DATA_UNWRITABLE' });
    expect(failure.message).toContain(String(holder.pid));
    const second = child('hold');
    expect(await nextLine(second)).toMatchObject({ refused: 'HG_DATA_UNWRITABLE' });
    await kill(holder);
    expect((await open()).view(room)).toBeDefined();
  });

  it('a lock whose process id was given to somebody else since is stale', async () => {
    await closedStore();
    writeFileSync(
      join(folder, 'store.lock'),
      JSON.stringify({ pid: process.pid, started: 'another-boot/1' }),
    );
    expect((await open()).view(room)?.issued).toBe(10);
  });

  it.each(['', 'garbage', '{"pid":"x"}', '[]', 'null'])('a lock that says %j is stale', async (text) => {
    await closedStore();
    writeFileSync(join(folder, 'store.lock'), text);
    await open();
  });

  it('an exit leaves no lock behind', async () => {
    await closedStore();
    expect(existsSync(join(folder, 'store.lock'))).toBe(false);
  });
});

describe('a million', () => {
  it('joins leave the memory as it was', async () => {
    const million = child('million', '--expose-gc');
    await nextLine(million);
    const { issued, grownBytes } = await nextLine(million);
    expect(issued).toBe(1_020_000);
    expect(grownBytes).toBeLessThan(50 * 2 ** 20);
  });
});

describe('a start at which nothing could be read', () => {
  it('holds the rooms that are made anew, so that older tickets come before newcomers', async () => {
    const first = await open();
    await first.configure(room, lawOf({ limits: { sessions: 10 } }), 1);
    await first.stop();
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'nothing of it can be read\n');
    const second = await open();
    expect(second.losses.some(({ kind }) => kind !== 'unclean-exit')).toBe(true);
    const view = await second.configure(room, lawOf({ limits: { sessions: 10 } }), 1);
    expect(view.holdUntil).toBeGreaterThan(view.at);
    const joined = await second.join(room, 'default', ['newcomer']);
    expect(joined).toMatchObject({ kind: 'joined', sessions: [] });
  });
});
