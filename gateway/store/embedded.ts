/** The store of a single gateway: rooms in memory, every step in a journal before it is answered, so that kill -9 forgets nothing that anybody was told. */
import { HeadgateError } from '../errors.ts';
import {
  type Answer,
  type Args,
  apply,
  type CommandName,
  callerOf,
  forget as forgetRoom,
  make,
  nothingRemembered,
  recordOf,
} from './embedded-commands.ts';
import { openFolder, unwritable } from './embedded-folder.ts';
import { createGenerations, type Generations } from './embedded-generations.ts';
import type { Journal, WriteBytes } from './embedded-journal.ts';
import { encodeLine } from './embedded-lines.ts';
import type { FolderLock } from './embedded-lock.ts';
import { CLEAN_EXIT, recover, type StoreLoss } from './embedded-recovery.ts';
import { type Clock, clocksOf, type KeptRoom, keep, lostView, shownView, stepped } from './embedded-rooms.ts';
import { snapshotText } from './embedded-snapshot.ts';
import { createTurns, type Turns } from './embedded-turns.ts';
import { type ForgetHow, type Store, StoreLost } from './store.ts';

export type StoreLog = (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;

export interface EmbeddedStoreParts {
  /** Folder of snapshot and journal; one process at a time. */
  path: string;
  clock: Clock;
  log: StoreLog;
  /** Stands in for `fs.writeSync` where a disk is to be full. */
  write?: WriteBytes;
}

export interface EmbeddedStore extends Store {
  readonly kind: 'embedded';
  /** Why the last start counts as one after a loss; empty: it went on exactly where the last exit left it. */
  readonly losses: readonly StoreLoss[];
}

/** For so long after a start that could not read everything, a room that is new here may be one that was lost. */
const LOST_ROOMS_MS = 60_000;

export function createEmbeddedStore({ path, clock, log, write }: EmbeddedStoreParts): EmbeddedStore {
  const rooms = new Map<string, KeptRoom>();
  let remembered = nothingRemembered();
  let losses: StoreLoss[] = [];
  let turns: Turns | undefined;
  let generations: Generations | undefined;
  let lock: FolderLock | undefined;
  let stopping: Promise<void> | undefined;
  let startedMs = 0;

  /** One transition: steps the room, and answers once the step is in the journal. */
  async function step<N extends CommandName>(
    name: N,
    roomName: string,
    ...args: Args<N>
  ): Promise<Answer<N>> {
    const open = openTurns();
    const kept = rooms.get(roomName);
    if (!kept) throw new HeadgateError('HG_NO_ROOM', `rooms.${roomName}: is not configured in this store`);
    const clocks = clocksOf(kept, clock);
    const line = encodeLine(recordOf(name, roomName, clocks, args));
    generations?.changed();
    // What fails half way has left its traces: it is written too, and fails again when it is played again.
    const outcome = attempt(() => apply(name, kept.room, callerOf(clocks), args));
    stepped(kept, clock, open.current);
    await open.add(line);
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  }

  function openTurns(): Turns {
    if (!turns || stopping) throw new StoreLost('the store is not open');
    if (turns.health() === 'lost') throw new StoreLost('the journal cannot be written');
    return turns;
  }

  async function forget(roomName: string, how: ForgetHow = 'unused'): Promise<boolean> {
    const open = openTurns();
    const kept = rooms.get(roomName);
    if (!kept) return true;
    const clocks = clocksOf(kept, clock);
    const isForgotten = forgetRoom(remembered, kept.room, callerOf(clocks), how);
    if (isForgotten) rooms.delete(roomName);
    stepped(kept, clock, open.current);
    generations?.changed();
    await open.add(encodeLine(recordOf('forget', roomName, clocks, how === 'unused' ? [] : [how])));
    return isForgotten;
  }

  async function start(): Promise<void> {
    lock = openFolder(path);
    startedMs = clock.monotonicMs();
    try {
      await bringBack();
    } catch (cause) {
      lock.release();
      throw unwritable(path, cause);
    }
  }

  async function bringBack(): Promise<void> {
    const found = recover(path, clock.wallMs());
    losses = found.losses;
    remembered = found.remembered;
    for (const [name, room] of remembered.rooms) rooms.set(name, keep(room));
    const started = createGenerations({
      folder: path,
      last: found.generation,
      lastDurable: found.snapshotGeneration,
      write,
      snapshot: () => (settled() ? snapshotText(remembered) : null),
      use: useJournal,
      onFailure: (error) =>
        log('error', { err: error, folder: path }, 'the snapshot could not be written; the journal goes on'),
    });
    await started.begin();
    generations = started;
    if (losses.length > 0) await startAfterLoss();
  }

  async function startAfterLoss(): Promise<void> {
    for (const loss of losses) {
      const level = loss.kind === 'unclean-exit' ? 'warn' : 'error';
      log(level, { ...loss, folder: path, rooms: rooms.size }, LOSS_MESSAGES[loss.kind]);
    }
    // A step like any other: played again it must come before what was answered after it.
    await Promise.all([...rooms.keys()].map((room) => step('markLoss', room)));
  }

  /** What could not be read may have held any room: those made now are held for a moment, so that their tickets come first. */
  function mayHaveLostRooms(): boolean {
    return (
      losses.some(({ kind }) => kind !== 'unclean-exit') && clock.monotonicMs() - startedMs < LOST_ROOMS_MS
    );
  }

  function useJournal(journal: Journal): void {
    if (turns) turns.useJournal(journal);
    else turns = createTurns(journal, { onLost, onBack });
  }

  function onLost(error: Error): void {
    log(
      'error',
      { err: error, folder: path },
      'the journal cannot be written: the store is lost until it can',
    );
  }

  function onBack(): void {
    log('warn', { folder: path }, 'the journal can be written again');
  }

  /** Everything stepped so far is in the present journal. */
  function settled(): boolean {
    turns?.flush();
    return turns?.health() !== 'lost';
  }

  async function stop(): Promise<void> {
    if (!turns || !generations) return lock?.release();
    await generations.stop();
    if (settled()) await closeInOrder(turns, generations);
    turns.stop();
    lock?.release();
  }

  async function closeInOrder(open: Turns, last: Generations): Promise<void> {
    try {
      await last.begin();
      const written = open.add(encodeLine(CLEAN_EXIT));
      open.flush();
      await written;
    } catch (error) {
      log(
        'error',
        { err: error, folder: path },
        'the last snapshot could not be written; the journal has everything',
      );
    }
  }

  return {
    kind: 'embedded',
    get losses() {
      return losses;
    },
    start,
    stop: () => (stopping ??= stop()),
    health: () => (turns && !stopping ? turns.health() : 'lost'),
    async configure(room, law, revision) {
      openTurns();
      const isNew = !rooms.has(room);
      if (isNew) rooms.set(room, keep(make(remembered, room)));
      const view = await step('configure', room, law, revision);
      if (!isNew || !mayHaveLostRooms()) return view;
      await step('markLoss', room);
      return step('configure', room, law, revision);
    },
    isLost: () => turns?.health() !== 'ok' || stopping !== undefined,
    view: (room) => {
      const kept = rooms.get(room);
      const shown = kept && shownView(kept, turns?.written ?? 0);
      return shown && turns?.health() === 'lost' ? lostView(kept, shown, clock) : shown;
    },
    rooms: () => rooms.keys(),
    remembers: async () => rooms.keys(),
    hasNews: async () => false,
    forget,
    join: (room, lane, ids) => step('join', room, lane, ids),
    call: (room) => step('call', room),
    claim: (room, ticket) => step('claim', room, ticket),
    submit: (room, id) => step('submit', room, id),
    touch: (room, touches) => step('touch', room, touches),
    leave: (room, id, how, ticket) => step('leave', room, id, how, ticket),
    register: (room, id) => step('register', room, id),
    setSeats: (room, seats) => step('setSeats', room, seats),
    operate: (room, operation) => step('operate', room, operation),
    redeem: (room, epoch, place) => step('redeem', room, epoch, place),
    reportRate: (room, word) => step('reportRate', room, word),
    restore: (room, leases) => step('restore', room, leases),
    lift: (room, proof) => step('lift', room, proof),
  };
}

function attempt<T>(act: () => T): { answer: T } | { error: unknown } {
  try {
    return { answer: act() };
  } catch (error) {
    return { error };
  }
}

const LOSS_MESSAGES: Record<StoreLoss['kind'], string> = {
  'unclean-exit': 'the last exit was not clean: every answered step is back, and calls pause as after a loss',
  'corrupt-snapshot':
    'A SNAPSHOT WAS DAMAGED and is kept aside; the line goes on from what is older and from the visitors’ own tickets',
  'corrupt-journal':
    'A JOURNAL WAS DAMAGED and is kept aside; the line goes on from what could be read and from the visitors’ own tickets',
};
