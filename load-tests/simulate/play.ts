/** Plays one day from its first visitor to its last minute, and tells what the judge and the books saw. */
import type { Day, Outcome } from './day.ts';
import type { SimulatedGateway } from './gateway.ts';
import { planIncidents } from './incidents.ts';
import { lineTransitions, type Transitions } from './transitions.ts';
import { SimulatedVisitor } from './visitor.ts';
import { World } from './world.ts';

const TICK_MS = 500;
const DISK_MS = 1000;

export function playDay(day: Day, transitions: Transitions = lineTransitions): Outcome {
  const world = new World(day, transitions);
  for (const gateway of world.gateways) {
    keepTicking(world, gateway);
    keepWriting(world, gateway);
  }
  planIncidents(world);
  keepArriving(world);
  world.agenda.runUntil(day.minutes * 60_000);
  return outcomeOf(world);
}

function keepTicking(world: World, gateway: SimulatedGateway): void {
  if (gateway.isUp(world.nowMs)) gateway.tick(world.nowMs);
  world.agenda.after(TICK_MS * world.random.between(0.8, 1.2), () => keepTicking(world, gateway));
}

function keepWriting(world: World, gateway: SimulatedGateway): void {
  if (gateway.isUp(world.nowMs)) gateway.writeDisk();
  world.agenda.after(DISK_MS, () => keepWriting(world, gateway));
}

/** A Poisson stream whose rate the day tells by the second. */
function keepArriving(world: World): void {
  const perSecond = world.day.visitors.arrivalsPerSecond(world.nowMs / 1000);
  if (perSecond > 0) new SimulatedVisitor(world, `visitor-${world.arrived++}`).join();
  const gapMs = perSecond > 0 ? world.random.exponential(1000 / perSecond) : 1000;
  world.agenda.after(gapMs, () => keepArriving(world));
}

function outcomeOf(world: World): Outcome {
  const { judge, books, day, seats } = world;
  return {
    day: day.name,
    seed: day.seed,
    faults: judge.sum(),
    utilisation: books.utilisation(world.nowMs),
    arrived: world.arrived,
    admitted: books.admitted,
    refusedAtFirst: judge.refusedAtFirst,
    seats: seats && {
      ...{ sold: seats.sold, disappointed: seats.disappointed },
      ...{ mostOver: seats.mostOverSeats, soldOutAtMs: seats.soldOutAtMs },
    },
    ties: judge.ties,
    losses: world.losses,
  };
}
