/** What the platform says of itself: the last value of each external signal, its limit, and until when it counts; gateways are told within a second. In memory: an old one is worth nothing. */
import { type Static, Type } from 'typebox';
import type { PublishedSignal } from '../../gateway/control/words.ts';
import { AdminError } from '../errors.ts';
import { Reason } from '../rooms/words.ts';
import type { Actor } from '../words.ts';

/** So much is measured of nothing: who says so lies. */
const TOO_MUCH = 1_000_000_000;
/** From this part of its limit on, the gate lets fewer in. */
const OVER = 0.9;

const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
/** JSON has no NaN; what a lenient client makes of an overflow, or a counter gone mad tells, is not below the bound. */
const amount = (description: string, minimum: object) =>
  Type.Number({ ...minimum, exclusiveMaximum: TOO_MUCH, description });

export const SignalPost = Type.Object({
  name: Name,
  upstream: Type.String({ minLength: 1, maxLength: 128, description: 'upstream that it tells of' }),
  value: amount('what was measured', { minimum: 0 }),
  limit: amount('the highest value that the platform bears', { exclusiveMinimum: 0 }),
  ttlSeconds: Type.Number({
    minimum: 1,
    maximum: 3_600,
    description: 'stale after so long without a newer one',
  }),
});
/** Scripts that give a reason for everything may give one here: a signal is no decision, so nobody keeps it. */
export const SignalBody = Type.Object({ ...SignalPost.properties, reason: Type.Optional(Reason) });
export type SignalPost = Static<typeof SignalPost>;

export const SignalDocument = Type.Object({
  ...SignalPost.properties,
  at: Type.String({ format: 'date-time' }),
  stale: Type.Boolean({ description: 'its time is over: it says nothing, least of all that all is well' }),
  state: Type.Unsafe<'ok' | 'over' | 'unknown'>({
    enum: ['ok', 'over', 'unknown'],
    description: 'over: at nine tenths of its limit or above, fewer are let in; unknown: stale',
  }),
  by: Type.String(),
});
export type SignalDocument = Static<typeof SignalDocument>;

export interface Signals {
  /** Throws AdminError HG_NOT_THERE for an upstream that is not configured, HG_CONFLICT where there are too many. */
  post(actor: Actor, signal: SignalPost): SignalDocument;
  /** By upstream and name; stale ones stay for an hour. */
  list(): SignalDocument[];
  /** Nobody says it any more: it is no cause of anything. False: there is none. */
  remove(upstream: string, name: string): boolean;
}

export interface SignalsParts {
  upstreams(): readonly string[];
  clock: { wallMs(): number; monotonicMs(): number };
  /** Tells the gateways. */
  publish(signals: readonly PublishedSignal[]): void;
  /** Called twice a second. */
  onRound(listener: () => void): void;
}

const MOST_SIGNALS = 1_000;
const KEPT_STALE_MS = 3_600_000;
/** However many are posted, gateways get one document a second. */
const PUBLISH_MS = 1_000;

interface Kept {
  signal: SignalPost;
  at: string;
  /** Monotonic ms. */
  staleMs: number;
  by: string;
}

export function createSignals({ upstreams, clock, publish, onRound }: SignalsParts): Signals {
  const kept = new Map<string, Kept>();
  let hasNews = false;
  let publishedMs = Number.NEGATIVE_INFINITY;

  const documentOf = ({ signal, at, staleMs, by }: Kept): SignalDocument => {
    const stale = clock.monotonicMs() >= staleMs;
    const state = stale ? 'unknown' : signal.value >= signal.limit * OVER ? 'over' : 'ok';
    return { ...signal, ...{ at, stale, state, by } };
  };
  const publishedOf = ({ signal, at, staleMs }: Kept): PublishedSignal => {
    const { name, upstream, value, limit, ttlSeconds } = signal;
    const ageMs = clock.monotonicMs() - (staleMs - ttlSeconds * 1_000);
    return { name, upstream, value, limit, ttlSeconds, at, ageMs: Math.round(ageMs) };
  };
  onRound(() => {
    if (!hasNews || clock.monotonicMs() - publishedMs < PUBLISH_MS) return;
    hasNews = false;
    publishedMs = clock.monotonicMs();
    publish([...kept.values()].map(publishedOf));
  });
  const forgetOld = () => {
    for (const [key, { staleMs }] of kept)
      if (clock.monotonicMs() - staleMs > KEPT_STALE_MS) kept.delete(key);
  };

  return {
    post(actor, signal) {
      forgetOld();
      const { upstream, name, ttlSeconds } = signal;
      if (!upstreams().includes(upstream))
        throw new AdminError('HG_NOT_THERE', `no upstream ${upstream} is configured`);
      const key = `${upstream}\n${name}`;
      if (!kept.has(key) && kept.size >= MOST_SIGNALS)
        throw new AdminError('HG_CONFLICT', `there are ${MOST_SIGNALS} signals already`);
      const staleMs = clock.monotonicMs() + ttlSeconds * 1_000;
      const entry = { signal, at: new Date(clock.wallMs()).toISOString(), staleMs, by: actor.name };
      kept.set(key, entry);
      hasNews = true;
      return documentOf(entry);
    },
    list() {
      forgetOld();
      return [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => documentOf(entry));
    },
    remove(upstream, name) {
      const isThere = kept.delete(`${upstream}\n${name}`);
      hasNews ||= isThere;
      return isThere;
    },
  };
}
