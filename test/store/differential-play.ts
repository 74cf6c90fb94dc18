/** Plays one room by seed on both stores at once, and says at which step, if ever, they part. */
import type { JoinAnswer } from '../../gateway/line/words.ts';
import { readRoom } from '../../gateway/store/redis-room.ts';
import { distrust, incident, passTime } from './differential-incidents.ts';
import { stepModel } from './differential-model.ts';
import { type Asked, ask, type Place } from './differential-redis.ts';
import { comparable, difference } from './differential-same.ts';
import { randomStep, type Step } from './differential-steps.ts';
import { createWorld, hear, type World } from './differential-world.ts';

export interface Played {
  /** How often each script was asked. */
  counts: Record<string, number>;
  /** Where the stores parted; null: nowhere. */
  parted: string | null;
}

/** Between two looks at the whole state. */
const LOOK_EACH = 8;

export async function playRoom(place: Place, seed: number, steps: number): Promise<Played> {
  const world = createWorld(seed, `room-${seed}`);
  const counts: Record<string, number> = {};
  for (let count = 1; count <= steps; count++) {
    passTime(world);
    await incident(world, place);
    const step = nextStep(world);
    counts[step.name] = (counts[step.name] ?? 0) + 1;
    const parted =
      (await playStep(world, place, step)) ?? (count % LOOK_EACH === 0 ? await look(world, place) : null);
    if (parted) return { counts, parted: `room ${seed}, step ${count}, ${JSON.stringify(step)}\n${parted}` };
  }
  return { counts, parted: await look(world, place) };
}

function nextStep(world: World): Step {
  const { dice, model, people } = world;
  if (model.room) return randomStep(dice, model.room, people, () => (world.revision += dice.whole(0, 1)));
  if (dice.chance(0.4)) return { name: 'call', args: [] };
  return { name: 'configure', args: [world.lawNow(), world.revision] };
}

async function playStep(world: World, place: Place, step: Step): Promise<string | null> {
  const gateway = world.dice.pick(world.gateways);
  const asked: Asked = { gateway, ...world.callerOf(gateway) };
  const expected = stepModel(world.model, step.name, asked.modelCaller, step.args);
  const { own, view, ended, endedCount, leases, leasesSeq } = await ask(place, world.model.name, asked, step);
  const parted =
    difference(expected.own, own, 'answer') ??
    difference(expected.view && { ...expected.view, endedSessions: [] }, view, 'view');
  if (parted || !view || !expected.view) return parted;
  collect(world, step, own);
  if (own.forgotten === true) distrust(world);
  // The answer got lost on its way. One that tells of a loss is told once, so that what it tells would be missing below.
  if (world.dice.chance(0.03) && !expected.lossFound) return null;
  return hear(world, gateway, { ...expected, view: expected.view, ended, endedCount, leases, leasesSeq });
}

/** The newcomers' tickets, and those of redeemed places. */
function collect({ people, model, dice }: World, { name, args }: Step, own: Record<string, unknown>): void {
  const law = model.room?.law;
  if (!law || !model.room) return;
  const expiresAt = model.room.at + law.ticketMs;
  if (name === 'join' && own.kind === 'joined') {
    const { lane, epoch, first, serving } = own as Extract<JoinAnswer, { kind: 'joined' }>;
    for (const [index, id] of (args[1] as string[]).entries())
      people.tickets.push({ id, lane, epoch, number: first + index, serving, expiresAt });
  }
  if (name === 'redeem' && own.kind === 'redeemed' && dice.chance(0.3)) {
    const { lane, epoch, number, serving } = own as {
      lane: string;
      epoch: number;
      number: number;
      serving: number;
    };
    people.tickets.push({ id: `p${number}-${epoch}`, lane, epoch, number, serving, expiresAt });
  }
  people.tickets.splice(0, people.tickets.length - 300);
}

async function look({ model }: World, { client, prefix }: Place): Promise<string | null> {
  const room = await readRoom(client, prefix, model.name);
  return difference(comparable(model.room), comparable(room), 'room');
}
