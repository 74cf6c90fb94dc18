import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createMemoryWriter,
  type MemoryWriter,
  type RememberedRoom,
  readMemory,
} from '../../gateway/store/gateway-memory.ts';
import { MOST_LEASES } from '../../gateway/store/gateway-memory-texts.ts';
import { handClock } from './hand-clock.ts';
import { HOUR_MS } from './law.ts';
import { leaseOf, rememberedRoom } from './remembered-room.ts';

const KEEPER = join(import.meta.dirname, 'memory-keeper.ts');

let folder: string;
let clock = handClock();
const log = vi.fn();
const writers: MemoryWriter[] = [];
const children: ChildProcess[] = [];
/** What the gateway knows: room, count of changes, and the rest. */
let known: Map<string, { changed: number; room: RememberedRoom }>;
let made: string[] = [];
let isBroken = false;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hg-memory-'));
  clock = handClock();
  log.mockReset();
  known = new Map();
  made = [];
  isBroken = false;
});
afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.stop();
  for (const child of children.splice(0)) await kill(child);
  rmSync(folder, { recursive: true, force: true });
});

function writerOf(remembered?: ReadonlyMap<string, RememberedRoom>): MemoryWriter {
  const writer = createMemoryWriter({ folder, clock, log, rooms: knownRooms, remembered });
  writers.push(writer);
  return writer;
}
function* knownRooms(): Iterable<[string, number, () => RememberedRoom]> {
  if (isBroken) throw new Error('planted');
  for (const [name, { changed, room }] of known) {
    const make = () => {
      made.push(name);
      return room;
    };
    yield [name, changed, make];
  }
}
function learn(name: string, room: RememberedRoom): void {
  known.set(name, { changed: (known.get(name)?.changed ?? 0) + 1, room });
}
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
const files = () => readdirSync(folder).sort();
const newest = () => join(folder, files().at(-1)!);
const said = () => log.mock.calls.map(([level, , message]) => `${level}: ${message}`);

describe('a gateway’s memory', () => {
  it('comes back as it was: law, floors, leases of every kind', async () => {
    const rooms = new Map([
      ['event-1', rememberedRoom(1, 700)],
      ['event-2', rememberedRoom(2)],
    ]);
    for (const [name, room] of rooms) learn(name, room);
    await writerOf().writeNow();
    expect(readMemory(folder, log)).toEqual(rooms);
    expect(log).not.toHaveBeenCalled();
  });

  it('is written each second when something changed, and by stop', async () => {
    const writer = writerOf();
    learn('event-1', rememberedRoom(1));
    writer.start();
    await vi.waitFor(() => expect(readMemory(folder, log).get('event-1')?.floors.seq).toBe(1), 60_000);
    learn('event-1', rememberedRoom(2));
    await vi.waitFor(() => expect(readMemory(folder, log).get('event-1')?.floors.seq).toBe(2), 60_000);
    learn('event-1', rememberedRoom(3));
    await writer.stop();
    expect(readMemory(folder, log).get('event-1')?.floors.seq).toBe(3);
  });

  it('costs nothing while nothing changes, and only what changed is made into text', async () => {
    const writer = writerOf();
    for (const name of ['event-1', 'event-2', 'event-3']) learn(name, rememberedRoom(1, 5));
    await writer.writeNow();
    const before = files();
    await writer.writeNow();
    expect(files()).toEqual(before);
    made = [];
    learn('event-2', rememberedRoom(2, 5));
    await writer.writeNow();
    expect(made).toEqual(['event-2']);
    expect([...readMemory(folder, log).values()].map(({ floors }) => floors.seq)).toEqual([1, 2, 1]);
  });

  it('keeps one older generation and no unfinished file', async () => {
    writeFileSync(join(folder, 'memory-000000000001.jsonl.part'), 'never finished');
    const writer = writerOf();
    for (let second = 1; second <= 5; second += 1) {
      learn('event-1', rememberedRoom(second));
      await writer.writeNow();
    }
    expect(files()).toHaveLength(2);
    expect(files().some((name) => name.endsWith('.part'))).toBe(false);
  });

  it('a room that was forgotten is forgotten on disk too', async () => {
    const writer = writerOf();
    learn('event-1', rememberedRoom(1));
    learn('event-2', rememberedRoom(1));
    await writer.writeNow();
    known.delete('event-1');
    await writer.writeNow();
    expect([...readMemory(folder, log).keys()]).toEqual(['event-2']);
  });
});

