/**
 * A registration platform in virtual time that collapses as real ones do: targets with a finite pool of database connections each, a
 * first-in-first-out queue, contention up to 8 × while many wait, and work that is done to its end for visitors who left long ago.
 * The same regimes as load-tests/platform/database.ts: below capacity a query takes its time; at capacity it queues; well above it all
 * work is late work.
 */
import type { TrafficClass } from '../../../config/settings.ts';
import type { Agenda } from '../agenda.ts';
import type { Random } from '../random.ts';

export const ROUTES = [
  { route: 'GET /event', class: 'registration', queries: 2 },
  { route: 'GET /form', class: 'registration', queries: 2 },
  { route: 'POST /form', class: 'registration', queries: 3 },
  { route: 'GET /report', class: 'registration', queries: 3 },
  { route: 'POST /api/login', class: 'api', queries: 1 },
] as const;

/** What a visitor asks for, in turn: routes by their place in ROUTES. */
export const JOURNEY = [0, 4, 1, 3, 2, 0];

export const TARGETS = 2;
export const CONNECTIONS_A_TARGET = 8;
export const QUERY_MS = 40;
const QUEUE_PER_CONNECTION = 100;

/** What a platform is made of. */
export interface Layout {
  routes: readonly { route: string; class: TrafficClass; queries: number }[];
  targets: number;
  connectionsATarget: number;
  queryMs: number;
}

const LAYOUT: Layout = {
  routes: ROUTES,
  targets: TARGETS,
  connectionsATarget: CONNECTIONS_A_TARGET,
  queryMs: QUERY_MS,
};

const queries = JOURNEY.reduce((sum, route) => sum + ROUTES[route]!.queries, 0);
/** Visitors a second whose journeys the whole platform can serve. */
export const CAPACITY_PER_SECOND = ((TARGETS * CONNECTIONS_A_TARGET) / QUERY_MS / queries) * 1000;

/** What is wrong with it at a moment. */
export interface Condition {
  /** Times slower, by route and target. */
  slow(route: number, target: number): number;
  /** Share of answers that are 503 at once, by target. */
  failing: readonly number[];
  /** Share of this route's answers that are empty. */
  empty(route: number): number;
  /** Nothing ends before this moment; 0: no pause. */
  pausedUntilMs: number;
  /** Every so manieth query of a target keeps its connection for ever; 0: none does. */
  leaksEvery: number;
  /** Connections of each target that somebody else uses. */
  taken: number;
}

export type Answer = 'good' | 'empty' | 'failed';

interface Query {
  route: number;
  done: () => void;
}

interface Target {
  queue: Query[];
  head: number;
  inUse: number;
  leaked: number;
  served: number;
}

const newTarget = (): Target => ({ queue: [], head: 0, inUse: 0, leaked: 0, served: 0 });

export class SimulatedPlatform {
  readonly layout: Layout;
  readonly #targets: Target[];
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #condition: (atMs: number) => Condition;

  constructor(agenda: Agenda, random: Random, condition: (atMs: number) => Condition, layout = LAYOUT) {
    this.#agenda = agenda;
    this.#random = random;
    this.#condition = condition;
    this.layout = layout;
    this.#targets = Array.from({ length: layout.targets }, newTarget);
  }

  /** Leaked connections are given back; queries under way go on. */
  restart(): void {
    for (const target of this.#targets) target.leaked = 0;
    this.#targets.forEach((_, index) => {
      this.#fill(index);
    });
  }

  leaked(): number {
    return this.#targets.reduce((sum, { leaked }) => sum + leaked, 0);
  }

  ask(route: number, target: number, answer: (kind: Answer) => void): void {
    const condition = this.#condition(this.#agenda.nowMs);
    if (this.#random.chance(condition.failing[target] ?? 0)) {
      this.#agenda.after(this.layout.queryMs / 4, () => answer('failed'));
      return;
    }
    if (this.#random.chance(condition.empty(route))) {
      this.#agenda.after(this.layout.queryMs / 4, () => answer('empty'));
      return;
    }
    this.#next(route, target, this.layout.routes[route]!.queries, answer);
  }

  #next(route: number, target: number, left: number, answer: (kind: Answer) => void): void {
    if (left === 0) {
      answer('good');
      return;
    }
    const at = this.#targets[target]!;
    if (at.queue.length - at.head >= QUEUE_PER_CONNECTION * this.layout.connectionsATarget) {
      answer('failed');
      return;
    }
    at.queue.push({ route, done: () => this.#next(route, target, left - 1, answer) });
    this.#fill(target);
  }

  #fill(index: number): void {
    const target = this.#targets[index]!;
    const { taken } = this.#condition(this.#agenda.nowMs);
    const connections = Math.max(1, this.layout.connectionsATarget - target.leaked - taken);
    while (target.inUse < connections && target.head < target.queue.length) this.#start(target, index);
    if (target.head > 1024 && target.head * 2 > target.queue.length) {
      target.queue = target.queue.slice(target.head);
      target.head = 0;
    }
  }

  #start(target: Target, index: number): void {
    const query = target.queue[target.head++]!;
    const { slow, pausedUntilMs, leaksEvery } = this.#condition(this.#agenda.nowMs);
    target.inUse++;
    const crowded = contention(target, this.layout.connectionsATarget);
    const tookMs = this.layout.queryMs * this.#random.between(0.5, 1.5) * slow(query.route, index) * crowded;
    const pauseMs = Math.max(0, pausedUntilMs - this.#agenda.nowMs);
    this.#agenda.after(tookMs + pauseMs, () => {
      target.inUse--;
      target.served++;
      // By count, not by chance: a lucky run would be compared with an unlucky one.
      if (leaksEvery > 0 && target.served % leaksEvery === 0) target.leaked++;
      query.done();
      this.#fill(index);
    });
  }
}

/** 1 while fewer than two queries a connection wait, then up to 8. */
function contention({ queue, head }: Target, connections: number): number {
  const crowd = queue.length - head - 2 * connections;
  return Math.min(8, 1 + Math.max(0, crowd) / (10 * connections));
}
