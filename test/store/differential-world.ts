/** One room's world: clocks, gateways, visitors; and whether each gateway, of what it is told, knows what there is to know. */
import type { Caller, RoomLaw, RoomView } from '../../gateway/line/words.ts';
import { createDice, type Dice } from './differential-dice.ts';
import { hearView, newGateway, type TestGateway } from './differential-gateway.ts';
import { randomLaw } from './differential-law.ts';
import type { Model } from './differential-model.ts';
import type { Asked, Told } from './differential-redis.ts';
import { difference } from './differential-same.ts';
import type { People } from './differential-steps.ts';

export interface World {
  dice: Dice;
  model: Model;
  people: People;
  gateways: TestGateway[];
  revision: number;
  /** The store's clock, and one that never jumps; ms. */
  time: number;
  monotonicMs: number;
  server: string;
  /** An older copy of the room, as JSON. */
  older: unknown;
  lawNow(): RoomLaw;
  callerOf(gateway: TestGateway): Omit<Asked, 'gateway'>;
}

const START_MS = Date.UTC(2026, 11, 1, 15);
/** As lib/step has it. */
const SAME_SERVER_MS = 50;

export function createWorld(seed: number, name: string): World {
  const dice = createDice(seed);
  const count = dice.chance(0.04) ? 70 : dice.pick([1, 2, 3, 5]);
  const world: World = {
    dice,
    model: { name, room: null, nextEpoch: null },
    people: { tickets: [], count: 0 },
    gateways: Array.from({ length: count }, (_, index) => newGateway(`g${index + 1}`)),
    ...{ revision: 1, time: START_MS, monotonicMs: 0, server: 'server-1', older: null },
    lawNow: () => randomLaw(dice, world.time),
    callerOf: (gateway) => ({ modelCaller: callerOf(world, gateway), server: world.server }),
  };
  return world;
}

function callerOf(world: World, gateway: TestGateway): Caller {
  const { dice, gateways, time } = world;
  const fraction = dice.chance(0.3) ? 0.37 : 0;
  return {
    gateway: gateway.name,
    gone: dice.chance(0.03) ? [dice.pick(gateways).name, 'never-heard-of'] : [],
    ...{ server: serverFound(world), time, lastAt: gateway.lastAt },
    sinceMs: gateway.lastAt === 0 ? 0 : world.monotonicMs - gateway.heardMs + fraction,
    lastSeq: gateway.lastSeq,
    floors: dice.chance(0.1) ? null : dice.chance(0.2) ? gateway.olderFloors : gateway.floors,
  };
}

/** The scripts ask who they run on only where another process may have taken over. */
function serverFound({ model, time, server }: World): string {
  const { room } = model;
  if (!room || room.server === '') return server;
  const gapMs = time + room.offset - room.at;
  return gapMs >= 0 && gapMs <= SAME_SERVER_MS ? room.server : server;
}

type Heard = Omit<Told, 'own' | 'view'> & { view: RoomView; lossFound: boolean };

/** What the gateway remembers of the answer; whether the lists that are told in parts add up. */
export function hear(world: World, gateway: TestGateway, heard: Heard): string | null {
  hearView(gateway, heard.view, world.monotonicMs, world.dice.chance(0.7));
  return hearEnded(world, gateway, heard) ?? hearLeases(world, gateway, heard);
}

function hearEnded(
  { model }: World,
  gateway: TestGateway,
  { ended, endedCount, lossFound }: Heard,
): string | null {
  gateway.endedSeen = endedCount;
  const fresh = new Set(ended);
  const known = lossFound ? [] : gateway.ended?.filter((id) => !fresh.has(id));
  gateway.ended = known ? [...known, ...ended].slice(-1_000) : null;
  return gateway.ended && model.room && difference(model.room.endedSessions, gateway.ended, 'ended');
}

function hearLeases(world: World, gateway: TestGateway, heard: Heard): string | null {
  const { leases, leasesSeq, lossFound } = heard;
  // Only a call tells of leases; a loss that another answer found is one after which all are asked for.
  if (leasesSeq === 0) {
    if (lossFound) Object.assign(gateway, { leasesSeen: 0, leases: new Map() });
    return null;
  }
  gateway.leasesSeen = leasesSeq;
  if (lossFound) gateway.leases = new Map();
  for (const lease of leases) gateway.leases?.set(lease[0] as string, lease);
  const { room } = world.model;
  if (!gateway.leases || !room || leases.length >= 500) return null;
  for (const id of gateway.leases.keys()) if (!room.sessions.has(id)) gateway.leases.delete(id);
  const facts = [...room.sessions.values()].map(
    ({ id, startedAt, leaseUntil, spent, registered }) =>
      [id, [id, startedAt, leaseUntil, spent, registered]] as const,
  );
  return difference(Object.fromEntries(facts), Object.fromEntries(gateway.leases), 'leases');
}
