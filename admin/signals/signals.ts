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
  /** As they were published last, maybe by an earlier life: while it starts again nobody has said that all is well. */
  earlier(): readonly PublishedSignal[];
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

/** Who posted it is not published. */
const BY_EARLIER = 'before a restart';

export function createSignals({ upstreams, clock, publish, earlier, onRound }: SignalsParts): Signals {
  let known: Map<string, Kept> | null = null;
  let hasNews = false;
  let publishedMs = Number.NEGATIVE_INFINITY;

  /** Read when it is needed first: what an earlier life published is adopted while this one starts. */
  const keptNow = () => {
    known ??= new Map(earlier().map((signal) => [keyOf(signal), ofEarlier(signal)]));
    return known;
  };
  const ofEarlier = ({ at, ageMs, ...signal }: PublishedSignal): Kept => {
    const oldMs = Math.max(ageMs, clock.wallMs() - Date.parse(at));
    const staleMs = clock.monotonicMs() + signal.ttlSeconds * 1_000 - oldMs;
    return { signal, at, staleMs, by: BY_EARLIER };
  };
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
    publish([...keptNow().values()].map(publishedOf));
  });
  const forgetOld = () => {
    const kept = keptNow();
    for (const [key, { staleMs }] of kept)
      if (clock.monotonicMs() - staleMs > KEPT_STALE_MS) kept.delete(key);
    return kept;
  };

  return {
    post(actor, signal) {
      const kept = forgetOld();
      const { upstream, ttlSeconds } = signal;
      if (!upstreams().includes(upstream))
        throw new AdminError('HG_NOT_THERE', `no upstream ${upstream} is configured`);
      const key = keyOf(signal);
      if (!kept.has(key) && kept.size >= MOST_SIGNALS)
        throw new AdminError('HG_CONFLICT', `there are ${MOST_SIGNALS} signals already`);
      const staleMs = clock.monotonicMs() + ttlSeconds * 1_000;
      const entry = { signal, at: new Date(clock.wallMs()).toISOString(), staleMs, by: actor.name };
      kept.set(key, entry);
      hasNews = true;
      return documentOf(entry);
    },
    list() {
      return [...forgetOld()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => documentOf(entry));
    },
    remove(upstream, name) {
      const isThere = keptNow().delete(keyOf({ upstream, name }));
      hasNews ||= isThere;
      return isThere;
    },
  };
}

const keyOf = ({ upstream, name }: Pick<SignalPost, 'upstream' | 'name'>) => `${upstream}\n${name}`;
