/** Makes a day's incidents happen: kills, failovers, wiped stores, wrong clocks, and an operator's own doing. */
import type { Incident } from './day.ts';
import type { World } from './world.ts';

const COPY_EVERY_MS = 500;
const COPIES_KEPT_MS = 10_000;

export function planIncidents(world: World): void {
  for (const incident of world.day.incidents) {
    const atMs = incident.atSeconds * 1000;
    if (incident.what === 'fail over' || incident.what === 'kill all') {
      world.agenda.after(atMs - COPIES_KEPT_MS, () => keepCopies(world, atMs));
    }
    world.agenda.after(atMs, () => happen(world, incident));
  }
}

/** Copies of the store are dear: only the last before it fails are kept. */
function keepCopies(world: World, untilMs: number): void {
  world.store.copy(world.nowMs, COPIES_KEPT_MS);
  if (world.nowMs + COPY_EVERY_MS < untilMs)
    world.agenda.after(COPY_EVERY_MS, () => keepCopies(world, untilMs));
}

function happen(world: World, incident: Incident) {
  switch (incident.what) {
    case 'kill gateway':
      return world.gateways[incident.gateway % world.gateways.length]?.kill(
        world.nowMs,
        incident.downSeconds * 1000,
        false,
      );
    case 'restart store':
      world.store.restart();
      return world.store.stop(world.nowMs, incident.downSeconds * 1000);
    case 'fail over':
      lose(world, () => world.store.failOver(world.nowMs, incident.lostSeconds * 1000));
      return world.store.stop(world.nowMs, incident.downSeconds * 1000);
    case 'kill all':
      return killAll(world, incident.downSeconds * 1000);
    case 'flush':
      return lose(world, () => world.store.flush());
    case 'jump clock':
      return world.store.jumpClock(incident.seconds * 1000);
    case 'limit':
      return setLimit(world, incident.sessions);
    case 'pause':
      setState(world, 'paused');
      return world.agenda.after(incident.seconds * 1000, () => setState(world, 'open'));
    case 'lose replies':
      world.lostShare += incident.share;
      return world.agenda.after(incident.seconds * 1000, () => {
        world.lostShare -= incident.share;
      });
  }
}

function lose(world: World, forget: () => void): void {
  world.losses++;
  world.lastLossMs = world.nowMs;
  world.judge.lost(world.nowMs);
  forget();
}

/** One process holds gateway and embedded store: it wakes with its last snapshot, its journal's leases, and a mark of loss. */
function killAll(world: World, downMs: number): void {
  lose(world, () => world.store.failOver(world.nowMs, world.random.between(0, 1000)));
  world.store.stop(world.nowMs, downMs);
  for (const gateway of world.gateways) gateway.kill(world.nowMs, downMs, true);
  world.agenda.after(downMs, () => world.store.markLoss(world.gateways[0]!.caller(world.nowMs)));
}

function setLimit(world: World, sessions: number): void {
  const { limits } = world.store.law;
  world.store.change({ limits: { ...limits, sessions } });
  world.books.setLimits({ ...limits, sessions: sessions - limits.submitReserve }, world.nowMs);
}

function setState(world: World, state: 'open' | 'paused'): void {
  world.store.change({ state });
  world.books.setOpen(state === 'open', world.nowMs);
}
