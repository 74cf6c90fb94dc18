/** The embedded store's rooms on disk: read beside a running gateway without a trace, written only while none runs. */
import { lift } from '../line/recover.ts';
import type { Room } from '../line/room.ts';
import { callerOf, type Remembered } from '../store/embedded-commands.ts';
import { filePath, keepAside } from '../store/embedded-files.ts';
import { openFolder, unwritable } from '../store/embedded-folder.ts';
import { type Recovered, recover } from '../store/embedded-recovery.ts';
import { snapshotText, writeSnapshot } from '../store/embedded-snapshot.ts';
import { mayReplace, numbersOf } from './revive.ts';
import type { Numbers, RoomSource, RoomTarget } from './words.ts';

/** A running store replaces its files about once a second. */
const ATTEMPTS = 5;

/** Throws where there is no store in the folder. */
export function readEmbedded(folder: string, wallMs: number): RoomSource {
  const found = look(folder, wallMs);
  if (found.generation === 0) throw new Error(`there is no store in ${folder}: no gateway has run on it`);
  return { ...sourceOf(found), close: async () => {} };
}

/** Throws HG_DATA_UNWRITABLE while a gateway runs on the folder, or where it cannot be written. */
export function openEmbedded(folder: string, wallMs: number): RoomTarget {
  const lock = openFolder(folder);
  try {
    const found = look(folder, wallMs);
    const { remembered } = found;
    return {
      ...sourceOf(found),
      nowMs: async () => wallMs,
      async put(backup, make) {
        const present = remembered.rooms.get(backup.name) ?? null;
        if (!mayReplace(present, backup)) return false;
        remembered.rooms.set(backup.name, make(present));
        return true;
      },
      lift: async (name, to) => liftRoom(remembered, name, to, wallMs),
      finish: (nextEpoch) => finish(folder, found, nextEpoch, wallMs),
      close: async () => lock.release(),
    };
  } catch (cause) {
    lock.release();
    throw unwritable(folder, cause);
  }
}

function look(folder: string, wallMs: number): Recovered {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return recover(folder, wallMs, 'look');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === ATTEMPTS) throw error;
    }
  }
}

function sourceOf({ remembered, losses }: Recovered): Omit<RoomSource, 'close'> {
  const damaged = losses.filter(({ kind }) => kind !== 'unclean-exit');
  return {
    kind: 'embedded',
    nextEpoch: remembered.nextEpoch,
    damage: damaged.map(({ file }) => `${file} is damaged; what it held besides is missing`),
    names: async () => [...remembered.rooms.keys()],
    read: async (room) => remembered.rooms.get(room) ?? null,
  };
}

function liftRoom({ rooms }: Remembered, name: string, to: Numbers, wallMs: number) {
  const room = rooms.get(name) as Room;
  const from = numbersOf(room);
  const { epoch, fence } = to;
  const caller = callerOf({ time: wallMs, lastAt: 0, sinceMs: 0, lastSeq: 0 });
  for (const [lane, { issued, serving }] of Object.entries(to.lanes))
    lift(room, caller, { epoch, fence, lane, issued, serving });
  return { from, to: numbersOf(room) };
}

/** A snapshot without a journal that ends in order: the next start counts it as one after a loss. */
async function finish(folder: string, found: Recovered, nextEpoch: number, wallMs: number): Promise<void> {
  const { remembered, generation, losses } = found;
  remembered.nextEpoch = Math.max(remembered.nextEpoch, nextEpoch);
  await writeSnapshot(filePath(folder, 'snapshot', generation + 1), snapshotText(remembered));
  for (const { kind, file } of losses) if (kind !== 'unclean-exit' && file !== null) keepAside(file, wallMs);
}
