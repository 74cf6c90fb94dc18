/** Plays one shape with one kind of limit from the first visitor to the last second, and counts each second what came of it. */

import { createState, engagesAt, step } from '../../../gateway/release/controller.ts';
import type { Evidence, Judgement, RoomFacts } from '../../../gateway/release/words.ts';
import { Agenda } from '../agenda.ts';
import { createRandom, type Random } from '../random.ts';
import { CONNECTIONS, type Outcome, ROOM, SimulatedForwarder, UPSTREAM } from './gate.ts';
import { SimulatedLine } from './line.ts';
import { JOURNEY, ROUTES, SimulatedPlatform } from './platform.ts';
import { protectionDefaults } from './protection.ts';
import { RUN_SECONDS, type Shape } from './shapes.ts';

export type Limit = { kind: 'adaptive' } | { kind: 'fixed'; perMinute: number } | { kind: 'none' };

export interface Second {
  arrived: number;
  admitted: number;
  answers: number;
  good: number;
  totalMs: number;
}

export interface Played {
  seconds: Second[];
  good: number;
  answers: number;
  arrived: number;
  admitted: number;
  /** Latencies of good and late answers, by route, ms: only where asked for. */
  latencies: number[][];
  judgements: { atSeconds: number; judgement: Judgement }[];
}

export interface Plan {
  shape: Shape;
  limit: Limit;
  seed: number;
  gateways: number;
  /** Longest time of a good answer by route, ms. */
  goodWithinMs: readonly number[];
}

const WINDOW_MS = 500;
const PATIENCE_MS = 10_000;
const LINE_PATIENCE_MS = 180_000;
const THINK_MS = 4_000;
const RETRY_MS = 3_000;
const TRIES = 3;

export function play(plan: Plan): Played {
  const agenda = new Agenda();
  const random = createRandom(plan.seed);
  const platform = new SimulatedPlatform(agenda, createRandom(plan.seed + 1), plan.shape.condition);
  const gateways = Array.from(
    { length: plan.gateways },
    (_, i) => new SimulatedForwarder(`g${i}`, agenda, random, platform),
  );
  const line = new SimulatedLine(agenda, plan.limit.kind === 'fixed' ? plan.limit.perMinute : null);
  const played = emptyBooks();
  const stage: Stage = { plan, agenda, random, gateways, line, played, newcomer: () => {} };
  if (plan.limit.kind === 'adaptive') control(stage);
  if (plan.shape.restartAtSeconds) agenda.after(plan.shape.restartAtSeconds * 1000, () => platform.restart());
  arrive(stage);
  agenda.runUntil(RUN_SECONDS * 1000);
  return played;
}

interface Stage {
  plan: Plan;
  agenda: Agenda;
  random: Random;
  gateways: SimulatedForwarder[];
  line: SimulatedLine;
  played: Played;
  /** Asked at every newcomer, before the line is. */
  newcomer(gateway: SimulatedForwarder): void;
}

const emptyBooks = (): Played => ({
  seconds: Array.from({ length: RUN_SECONDS + 1 }, () => ({
    ...{ arrived: 0, admitted: 0, answers: 0, good: 0, totalMs: 0 },
  })),
  ...{ good: 0, answers: 0, arrived: 0, admitted: 0 },
  latencies: ROUTES.map(() => []),
  judgements: [],
});

function arrive(stage: Stage): void {
  const { agenda, random, plan } = stage;
  const perSecond = plan.shape.arrivals(agenda.nowMs / 1000);
  agenda.after(random.exponential(1000 / perSecond), () => {
    comeIn(stage);
    arrive(stage);
  });
}

const now = ({ agenda, played }: Stage): Second => played.seconds[Math.floor(agenda.nowMs / 1000)]!;

function comeIn(stage: Stage): void {
  const { random, gateways, line, played } = stage;
  const gateway = gateways[random.below(gateways.length)]!;
  now(stage).arrived++;
  played.arrived++;
  gateway.newcomers++;
  stage.newcomer(gateway);
  line.join(random.exponential(LINE_PATIENCE_MS), () => {
    now(stage).admitted++;
    played.admitted++;
    gateway.admitted++;
    request(stage, gateway, 0, 1);
  });
}

/** One request of the journey; whoever gets nothing tries again, and at last goes home. */
function request(stage: Stage, gateway: SimulatedForwarder, at: number, tries: number): void {
  const route = JOURNEY[at];
  if (route === undefined) return;
  const sentMs = stage.agenda.nowMs;
  gateway.forward(route, PATIENCE_MS, (outcome) => {
    const tookMs = stage.agenda.nowMs - sentMs;
    note(stage, route, outcome, tookMs);
    if (outcome === 'good') think(stage, () => request(stage, gateway, at + 1, 1));
    else if (tries < TRIES) stage.agenda.after(RETRY_MS, () => request(stage, gateway, at, tries + 1));
  });
}

const think = ({ agenda, random }: Stage, then: () => void): void =>
  agenda.after(random.exponential(THINK_MS), then);

function note(stage: Stage, route: number, outcome: Outcome, tookMs: number): void {
  const second = now(stage);
  const { played, plan } = stage;
  second.answers++;
  second.totalMs += tookMs;
  played.answers++;
  if (outcome !== 'good') return;
  played.latencies[route]!.push(tookMs);
  if (tookMs > plan.goodWithinMs[route]!) return;
  second.good++;
  played.good++;
}

/** The real controller on what the gateways saw, twice a second. */
function control(stage: Stage): void {
  const { agenda, gateways, line, played } = stage;
  const settings = protectionDefaults();
  let state = createState();
  const facts = (): Record<string, RoomFacts> => ({
    [ROOM]: {
      ...{ upstream: UPSTREAM, waiting: line.waiting, sessions: 0, callsPerMinute: null },
      limits: { sessions: null, admissionsPerMinute: null, seats: null },
      ...{ weight: 1, guaranteePerMinute: null },
    },
  });
  const decide = (): void => {
    const evidence: Evidence[] = gateways.map((gateway) => gateway.window(WINDOW_MS));
    const upstreams = { [UPSTREAM]: { maxConnections: CONNECTIONS, gateways: gateways.length } };
    const result = step(state, {
      ...{ nowMs: 1_000_000 + agenda.nowMs, evidence, rooms: facts(), upstreams, external: [], settings },
    });
    state = result.state;
    for (const gateway of gateways) gateway.hold(result.orders.upstreams[UPSTREAM]?.share ?? CONNECTIONS);
    line.hold(result.orders.rooms[ROOM]?.perMinute ?? null);
    for (const judgement of result.orders.judgements)
      played.judgements.push({ atSeconds: agenda.nowMs / 1000, judgement });
    agenda.after(WINDOW_MS, decide);
  };
  agenda.after(WINDOW_MS, decide);
  stage.newcomer = (gateway) => {
    if (line.perMinute !== null) return;
    const { newcomers, inFlight } = gateway;
    const early = {
      newcomersThisSecond: newcomers,
      newcomersThisWindow: newcomers,
      inFlight,
      upstream: UPSTREAM,
    };
    const order = engagesAt(state, ROOM, early, settings);
    if (order) line.hold(order.perMinute);
  };
}
