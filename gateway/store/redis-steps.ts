/** One script at a time for one room: what is handed in, what is remembered of the answer, and how a store that forgot is told again. */
import { encode } from '@msgpack/msgpack';
import { HeadgateError } from '../errors.ts';
import type { RoomLaw, RoomView } from '../line/words.ts';
import type { StoreLog } from './embedded.ts';
import type { Clock } from './embedded-rooms.ts';
import type { RememberedRoom } from './gateway-memory.ts';
import { roomKeys } from './redis-keys.ts';
import type { RedisLink } from './redis-link.ts';
import {
  forgetLife,
  hear,
  keepLease,
  packCaller,
  packFloors,
  type RoomMemory,
  rememberRoom,
  roomNow,
  runningLeases,
} from './redis-memory.ts';
import type { RoomRegistry } from './redis-registry.ts';
import { isUnknown, leasesIn, type Reply, readReply, type UnknownRoom } from './redis-replies.ts';
import { type ForgetHow, StoreLost } from './store.ts';

export interface RedisStoreParts {
  link: RedisLink;
  prefix: string;
  /** This process, by the same name after a restart. */
  gateway: string;
  clock: Clock;
  log: StoreLog;
  registry: RoomRegistry;
  /** Gateways that were found dead, and where to ask about silent ones. */
  peers: { gone(): readonly string[]; hear(silent: readonly string[]): void };
  /** What this gateway's disk remembers from before. */
  remembered: ReadonlyMap<string, RememberedRoom>;
}

export interface RedisSteps {
  readonly rooms: ReadonlyMap<string, RoomMemory>;
  /** Writes the law; while the store does not answer it is remembered, and written by the first tick that is answered. */
  configure(room: string, law: RoomLaw, revision: number): Promise<RoomView>;
  /** One transition. While the room's store does not answer, it fails at once: only the tick goes on asking. */
  step(name: string, room: string, args: readonly unknown[]): Promise<Reply>;
  tick(room: string): Promise<RoomView>;
  /** Whether numbers, state, limits or law changed since the last look. */
  hasNews(room: string): Promise<boolean>;
  forget(room: string, how?: ForgetHow): Promise<boolean>;
  /** Tells every room that this gateway goes, and takes no further step. */
  close(): Promise<void>;
}

/** Leases told in one call. */
const RESTORED_A_CALL = 500;

