/** Feeds a controller with what gateways would have seen, half a second at a time, on a clock that is moved by hand. */

import type { ProtectionSettings } from '../../config/settings.ts';
import { type ControllerState, createState, step } from '../../gateway/release/controller.ts';
import { LATENCY_BUCKETS, latencyBucket } from '../../gateway/release/latency-steps.ts';
import type {
  Evidence,
  ExternalSignal,
  Judgement,
  Orders,
  RoomFacts,
  RouteSample,
  UpstreamSample,
} from '../../gateway/release/words.ts';
import { protectionDefaults } from '../../load-tests/simulate/control/protection.ts';

export const STEP_MS = 500;
export const START_MS = 1_700_000_000_000;
const UPSTREAM = 'platform';

export interface RouteSeen {
  perSecond: number;
  ms: number;
  errors?: number;
  empties?: number;
}

export interface RoomSeen {
  newcomers?: number;
  admitted?: number;
}

/** What is true of the half-seconds to come, all gateways together. Shares for errors and empties, a second for rates. */
export interface World {
  routes?: Record<string, RouteSeen>;
  rooms?: Record<string, RoomSeen>;
  inFlight?: number;
  queued?: number;
  shed?: number;
  connections?: number;
  external?: ExternalSignal[];
}

export const CALM: Record<string, RouteSeen> = {
  'GET /event': { perSecond: 40, ms: 60 },
  'POST /form': { perSecond: 20, ms: 120 },
  'POST /api/login': { perSecond: 10, ms: 30 },
};

export const slower = (times: number): Record<string, RouteSeen> =>
  Object.fromEntries(Object.entries(CALM).map(([name, one]) => [name, { ...one, ms: one.ms * times }]));

export const room = (facts: Partial<RoomFacts> = {}): RoomFacts => ({
  ...{
    upstream: UPSTREAM,
    waiting: 0,
    sessions: 0,
    callsPerMinute: null,
    weight: 1,
    guaranteePerMinute: null,
  },
  limits: { sessions: null, admissionsPerMinute: null, seats: null },
  ...facts,
});

export const limited = (admissionsPerMinute: number, facts: Partial<RoomFacts> = {}): RoomFacts =>
  room({ limits: { sessions: null, admissionsPerMinute, seats: null }, ...facts });

/** As configured, over the defaults. */
export function settingsWith(change: (settings: ProtectionSettings) => void = () => {}): ProtectionSettings {
  const settings = protectionDefaults();
  change(settings);
  return settings;
}

export interface Told extends Judgement {
  atSeconds: number;
}

export class ControllerStage {
  state: ControllerState = createState();
  orders: Orders = { upstreams: {}, rooms: {}, judgements: [] };
  rooms: Record<string, RoomFacts> = { event: room() };
  settings = settingsWith();
  readonly told: Told[] = [];
  nowMs = START_MS;
  readonly #gateways: number;
  #window = 0;
  /** Parts of answers that are carried on, so that few a second are some in some windows. */
  readonly #rest = new Map<string, number>();

  constructor(gateways = 1) {
    this.#gateways = gateways;
  }

  get seconds(): number {
    return (this.nowMs - START_MS) / 1000;
  }

  /** Runs for so long; stops at once where the last orders please. */
  run(seconds: number, world: World = {}, until?: (orders: Orders) => boolean): this {
    for (let i = 0; i < (seconds * 1000) / STEP_MS; i++) {
      this.once(world);
      if (until?.(this.orders)) break;
    }
    return this;
  }

  once({ routes = CALM, rooms = {}, external = [], ...gauges }: World, stepMs = STEP_MS): void {
    this.nowMs += stepMs;
    this.#window++;
    const names = Array.from({ length: this.#gateways }, (_, i) => `g${i}`);
    const evidence = names.map((gateway) => this.#evidence(gateway, routes, rooms, gauges));
    const upstreams = { [UPSTREAM]: { maxConnections: 256 / this.#gateways, gateways: this.#gateways } };
    const { nowMs, settings } = this;
    const result = step(this.state, { nowMs, evidence, rooms: this.rooms, upstreams, external, settings });
    this.state = result.state;
    this.orders = result.orders;
    for (const judgement of result.orders.judgements)
      this.told.push({ ...judgement, atSeconds: this.seconds });
  }

  kinds(): string[] {
    return this.told.map(({ kind }) => kind);
  }

  #evidence(
    gateway: string,
    routes: Record<string, RouteSeen>,
    rooms: Record<string, RoomSeen>,
    gauges: Omit<World, 'routes' | 'rooms' | 'external'>,
  ): Evidence {
    const samples = Object.entries(routes).map(([name, seen]) => this.#route(gateway, name, seen));
    const inRooms = Object.entries(rooms).map(([name, { newcomers = 0, admitted = 0 }]) => [
      name,
      {
        upstream: UPSTREAM,
        newcomers: this.#part(`${gateway} ${name} newcomers`, newcomers),
        admitted: this.#part(`${gateway} ${name} admitted`, admitted),
        requests: 0,
      },
    ]);
    return {
      gateway,
      window: this.#window,
      upstreams: { [UPSTREAM]: this.#upstream(samples, gauges) },
      rooms: Object.fromEntries(inRooms),
    };
  }

  /** Of so many a second, those of this gateway's window. */
  #part(key: string, perSecond: number): number {
    const exact = (perSecond * STEP_MS) / 1000 / this.#gateways + (this.#rest.get(key) ?? 0);
    this.#rest.set(key, exact - Math.floor(exact));
    return Math.floor(exact);
  }

  #route(gateway: string, route: string, { perSecond, ms, errors = 0, empties = 0 }: RouteSeen): RouteSample {
    const answers = this.#part(`${gateway} ${route}`, perSecond);
    const failed = Math.round(answers * errors);
    const latency = new Array<number>(LATENCY_BUCKETS).fill(0);
    latency[latencyBucket(ms)] = answers - failed;
    return {
      ...{ route, class: 'registration', answers, errors: failed, empties: Math.round(answers * empties) },
      ...{ totalMs: (answers - failed) * ms, latency },
    };
  }

  #upstream(
    routes: RouteSample[],
    { inFlight = 8, queued = 0, shed = 0, connections = 20 }: Omit<World, 'routes' | 'rooms' | 'external'>,
  ): UpstreamSample {
    const sum = (key: 'answers' | 'errors' | 'empties'): number =>
      routes.reduce((total, one) => total + one[key], 0);
    const each = (value: number): number => value / this.#gateways;
    return {
      ...{ spanMs: STEP_MS, answers: sum('answers'), errors: sum('errors'), empties: sum('empties'), routes },
      inFlight: { mean: each(inFlight), most: each(inFlight), now: each(inFlight) },
      ...{ queued: each(queued), shed: { registration: each(shed) }, oldestMs: 0, longRunning: 0 },
      ...{ connections: each(connections), targets: { up: 1, all: 1 } },
    };
  }
}
