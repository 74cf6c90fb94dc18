/** Plays runs of the fault tier in virtual time: some rooms before a platform of 20 connections × 100 ms, and a controller that knows nothing at the start. */
import { createState, engagesAt, step } from '../../gateway/release/controller.ts';
import type { Judgement, RoomFacts, RoomOrder } from '../../gateway/release/words.ts';
import { Agenda } from '../../load-tests/simulate/agenda.ts';
import { CONNECTIONS, SimulatedForwarder, UPSTREAM } from '../../load-tests/simulate/control/gate.ts';
import { SimulatedLine } from '../../load-tests/simulate/control/line.ts';
import { type Layout, SimulatedPlatform } from '../../load-tests/simulate/control/platform.ts';
import { protectionDefaults } from '../../load-tests/simulate/control/protection.ts';
import { WELL } from '../../load-tests/simulate/control/shapes.ts';
import { createRandom } from '../../load-tests/simulate/random.ts';

export interface RoomPlan {
  /** Visitors a second. */
  arrivals(atSeconds: number): number;
  admissionsPerMinute?: number;
}

export interface SmallRun {
  seconds: number;
  rooms: Record<string, RoomPlan>;
  thinkMs: number;
  seed?: number;
  connections?: number;
  queryMs?: number;
  retries?: number;
  /** Times slower. */
  slow?(atSeconds: number): number;
}

export interface RoomSecond {
  arrived: number;
  admitted: number;
  /** Of those who arrived, how many had to wait. */
  waited: number;
}

export interface SmallOutcome {
  rooms: Record<string, RoomSecond[]>;
  /** Journeys that were done, by second; and mean time of an answer, ms. */
  registered: number[];
  latencyMs: number[];
  limit: (number | null)[];
  budget: (number | null)[];
  judgements: { atSeconds: number; judgement: Judgement }[];
}

/** The first page, and four steps to be seen and sent. */
const QUERIES = [2, 1, 2];
const JOURNEY = [0, 1, 2, 1, 2, 1, 2, 1, 2];
const QUERIES_PER_REGISTRATION = JOURNEY.reduce((sum, route) => sum + QUERIES[route]!, 0);
const WINDOW_MS = 500;
const POLL_MS = 2_000;
/** As long as a gateway keeps what it engaged by itself. */
const EARLY_MS = 3_000;

/** Registrations a second. */
export const capacityOf = (connections = 20, queryMs = 100): number =>
  ((connections / queryMs) * 1_000) / QUERIES_PER_REGISTRATION;

