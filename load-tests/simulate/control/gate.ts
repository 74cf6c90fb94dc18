/** The gate in front of the simulated platform: one room with its line, and gateways that forward within a bound on requests in flight, with a queue, shedding, and ejection of a bad target. */
import { LATENCY_BUCKETS, latencyBucket } from '../../../gateway/release/latency-steps.ts';
import type { Evidence, RouteSample } from '../../../gateway/release/words.ts';
import type { Agenda } from '../agenda.ts';
import type { Random } from '../random.ts';
import type { Answer, SimulatedPlatform } from './platform.ts';

export const UPSTREAM = 'platform';
export const ROOM = 'event';
/** As `upstreams.<name>.maxConnections` by default. */
export const CONNECTIONS = 256;
const QUEUE_MS = 1_000;
/** A visitor who left keeps the slot for about as long as an answer takes. */
const LEFT_SLOT_MS = 100;
const EJECTED_MS = 10_000;

export type Outcome = Answer | 'shed' | 'left';

interface Waiting {
  route: number;
  sinceMs: number;
  outcome: (kind: Outcome) => void;
  isOver: boolean;
}

type Counting = { answers: number; errors: number; empties: number; totalMs: number; latency: number[] };
const nothing = (): Counting => ({
  ...{ answers: 0, errors: 0, empties: 0, totalMs: 0 },
  latency: new Array<number>(LATENCY_BUCKETS).fill(0),
});

export class SimulatedForwarder {
  limit = CONNECTIONS;
  inFlight = 0;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #platform: SimulatedPlatform;
  readonly #name: string;
  #queue: Waiting[] = [];
  #counts: Counting[];
  #most = 0;
  #shed = 0;
  #window = 0;
  #requests = 0;
  #busyMs = 0;
  #busyAtMs = 0;
  newcomers = 0;
  admitted = 0;
  readonly #targets: { inFlight: number; bad: number; ejectedUntilMs: number }[];

  constructor(name: string, agenda: Agenda, random: Random, platform: SimulatedPlatform) {
    this.#name = name;
    this.#agenda = agenda;
    this.#random = random;
    this.#platform = platform;
    const { routes, targets } = platform.layout;
    this.#counts = routes.map(nothing);
    this.#targets = Array.from({ length: targets }, () => ({ inFlight: 0, bad: 0, ejectedUntilMs: 0 }));
  }

