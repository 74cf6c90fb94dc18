/** One named upstream: gives each request a connection to the right target, never more than its bound, first come first served. */
import type { ProtectionSettings, UpstreamSettings } from '../../config/settings.ts';
import { BodySlots } from './body-slots.ts';
import { chooseTarget, leastBad } from './choose-target.ts';
import type { Connection } from './connection.ts';
import { isOfTarget, isUnsent } from './failure.ts';
import { type Observation, Samples } from './samples.ts';
import { Slots, type Waiter } from './slots.ts';
import { Target } from './target.ts';
import { mayEject, type OutlierReason, outlierReason } from './target-health.ts';
import { rulesOf } from './target-state.ts';
import type { FailureKind } from './words.ts';

export interface UpstreamTools {
  now: () => number;
  random: () => number;
  log: { say(level: 'info' | 'warn', facts: object, message: string): void };
  onTargetStatus?: ((facts: TargetStatus) => void) | undefined;
  /** Slots of those who go first to the same platform. */
  ahead?: Slots | undefined;
}

export interface TargetStatus {
  upstream: string;
  target: string;
  /** `outlier`: it would be ejected, were ejection not only observed. */
  status: 'up' | 'ejected' | 'down' | 'outlier';
  /** Why it is not up. */
  reason: string | null;
}

type DecisionMode = ProtectionSettings['mode'];

/** An error run is judged at once at each multiple of this; all else by the watch. */
const JUDGED_RUN = 5;

export class Upstream {
  readonly name: string;
  settings: UpstreamSettings;
  targets: Target[] = [];
  readonly samples = new Samples();
  readonly failures: Partial<Record<FailureKind, number>> = {};
  answers = 0;
  /** When somebody last waited in vain. */
  shedAtMs = Number.NEGATIVE_INFINITY;
  readonly slots: Slots;
  /** Taken before `acquire`, for a body that still comes. */
  readonly bodies = new BodySlots(() => this.settings.maxConnections);
  readonly #tools: UpstreamTools;
  #ejects: DecisionMode = 'act';
  #isClosed = false;

  constructor(name: string, settings: UpstreamSettings, tools: UpstreamTools) {
    this.name = name;
    this.settings = settings;
    this.#tools = tools;
    this.slots = new Slots({
      settings: () => this.settings,
      now: tools.now,
      serve: (waiter) => this.#serve(waiter),
      ahead: tools.ahead,
      connections: () => this.#connections(),
      discardIdle: () => this.targets.find((target) => target.hasIdle)?.discardIdle(),
    });
    this.update(settings);
  }