export function createRedisSteps(parts: RedisStoreParts): RedisSteps {
  const { link, prefix, gateway, clock, log, registry, peers } = parts;
  const rooms = new Map<string, RoomMemory>();
  /** Each is told once: what a room was like before it was forgotten must not be held against its next life. */
  const remembered = new Map(parts.remembered);
  const forgetting = new Map<string, Promise<boolean>>();
  let isClosed = false;

  function memoryOf(name: string): RoomMemory {
    const memory = rooms.get(name);
    if (!memory) throw new HeadgateError('HG_NO_ROOM', `rooms.${name}: is not configured in this store`);
    if (isClosed) throw new StoreLost('the store is closed');
    return memory;
  }

  /** One script, once. Whatever becomes of it, the room knows afterwards whether its store answers. */
  async function ask(
    memory: RoomMemory,
    name: string,
    args: readonly unknown[],
  ): Promise<Reply | UnknownRoom> {
    try {
      const bytes = await link.run(`hg_${name}`, memory.keys, [
        packCaller(memory, gateway, peers.gone(), clock),
        packFloors(memory),
        encode(args, { ignoreUndefined: true }),
      ]);
      const reply = readReply(memory.name, bytes, memory.view.endedSessions);
      if (!isUnknown(reply)) {
        hear(memory, reply, clock);
        peers.hear(reply.view.silent);
      }
      return reply;
    } catch (error) {
      if (error instanceof StoreLost) memory.isLost = true;
      throw error;
    }
  }

  /** A store that forgot the room, or never knew it, is told its law; nothing was done before, so the call is made again. */
  async function askKnown(memory: RoomMemory, name: string, args: readonly unknown[]): Promise<Reply> {
    if (memory.owesLaw) await writeLaw(memory);
    const reply = await ask(memory, name, args);
    if (!isUnknown(reply)) return reply;
    if (isForgotten(memory, reply)) forgetLife(memory);
    await writeLaw(memory);
    const second = await ask(memory, name, args);
    if (!isUnknown(second)) return second;
    throw new StoreLost(`room ${memory.name} is forgotten as soon as it is configured`);
  }

  /** Once for all who wait for it. */
  function writeLaw(memory: RoomMemory): Promise<void> {
    memory.writingLaw ??= writeLawNow(memory).finally(() => {
      memory.writingLaw = null;
    });
    return memory.writingLaw;
  }

  async function writeLawNow(memory: RoomMemory): Promise<void> {
    const { law, revision } = memory;
    const reply = await ask(memory, 'configure', [law, revision]);
    if (isUnknown(reply)) throw new StoreLost(`room ${memory.name} cannot be configured`);
    if (memory.law === law && memory.revision === revision) memory.owesLaw = false;
    registry.add(memory.name);
    if (memory.owesLeases) await tellLeases(memory);
  }

  /** A store that lost something is told who has left, and every lease that this gateway knows (LINE.md, rule 1). */
  async function tellLeases(memory: RoomMemory): Promise<void> {
    memory.owesLeases = false;
    const ended = memory.view.endedSessions;
    const leases = runningLeases(memory, roomNow(memory, clock));
    try {
      if (ended.length > 0) await ask(memory, 'retire', [ended]);
      for (let index = 0; index < leases.length; index += RESTORED_A_CALL)
        await ask(memory, 'restore', [leases.slice(index, index + RESTORED_A_CALL)]);
    } catch (error) {
      memory.owesLeases = true;
      throw error;
    }
    const facts = { room: memory.name, leases: leases.length };
    if (leases.length > 0) log('info', facts, 'the store was told the leases that this gateway knows');
  }

  function remember(room: string, law: RoomLaw, revision: number): RoomMemory {
    const keys = roomKeys(prefix, room);
    const memory = rememberRoom(room, keys, law, revision, clock, remembered.get(room));
    remembered.delete(room);
    rooms.set(room, memory);
    return memory;
  }

  async function forgetNow(memory: RoomMemory, how: ForgetHow): Promise<boolean> {
    const reply = await ask(memory, 'forget', how === 'unused' ? [] : [how]);
    const isGone = isUnknown(reply) ? isForgotten(memory, reply) : reply.forgotten === true;
    if (!isGone) return false;
    rooms.delete(memory.name);
    registry.remove(memory.name);
    return true;
  }

  /** A room that this process has not heard of: another one left it behind. */
  async function dropUnheard(room: string): Promise<boolean> {
    if (!link.isUp()) return false;
    await link.client.del(...roomKeys(prefix, room));
    registry.remove(room);
    return true;
  }

  return {
    rooms,
    async configure(room, law, revision) {
      // Made anew while it is being forgotten, it would go with the one that was.
      await forgetting.get(room)?.catch(() => undefined);
      const memory = rooms.get(room) ?? remember(room, law, revision);
      Object.assign(memory, { law, revision, owesLaw: true });
      try {
        await writeLaw(memory);
      } catch (error) {
        if (!(error instanceof StoreLost)) throw error;
      }
      return memory.view;
    },
    async step(name, room, args) {
      const memory = memoryOf(room);
      if (memory.isLost) throw new StoreLost(`the store of room ${room} does not answer`);
      return askKnown(memory, name, args);
    },
    async tick(room) {
      const memory = memoryOf(room);
      const isSilent = memory.owesLaw && !memory.isForgotten;
      const first = isSilent ? null : await ask(memory, 'call', []);
      // A room that another gateway forgot, since nobody would miss it, is not made anew before somebody comes.
      if (first && isUnknown(first) && isForgotten(memory, first)) return forgetLife(memory);
      const reply = first && !isUnknown(first) ? first : await askKnown(memory, 'call', []);
      for (const lease of leasesIn(reply)) keepLease(memory, lease, lease);
      memory.leasesSeen = (reply.leasesSeq as number | undefined) ?? memory.leasesSeen;
      if (memory.owesLeases) await tellLeases(memory);
      return memory.view;
    },
    async hasNews(room) {
      const memory = memoryOf(room);
      if (memory.isLost || (memory.owesLaw && !memory.isForgotten)) return true;
      const look = await link.client.hget(memory.keys[0]!, 'look').catch(() => null);
      const isNew = look !== memory.lastLook;
      memory.lastLook = look;
      return isNew;
    },
    async forget(room, how = 'unused') {
      const memory = rooms.get(room);
      if (!memory) return how === 'unused' || dropUnheard(room);
      const asked = forgetting.get(room) ?? forgetNow(memory, how).finally(() => forgetting.delete(room));
      forgetting.set(room, asked);
      return asked;
    },
    async close() {
      isClosed = true;
      const answering = [...rooms.values()].filter((memory) => !memory.isLost && !memory.owesLaw);
      if (link.isUp()) await Promise.allSettled(answering.map((memory) => ask(memory, 'depart', [])));
    },
  };
}

/** By another gateway, since nobody would have missed it: its next life has a higher epoch, or it never gave a number, nor was told of seats or by an operator. */
function isForgotten({ view }: RoomMemory, { epoch }: UnknownRoom): boolean {
  if (epoch !== null) return epoch > view.epoch;
  const isAsConfigured = view.seatsLeft === view.limits.seats && view.operatorState === view.lawState;
  return view.issued === 0 && view.sessions === 0 && isAsConfigured;
}
