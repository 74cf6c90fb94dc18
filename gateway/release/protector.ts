/** Automatic protection at work: twice a second a gateway takes its window to the council, and does what was decided. No request ever waits for it. */
import type { ProtectionSettings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { Decider } from './decider.ts';
import { type Decision, learnedOf } from './decision.ts';
import type { EarlyEngage } from './early-engage.ts';
import { isOff, modeOf } from './modes.ts';
import { createRateWords } from './rate-words.ts';
import type { Evidence, Judgement, RoomOrder } from './words.ts';

export interface ProtectorParts {
  decider: Decider;
  early: Pick<EarlyEngage, 'orders' | 'follow'>;
  settings(): ProtectionSettings;
  /** The window since the last time; the next one begins. */
  takeWindow(): Evidence;
  /** This gateway's part of a bound; null: its connections alone bound it. */
  hold(upstream: string, inFlight: number | null): void;
  sayRate(room: string, order: RoomOrder): Promise<unknown>;
  onJudgement(judgement: Judgement): void;
  /** The council. */
  trouble: { happened(error: unknown): void; ended(): void };
  onError(error: unknown): void;
  clock: Pick<Clock, 'monotonicMs'>;
  random(): number;
}

export interface Protector {
  start(): void;
  /** One round; never rejects. */
  round(): Promise<void>;
  stop(): Promise<void>;
  /** A newcomer's gateway engages it now. */
  engage(room: string, order: RoomOrder): void;
  /** What outlives this process. */
  learned(): Decision;
  /** Orders in force here: what was decided, and what this gateway engaged by itself since. */
  rooms(): Readonly<Record<string, RoomOrder>>;
  /** Requests in flight that this gateway is held to, by upstream. */
  shares(): ReadonlyMap<string, number>;
}

const ROUND_MS = 500;
/** Rounds of several gateways must not fall together. */
const JITTER = 0.1;
/** A gateway that engaged in a request has said so: the decision that follows is the same one. */
const SAID_MS = 5_000;

export function createProtector(parts: ProtectorParts): Protector {
  const { decider, early, clock } = parts;
  const words = createRateWords();
  const shares = new Map<string, number>();
  const saidAt = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let isStopped = false;

  const inForce = () => done({ ...early.orders(), ...decider.decision().rooms }, parts.settings());

  async function decide(evidence: Evidence): Promise<readonly Judgement[]> {
    try {
      const judgements = await decider.together(evidence, demandOf(evidence));
      parts.trouble.ended();
      return judgements;
    } catch (error) {
      parts.trouble.happened(error);
      return decider.alone(evidence);
    }
  }

  function tell(judgements: readonly Judgement[], evidence: Evidence): void {
    const nowMs = clock.monotonicMs();
    for (const [room, { engaged }] of Object.entries(evidence.rooms)) if (engaged) saidAt.set(room, nowMs);
    for (const [room, atMs] of saidAt) if (nowMs - atMs > SAID_MS) saidAt.delete(room);
    for (const judgement of judgements)
      if (judgement.kind !== 'engage' || !saidAt.has(judgement.room ?? '')) parts.onJudgement(judgement);
  }

  function say(room: string, order: RoomOrder): void {
    parts.sayRate(room, order).catch(() => words.failed(room));
  }

  function sayDue(orders: Readonly<Record<string, RoomOrder>>): void {
    for (const [room, order] of words.due(orders, clock.monotonicMs())) say(room, order);
  }

  function holdUpstreams(upstreams: Decision['upstreams']): void {
    for (const upstream of shares.keys())
      if ((upstreams[upstream]?.inFlight ?? null) === null) {
        shares.delete(upstream);
        parts.hold(upstream, null);
      }
    for (const [upstream, { inFlight }] of Object.entries(upstreams)) {
      if (inFlight === null) continue;
      const share = decider.share(upstream, inFlight);
      if (shares.get(upstream) !== share) parts.hold(upstream, share);
      shares.set(upstream, share);
    }
  }

  async function protect(): Promise<void> {
    const evidence = parts.takeWindow();
    if (isOff(parts.settings())) {
      holdUpstreams({});
      return sayDue({});
    }
    tell(await decide(evidence), evidence);
    const { rooms, upstreams } = decider.decision();
    early.follow(rooms);
    holdUpstreams(modeOf(parts.settings(), 'inFlight') === 'act' ? upstreams : {});
    sayDue(inForce());
  }

  const round = () => {
    underWay = protect().catch(parts.onError);
    return underWay;
  };
  const schedule = () => {
    if (!isStopped) timer = setTimeout(tick, ROUND_MS * (1 + JITTER * (2 * parts.random() - 1))).unref();
  };
  const tick = () => void round().finally(schedule);

  return {
    start: schedule,
    round,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await underWay;
      // A server that is gone keeps no gateway from ending.
      await decider.leave().catch(() => undefined);
    },
    engage(room, order) {
      words.told(room, order, clock.monotonicMs());
      say(room, order);
    },
    learned: () => learnedOf(decider.decision()),
    rooms: () => (isOff(parts.settings()) ? {} : inForce()),
    shares: () => shares,
  };
}

/** Gateways of another revision may have ordered it: here it is done only where it is to be done here. */
function done(orders: Decision['rooms'], settings: ProtectionSettings): Decision['rooms'] {
  const acts = (decision: 'engage' | 'factor' | 'isolate') => modeOf(settings, decision) === 'act';
  if (acts('factor') || acts('isolate')) return orders;
  if (!acts('engage')) return {};
  return Object.fromEntries(Object.entries(orders).filter(([, { perMinute }]) => perMinute !== null));
}

function demandOf({ upstreams }: Evidence): Record<string, number> {
  return Object.fromEntries(
    Object.entries(upstreams).map(([name, { inFlight, queued }]) => [
      name,
      Math.round((inFlight.mean + queued) * 10) / 10,
    ]),
  );
}
