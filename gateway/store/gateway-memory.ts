/** What a gateway remembers of its rooms, on its own disk: floors and leases outlive the gateway, and heal a store that forgot them. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Floors, KnownLease, RoomLaw } from '../line/words.ts';
import type { StoreLog } from './embedded.ts';
import { newestGeneration, prune, writeGeneration } from './gateway-memory-disk.ts';
import { generationOf, memoryFile, readLines } from './gateway-memory-file.ts';
import { createRoomTexts } from './gateway-memory-texts.ts';

export interface RememberedRoom {
  law: RoomLaw;
  revision: number;
  floors: Floors;
  /** Room time of the last answer, and this gateway's wall clock then. */
  lastAt: number;
  heardWallMs: number;
  leases: KnownLease[];
}

/** `changed` counts what happened to the room; `make` is asked only where it differs from the last time. */
export type RoomEntry = [name: string, changed: number, make: () => RememberedRoom];

export interface MemoryWriterParts {
  folder: string;
  clock: Clock;
  log: StoreLog;
  rooms(): Iterable<RoomEntry>;
  /** What the disk had at the start: kept there until the room is asked for here, or its tickets have expired. */
  remembered?: ReadonlyMap<string, RememberedRoom>;
}

export interface MemoryWriter {
  start(): void;
  /** Writes once more what changed. */
  stop(): Promise<void>;
  /** Resolves when what is known now is on the disk, or could not be written. */
  writeNow(): Promise<void>;
}

const EVERY_MS = 1_000;
/** Between two writes on a disk that takes longer than that. */
const LEAST_PAUSE_MS = 100;
const LOG_EVERY_MS = 60_000;

/**
 * By room. What is damaged in the newest file is filled in from the one before; what neither has is forgotten, said in
 * the log, and never stops a start: the visitors' own tickets still prove their places.
 */
export function readMemory(folder: string, log: StoreLog): Map<string, RememberedRoom> {
  const remembered = new Map<string, RememberedRoom>();
  const generations = generationsIn(folder);
  if (generations.length === 0) log('info', { folder }, 'this gateway remembers no rooms: it starts anew');
  for (const generation of generations) {
    const path = join(folder, memoryFile(generation));
    if (fillFrom(path, remembered, log)) break;
  }
  return remembered;
}

/**
 * Writes each second when something changed, a few lines a turn, and never fails the gateway: a disk that refuses is said
 * in the log once a minute.
 */
export function createMemoryWriter(parts: MemoryWriterParts): MemoryWriter {
  const { folder, clock, log } = parts;
  const sayNow = onceAMinute(clock);
  const texts = createRoomTexts(parts, (facts) => {
    if (sayNow('bound'))
      log('warn', { folder, ...facts }, 'more leases are known than are kept on disk: the newest are kept');
  });
  let generation: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function writeChanges(): Promise<void> {
    try {
      if (!texts.areNews()) return;
      generation ??= await newestGeneration(folder);
      await writeGeneration(folder, generation + 1, texts);
      generation += 1;
      texts.written();
      await prune(folder, generation);
    } catch (error) {
      if (sayNow('failure'))
        log('error', { err: error, folder }, 'this gateway’s memory could not be written; it is tried again');
    }
  }

  const writeNow = () => {
    running = running.then(writeChanges);
    return running;
  };
  const schedule = (afterMs: number) => {
    timer = setTimeout(async () => {
      const startedMs = performance.now();
      await writeNow();
      if (!isStopped) schedule(Math.max(LEAST_PAUSE_MS, EVERY_MS - (performance.now() - startedMs)));
    }, afterMs).unref();
  };

  return {
    start: () => schedule(EVERY_MS),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await writeNow();
    },
    writeNow,
  };
}

/** Newest first. */
function generationsIn(folder: string): number[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = readdirSync(folder).map(generationOf);
  return found.flatMap((file) => (file && !file.isPart ? file.generation : [])).sort((a, b) => b - a);
}

/** True: the file is whole, and no older one is needed. */
function fillFrom(path: string, remembered: Map<string, RememberedRoom>, log: StoreLog): boolean {
  try {
    const { rooms, isWhole } = readLines(readFileSync(path));
    for (const [name, room] of rooms) if (!remembered.has(name)) remembered.set(name, room);
    if (!isWhole)
      log('error', { path, rooms: rooms.size }, 'this gateway’s memory is damaged; an older one is tried');
    return isWhole;
  } catch (error) {
    log('error', { path, err: error }, 'this gateway’s memory cannot be read; an older one is tried');
    return false;
  }
}

function onceAMinute(clock: Clock): (what: string) => boolean {
  const saidMs = new Map<string, number>();
  return (what) => {
    const now = clock.monotonicMs();
    if (now - (saidMs.get(what) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY_MS) return false;
    saidMs.set(what, now);
    return true;
  };
}
