/** What befalls a room between two steps: time passes, clocks jump, servers change, gateways come new, stores lose what they had. */
import { roomFromJson, roomToJson } from '../../gateway/line/room.ts';
import { roomKeys } from '../../gateway/store/redis-keys.ts';
import { writeRoom } from '../../gateway/store/redis-room.ts';
import { newGateway } from './differential-gateway.ts';
import type { Place } from './differential-redis.ts';
import type { World } from './differential-world.ts';

const PAUSES = { none: 15, moment: 30, tick: 32, while: 14, minute: 7, long: 1.5, days: 0.2 };
const PAUSE_MS: Record<keyof typeof PAUSES, number[]> = {
  ...{ none: [0, 0], moment: [1, 60], tick: [100, 600], while: [600, 3_000], minute: [3_000, 30_000] },
  ...{ long: [30_000, 900_000], days: [3_600_000, 200_000_000] },
};

export function passTime(world: World): void {
  const { dice } = world;
  const [least = 0, most = 0] = PAUSE_MS[dice.weighted(PAUSES)];
  const ms = dice.whole(least, most);
  world.time += ms;
  world.monotonicMs += ms;
  if (dice.chance(0.01)) world.time += dice.whole(-3_600_000, 3_600_000);
}

export async function incident(world: World, place: Place): Promise<void> {
  const { dice, gateways, model } = world;
  if (dice.chance(0.005)) world.server = `server-${dice.whole(1, 1_000)}`;
  if (dice.chance(0.005)) gateways[dice.whole(0, gateways.length - 1)] = newGateway(`g${dice.whole(1, 99)}x`);
  if (dice.chance(0.03) && model.room) world.older = roomToJson(model.room);
  if (dice.chance(0.004)) await lose(world, place);
}

/** The room is not the one that the gateways knew: until one of them finds that out, its lists prove nothing. */
export function distrust({ gateways }: World): void {
  for (const gateway of gateways) Object.assign(gateway, { ended: null, leases: null });
}

async function lose(world: World, { client, prefix }: Place): Promise<void> {
  const { model, dice, older } = world;
  distrust(world);
  if (older && dice.chance(0.6)) {
    model.room = roomFromJson(older);
    await writeRoom(client, prefix, roomFromJson(older));
  } else {
    model.room = null;
    model.nextEpoch = null;
    await client.del(...roomKeys(prefix, model.name));
  }
}
