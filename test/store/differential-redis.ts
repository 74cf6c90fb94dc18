/** Asks the scripts, whose clock and server are what the test says. */
import { encode } from '@msgpack/msgpack';
import { Redis } from 'ioredis';
import type { Caller, RoomView } from '../../gateway/line/words.ts';
import { roomKeys } from '../../gateway/store/redis-keys.ts';
import { isUnknown, readReply } from '../../gateway/store/redis-replies.ts';
import { commandOf, defineScripts, type ReadPart, readPart } from '../../gateway/store/redis-scripts.ts';
import type { TestGateway } from './differential-gateway.ts';
import type { Step } from './differential-steps.ts';

export interface Place {
  client: Redis;
  prefix: string;
}

export interface Asked {
  gateway: TestGateway;
  /** As the law is told: with the server that the script finds. */
  modelCaller: Caller;
  server: string;
}

export interface Told {
  own: Record<string, unknown>;
  view: RoomView | null;
  ended: string[];
  endedCount: number;
  leases: unknown[][];
  leasesSeq: number;
}

const TEST_CLOCK = `local function store_time() return cmsgpack.unpack(ARGV[1]).time end
local function server_id() return cmsgpack.unpack(ARGV[1]).server end`;

/** `change`: what a planted fault makes of a part. */
export function openPlace(url: string, prefix: string, change: ReadPart = readPart): Place {
  // What one turn asks of many rooms goes out together.
  const client = new Redis(url, { enableAutoPipelining: true });
  defineScripts(client, (part) => (part === 'lib/clock' ? TEST_CLOCK : change(part)));
  return { client, prefix };
}

type Command = (...words: (string | Buffer)[]) => Promise<Buffer>;

export async function ask(place: Place, room: string, asked: Asked, { name, args }: Step): Promise<Told> {
  const { gateway, modelCaller, server } = asked;
  const { floors, ...caller } = modelCaller;
  const { endedSeen, leasesSeen } = gateway;
  const told = { ...caller, room, server, endedSeen, leasesSeen };
  const command = (place.client as unknown as Record<string, Command>)[`${commandOf(name)}Buffer`]!;
  const words = [packed(told), floors ? packed(floors) : '', packed(args)];
  const bytes = await command.call(place.client, ...roomKeys(place.prefix, room), ...words);
  const reply = readReply(room, bytes, []);
  if (isUnknown(reply))
    return { own: { ...reply }, view: null, ended: [], endedCount: 0, leases: [], leasesSeq: 0 };
  const { view, ended, endedCount, leases, leasesSeq, ...own } = reply;
  const isCall = name === 'call';
  return {
    own: isCall || leases === undefined ? own : { ...own, leases },
    ...{ view: { ...view, endedSessions: [] }, ended, endedCount },
    ...{ leases: isCall ? (leases as unknown[][]) : [], leasesSeq: (leasesSeq as number | undefined) ?? 0 },
  };
}

function packed(value: unknown): Buffer {
  return Buffer.from(encode(value, { ignoreUndefined: true }));
}