  /** Takes over new settings: targets that stay keep their connections and their record, the others drain. */
  update(settings: UpstreamSettings): void {
    const connectionKey = ({ tls, timeouts }: UpstreamSettings) => JSON.stringify([tls, timeouts.connectMs]);
    const keepsConnections = connectionKey(settings) === connectionKey(this.settings);
    const before = this.targets;
    this.settings = settings;
    const onConnected = (target: Target) => {
      if (target.state.connected(this.#tools.now())) this.statusChanged(target);
    };
    this.targets = settings.targets.map((wanted) => {
      const kept = keepsConnections ? before.find((target) => target.url === wanted.url) : undefined;
      if (!kept) return new Target(wanted, settings, rulesOf(settings), onConnected);
      kept.weight = wanted.weight;
      kept.state.rules = rulesOf(settings);
      return kept;
    });
    for (const target of before) if (!this.targets.includes(target)) target.drain();
    this.look();
  }

  /** Null: no requests are shed for want of a slot, and outliers are ejected. */
  follow(protection: ProtectionSettings | null): void {
    this.#ejects = protection === null ? 'act' : (protection.decisions.eject ?? protection.mode);
    this.slots.follow(protection);
  }

  /** Now and then, and when something changed. */
  look(): void {
    this.refreshWeights();
    this.slots.look(this.status === 'down');
  }

  get status(): 'ok' | 'degraded' | 'down' {
    const up = this.targets.filter((target) => target.state.status === 'up').length;
    if (up === this.targets.length) return 'ok';
    return up === 0 ? 'down' : 'degraded';
  }

  /** After the answer; `isReusable` false: the connection was cut or is unfit. */
  release(waiter: Waiter, connection: Connection, isReusable: boolean): void {
    if (isReusable) connection.target.giveBack(connection);
    else connection.target.discard(connection);
    this.#freeSlot(waiter, connection.target);
  }

  /** The request was aborted: its connection is gone, yet the target may work on it for as long as requests take now. */
  releaseLater(waiter: Waiter, connection: Connection): void {
    const { target } = connection;
    target.discard(connection);
    const holdMs = Math.min(this.samples.figures(this.#tools.now()).p50Ms, this.settings.timeouts.headersMs);
    if (holdMs < 1) this.#freeSlot(waiter, target);
    else setTimeout(() => this.#freeSlot(waiter, target), holdMs).unref();
  }

  /** The target refused the connection and nothing was sent: another target, in the same slot. Null: there is none. */
  moveOn(connection: Connection, tried: readonly Target[]): Connection | null {
    const others = this.targets.filter((target) => target.effectiveWeight > 0 && !tried.includes(target));
    const next = chooseTarget(others, this.#tools.random);
    if (next === null) return null;
    connection.target.discard(connection);
    connection.target.outstanding--;
    return this.#connectionTo(next);
  }

  answered(target: Target, kind: Observation, headMs: number): void {
    this.answers++;
    this.#observe(target, kind, headMs);
  }

  /** `sentMs`: how long the request was under way; null: it was never sent. */
  failed(target: Target | null, failure: FailureKind, sentMs: number | null): void {
    // Our own decision says nothing of the platform.
    if (failure === 'shed') {
      this.shedAtMs = this.#tools.now();
      return;
    }
    this.failures[failure] = (this.failures[failure] ?? 0) + 1;
    if (target === null) return;
    if (isUnsent(failure)) this.connectFailed(target);
    else if (sentMs !== null && isOfTarget(failure)) this.#observe(target, 'error', sentMs);
  }

  connectFailed(target: Target): void {
    if (target.state.connectFailed()) this.statusChanged(target);
  }

  #observe(target: Target, kind: Observation, ms: number): void {
    const now = this.#tools.now();
    target.samples.add(kind, ms, now);
    this.samples.add(kind, ms, now);
    if (kind === 'error' && target.samples.errorsInRow % JUDGED_RUN === 0) this.judge(target, now);
  }

  /** Ejects the target if it is an outlier and enough others stay. */
  judge(target: Target, now: number): void {
    if (this.#ejects === 'off' || target.state.status !== 'up' || this.targets.length < 2) return;
    const fellows = this.targets.filter((other) => other !== target && other.state.status === 'up');
    const reason = outlierReason(
      target.samples.figures(now),
      fellows.map((other) => other.samples.figures(now)),
    );
    if (reason === null) target.observedAs = null;
    if (reason === null || !mayEject(this.targets.length, this.targets.length - 1 - fellows.length)) return;
    if (this.#ejects === 'observe') {
      this.#wouldEject(target, reason);
      return;
    }
    target.state.eject(reason, now);
    this.statusChanged(target);
  }

  /** Said once for each reason, until the target is well again. */
  #wouldEject(target: Target, reason: OutlierReason): void {
    if (target.observedAs === reason) return;
    target.observedAs = reason;
    const facts = { upstream: this.name, target: target.url, status: 'outlier' as const, reason };
    this.#tools.onTargetStatus?.(facts);
    this.#tools.log.say('warn', facts, 'a target would be ejected');
  }

  statusChanged(target: Target): void {
    const { status, reason } = target.state;
    if (status === 'up') target.samples.clear();
    this.look();
    const facts = { upstream: this.name, target: target.url, status, reason };
    this.#tools.onTargetStatus?.(facts);
    this.#tools.log.say(status === 'up' ? 'info' : 'warn', facts, `target is ${status}`);
  }

  refreshWeights(): void {
    const now = this.#tools.now();
    for (const target of this.targets) target.effectiveWeight = target.weight * target.state.share(now);
  }

  /** Requests under way end in peace; nobody new comes. */
  drain(): void {
    this.#isClosed = true;
    for (const target of this.targets) target.drain();
  }

  destroy(): void {
    this.drain();
    this.slots.close();
    const { waiting } = this.bodies;
    for (let waiter = waiting.shift(); waiter !== null; waiter = waiting.shift()) waiter.onNoTarget();
    for (const target of this.targets) target.destroy();
  }

  get isIdle(): boolean {
    return (
      this.#isClosed && this.slots.used === 0 && this.slots.waiting === 0 && this.bodies.waiting.size === 0
    );
  }

  #serve(waiter: Waiter): void {
    const target =
      chooseTarget(this.targets, this.#tools.random) ?? leastBad(this.targets, this.#tools.random);
    if (target === null) {
      waiter.onNoTarget();
      return;
    }
    this.slots.take(waiter);
    waiter.onConnection(this.#connectionTo(target));
  }

  #connectionTo(target: Target): Connection {
    target.outstanding++;
    if (!target.hasIdle) this.slots.makeSpace();
    return target.take();
  }

  #connections(): number {
    let count = 0;
    for (const target of this.targets) count += target.size;
    return count;
  }

  #freeSlot(waiter: Waiter, target: Target): void {
    target.outstanding--;
    this.slots.free(waiter);
  }
}