describe('a start', () => {
  it('keeps what the disk had of rooms that nobody asked for yet, as long as their tickets last', async () => {
    const room = rememberedRoom(0, 3);
    const writer = writerOf(new Map([['event-9', room]]));
    learn('event-1', rememberedRoom(1));
    await writer.writeNow();
    expect(readMemory(folder, log).get('event-9')).toEqual(room);
    clock.advance(48 * HOUR_MS + 60_000);
    await writer.writeNow();
    expect([...readMemory(folder, log).keys()]).toEqual(['event-1']);
  });

  it('does not bring back what was asked for and forgotten since', async () => {
    const writer = writerOf(new Map([['event-1', rememberedRoom(0, 3)]]));
    learn('event-1', rememberedRoom(1));
    await writer.writeNow();
    known.clear();
    await writer.writeNow();
    expect(readMemory(folder, log).size).toBe(0);
  });

  it('without a memory is said and goes on', () => {
    expect(readMemory(join(folder, 'new'), log)).toEqual(new Map());
    expect(said()).toEqual([expect.stringContaining('info: ')]);
  });
});

describe('bounds', () => {
  it('leases that have expired are left out', async () => {
    const { lastAt, ...room } = rememberedRoom(1, 2);
    const lapsed = { ...leaseOf(9, lastAt), leaseUntil: lastAt };
    learn('event-1', { ...room, lastAt, leases: [lapsed, ...room.leases] });
    await writerOf().writeNow();
    expect(readMemory(folder, log).get('event-1')?.leases).toEqual(room.leases);
  });

  it('of too many leases the newest are kept, each room its share, and the log says so once a minute', async () => {
    const writer = writerOf();
    for (let second = 1; second <= 3; second += 1) {
      learn('event-1', rememberedRoom(second, MOST_LEASES));
      learn('event-2', rememberedRoom(second, MOST_LEASES));
      await writer.writeNow();
    }
    const rooms = readMemory(folder, vi.fn());
    for (const name of ['event-1', 'event-2']) {
      const leases = rooms.get(name)!.leases;
      expect(leases).toHaveLength(MOST_LEASES / 2);
      expect(leases.at(-1)!.id).toBe(leaseOf(MOST_LEASES / 2, 0).id);
    }
    expect(said()).toEqual([expect.stringMatching(/^warn: more leases/)]);
  });
});

describe('damage', () => {
  const twoGenerations = async () => {
    const writer = writerOf();
    for (const second of [1, 2]) {
      learn('event-1', rememberedRoom(second, 10));
      learn('event-2', rememberedRoom(second, 10));
      await writer.writeNow();
    }
  };
  const seqs = () => [...readMemory(folder, log).values()].map(({ floors }) => floors.seq).sort();

  it('a damaged file is said, and the one before fills in what it lacks', async () => {
    await twoGenerations();
    writeFileSync(newest(), readFileSync(newest(), 'utf8').replace('"event-1"', '"event-X"'));
    expect(seqs()).toEqual([1, 2]);
    expect(said()).toEqual([expect.stringMatching(/^error: .*damaged/)]);
  });

  it('an empty file, a cut one, and one of another version give way to the one before', async () => {
    await twoGenerations();
    const whole = readFileSync(newest(), 'utf8');
    for (const text of ['', whole.slice(0, whole.indexOf('\n') + 20), whole.slice(whole.indexOf('\n') + 1)]) {
      writeFileSync(newest(), text);
      expect(seqs()).toEqual([1, 1]);
    }
  });

  it('where nothing can be read a start goes on with nothing, and the next write is good', async () => {
    await twoGenerations();
    for (const name of files()) writeFileSync(join(folder, name), 'nothing of it can be read\n');
    expect(readMemory(folder, log).size).toBe(0);
    learn('event-1', rememberedRoom(3));
    known.delete('event-2');
    await writerOf().writeNow();
    expect(seqs()).toEqual([3]);
  });

  it('a disk that refuses is said once a minute, and written as soon as it takes something', async () => {
    const writer = writerOf();
    learn('event-1', rememberedRoom(1));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where the folder was');
    for (let second = 0; second < 60; second += 1) {
      await writer.writeNow();
      clock.advance(1000);
    }
    expect(said()).toHaveLength(1);
    await writer.writeNow();
    expect(said()).toHaveLength(2);
    rmSync(folder);
    mkdirSync(folder);
    await writer.writeNow();
    expect(seqs()).toEqual([1]);
  });

  it('rooms that cannot be told do not end the writing', async () => {
    const writer = writerOf();
    learn('event-1', rememberedRoom(1));
    isBroken = true;
    await writer.writeNow();
    isBroken = false;
    await writer.writeNow();
    expect(seqs()).toEqual([1]);
  });
});

describe('kill -9', () => {
  it('in the middle of a write loses at most that write, never both generations', async () => {
    for (let kills = 0; kills < 8; kills += 1) {
      const child = spawn(process.execPath, [KEEPER, folder, '20', '500'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      let written = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        written = (JSON.parse(line) as { round: number }).round;
        // At another point of the write after it each time.
        if (written === 2 + kills) setTimeout(() => child.kill('SIGKILL'), kills * 3);
      }
      const rooms = readMemory(folder, log);
      expect(rooms.size).toBe(20);
      expect(log).not.toHaveBeenCalled();
      for (const { floors, leases } of rooms.values()) {
        expect(floors.seq).toBeGreaterThanOrEqual(written);
        expect(leases).toHaveLength(500);
      }
    }
  });
});