  forward(route: number, patienceMs: number, outcome: (kind: Outcome) => void): void {
    this.#requests++;
    const waiting: Waiting = { route, sinceMs: this.#agenda.nowMs, outcome, isOver: false };
    if (this.inFlight < this.limit && this.#queue.length === 0) this.#send(waiting, patienceMs);
    else this.#wait(waiting, patienceMs);
  }

  /** The rest of the queue moves up when the bound rises. */
  hold(limit: number): void {
    this.limit = limit;
    this.#pull();
  }

  #wait(waiting: Waiting, patienceMs: number): void {
    this.#queue.push(waiting);
    this.#patience.set(waiting, patienceMs);
    this.#agenda.after(QUEUE_MS, () => {
      if (waiting.isOver) return;
      waiting.isOver = true;
      this.#queue = this.#queue.filter((one) => one !== waiting);
      this.#shed++;
      waiting.outcome('shed');
    });
  }
  readonly #patience = new WeakMap<Waiting, number>();

  #pull(): void {
    while (this.inFlight < this.limit && this.#queue.length > 0) {
      const waiting = this.#queue.shift()!;
      waiting.isOver = true;
      this.#send({ ...waiting, isOver: false }, this.#patience.get(waiting) ?? 0);
    }
  }

  #send(waiting: Waiting, patienceMs: number): void {
    const target = this.#choose();
    const sentMs = this.#agenda.nowMs;
    this.#move(1);
    this.#targets[target]!.inFlight++;
    this.#platform.ask(waiting.route, target, (kind) => {
      this.#targets[target]!.inFlight--;
      if (waiting.isOver) return;
      waiting.isOver = true;
      this.#count(waiting.route, kind, this.#agenda.nowMs - sentMs, target);
      this.#move(-1);
      this.#pull();
      waiting.outcome(kind);
    });
    this.#agenda.after(patienceMs, () => {
      if (waiting.isOver) return;
      waiting.isOver = true;
      waiting.outcome('left');
      this.#agenda.after(LEFT_SLOT_MS, () => {
        this.#move(-1);
        this.#pull();
      });
    });
  }

  #move(by: number): void {
    this.#busyMs += this.inFlight * (this.#agenda.nowMs - this.#busyAtMs);
    this.#busyAtMs = this.#agenda.nowMs;
    this.inFlight += by;
    this.#most = Math.max(this.#most, this.inFlight);
  }

  /** The one with the fewest under way of those that are not ejected; never more than half are. */
  #choose(): number {
    const nowMs = this.#agenda.nowMs;
    let best = this.#random.below(this.#targets.length);
    for (let i = 0; i < this.#targets.length; i++) {
      const [one, other] = [this.#targets[i]!, this.#targets[best]!];
      if (one.ejectedUntilMs > nowMs) continue;
      if (other.ejectedUntilMs > nowMs || one.inFlight < other.inFlight) best = i;
    }
    return best;
  }

  #count(route: number, kind: Answer, tookMs: number, target: number): void {
    const counts = this.#counts[route]!;
    counts.answers++;
    if (kind === 'failed') counts.errors++;
    if (kind === 'empty') counts.empties++;
    if (kind !== 'failed') {
      counts.totalMs += tookMs;
      counts.latency[latencyBucket(tookMs)]!++;
    }
    this.#judge(target, kind === 'failed');
  }

  /** Failures against its fellows': alone in failing, it gets nothing for a while. */
  #judge(index: number, failed: boolean): void {
    const target = this.#targets[index]!;
    target.bad = target.bad * 0.95 + (failed ? 0.05 : 0);
    const others = this.#targets.filter((one) => one !== target);
    const isAlone =
      others.length > 0 &&
      others.every((one) => one.bad < target.bad / 3 && one.ejectedUntilMs < this.#agenda.nowMs);
    if (target.bad > 0.2 && isAlone) {
      target.ejectedUntilMs = this.#agenda.nowMs + EJECTED_MS;
      target.bad = 0;
    }
  }

  /** What the sampler would say of the window that ends now. */
  window(spanMs: number): Evidence {
    this.#move(0);
    const { routes: known, targets } = this.#platform.layout;
    const routes: RouteSample[] = this.#counts.flatMap((counts, i) =>
      counts.answers > 0 ? [{ ...counts, route: known[i]!.route, class: known[i]!.class }] : [],
    );
    const sum = (key: 'answers' | 'errors' | 'empties'): number =>
      routes.reduce((total, one) => total + one[key], 0);
    const { newcomers, admitted } = this;
    const evidence: Evidence = {
      gateway: this.#name,
      window: ++this.#window,
      upstreams: {
        [UPSTREAM]: {
          ...{ spanMs, answers: sum('answers'), errors: sum('errors'), empties: sum('empties'), routes },
          inFlight: { mean: this.#busyMs / spanMs, most: this.#most, now: this.inFlight },
          ...{ queued: this.#queue.length, shed: { registration: this.#shed } },
          ...{ oldestMs: 0, longRunning: 0, connections: this.#most, targets: { up: targets, all: targets } },
        },
      },
      rooms: { [ROOM]: { upstream: UPSTREAM, newcomers, admitted, requests: this.#requests } },
    };
    this.#counts = known.map(nothing);
    Object.assign(this, { newcomers: 0, admitted: 0 });
    this.#most = this.inFlight;
    this.#shed = 0;
    this.#requests = 0;
    this.#busyMs = 0;
    return evidence;
  }
}