export function playSmall(run: SmallRun): SmallOutcome {
  const { seconds, thinkMs, seed = 1, connections = 20, queryMs = 100, retries = 3, slow = () => 1 } = run;
  const agenda = new Agenda();
  const random = createRandom(seed);
  const names = ['GET /new', 'GET /step', 'POST /step'];
  const layout: Layout = {
    routes: QUERIES.map((queries, i) => ({ route: names[i]!, class: 'registration', queries })),
    ...{ targets: 1, connectionsATarget: connections, queryMs },
  };
  const condition = (atMs: number) => ({ ...WELL, slow: () => slow(atMs / 1000) });
  const platform = new SimulatedPlatform(agenda, createRandom(seed + 1), condition, layout);
  const gateway = new SimulatedForwarder('g0', agenda, random, platform);
  const settings = protectionDefaults();
  let state = createState();
  const perSecond = <T>(make: () => T): T[] => Array.from({ length: seconds + 1 }, make);
  const seen: SmallOutcome = {
    rooms: {},
    ...{ registered: perSecond(() => 0), latencyMs: perSecond(() => 0), judgements: [] },
    ...{ limit: perSecond((): number | null => null), budget: perSecond((): number | null => null) },
  };
  const answers = perSecond(() => 0);
  const second = () => Math.min(seconds, Math.floor(agenda.nowMs / 1000));
  const rooms = Object.entries(run.rooms).map(([name, plan]) => {
    seen.rooms[name] = perSecond(() => ({ arrived: 0, admitted: 0, waited: 0 }));
    return {
      ...{ name, plan, line: new SimulatedLine(agenda, plan.admissionsPerMinute ?? null), inside: 0 },
      ...{
        newcomers: 0,
        admitted: 0,
        lately: [] as number[],
        order: null as RoomOrder | null,
        earlyUntilMs: 0,
        engaged: false,
      },
    };
  });
  type Room = (typeof rooms)[number];

  function request(room: Room, at: number, left: number): void {
    const route = JOURNEY[at];
    if (route === undefined) {
      room.inside--;
      seen.registered[second()]!++;
      return;
    }
    const sentMs = agenda.nowMs;
    gateway.forward(route, 10_000, (outcome) => {
      const now = second();
      if (outcome === 'good') {
        answers[now]!++;
        seen.latencyMs[now]! += agenda.nowMs - sentMs;
        const thinks = route === 1 ? (thinkMs / 4) * random.between(0.5, 1.5) : 0;
        agenda.after(thinks, () => request(room, at + 1, retries));
      } else if (left > 0) agenda.after(random.between(500, 2_000), () => request(room, at, left - 1));
      else room.inside--;
    });
  }

  function arrive(room: Room): void {
    const rate = room.plan.arrivals(agenda.nowMs / 1000);
    agenda.after(rate > 0 ? random.exponential(1000 / rate) : 1000, () => {
      if (rate > 0) comeIn(room);
      arrive(room);
    });
  }

  function comeIn(room: Room): void {
    const { nowMs } = agenda;
    const cell = seen.rooms[room.name]![second()]!;
    cell.arrived++;
    room.newcomers++;
    room.lately = [...room.lately.filter((atMs) => nowMs - atMs < 1_000), nowMs];
    if (room.plan.admissionsPerMinute === undefined && room.order === null) {
      const { lately, newcomers: newcomersThisWindow } = room;
      const early = { newcomersThisSecond: lately.length, newcomersThisWindow, inFlight: gateway.inFlight };
      const order = engagesAt(state, room.name, { ...early, upstream: UPSTREAM }, settings);
      if (order) {
        follow(room, order);
        room.earlyUntilMs = nowMs + EARLY_MS;
        room.engaged = true;
      }
    }
    let isAtOnce = true;
    room.line.join(Number.POSITIVE_INFINITY, () => {
      const enter = () => {
        seen.rooms[room.name]![second()]!.admitted++;
        room.admitted++;
        room.inside++;
        request(room, 0, retries);
      };
      if (isAtOnce) enter();
      else agenda.after(random.between(0, POLL_MS), enter);
      if (!isAtOnce) cell.waited++;
    });
    isAtOnce = false;
  }

  function follow(room: Room, order: RoomOrder | null): void {
    room.order = order;
    const limit = room.plan.admissionsPerMinute;
    room.line.hold(limit === undefined ? (order?.perMinute ?? null) : limit * (order?.factor ?? 1));
  }

  function decide(): void {
    const facts = Object.fromEntries(
      rooms.map(({ name, line, inside, plan }): [string, RoomFacts] => [
        name,
        {
          ...{ upstream: UPSTREAM, waiting: line.waiting, sessions: inside, callsPerMinute: null },
          limits: { sessions: null, admissionsPerMinute: plan.admissionsPerMinute ?? null, seats: null },
          ...{ weight: 1, guaranteePerMinute: null },
        },
      ]),
    );
    const samples = rooms.map((room) => {
      const { newcomers, admitted, engaged } = room;
      Object.assign(room, { newcomers: 0, admitted: 0, engaged: false });
      const sample = { upstream: UPSTREAM, newcomers, admitted, requests: 0 };
      return [room.name, engaged ? { ...sample, engaged } : sample] as const;
    });
    const evidence = [{ ...gateway.window(WINDOW_MS), rooms: Object.fromEntries(samples) }];
    const upstreams = { [UPSTREAM]: { maxConnections: CONNECTIONS, gateways: 1 } };
    const result = step(state, {
      ...{ nowMs: 1_000_000 + agenda.nowMs, evidence, rooms: facts, upstreams, external: [], settings },
    });
    state = result.state;
    gateway.hold(result.orders.upstreams[UPSTREAM]?.share ?? CONNECTIONS);
    for (const room of rooms) {
      const order = result.orders.rooms[room.name];
      if (order || agenda.nowMs >= room.earlyUntilMs) follow(room, order ?? null);
    }
    for (const judgement of result.orders.judgements)
      seen.judgements.push({ atSeconds: agenda.nowMs / 1000, judgement });
    seen.limit[second()] = state.upstreams[UPSTREAM]!.inFlight;
    seen.budget[second()] = state.upstreams[UPSTREAM]!.budgetPerMinute;
    agenda.after(WINDOW_MS, decide);
  }

  for (const room of rooms) arrive(room);
  agenda.after(WINDOW_MS, decide);
  agenda.runUntil(seconds * 1000);
  seen.latencyMs = seen.latencyMs.map((sum, i) => sum / Math.max(1, answers[i]!));
  return seen;
}
