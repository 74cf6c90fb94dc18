/** Requests that are being passed on, longest first, and the operator's word that ends those that take too long. */
import type { Begun } from './audit/begun.ts';
import { pathShape } from './audit/path-shape.ts';
import type { Clock } from './clock.ts';
import type { InFlightRequest } from './control/words.ts';
import type { Exchange } from './exchange.ts';
import type { Follower, ForwardOutcome, PlatformAnswer, UnderWay } from './forward/words.ts';
import type { RouteCounter } from './release/route-counter.ts';

/** What is known of a request that is passed on. */
export type Passing = Pick<
  Exchange,
  'id' | 'judged' | 'room' | 'label' | 'class' | 'state' | 'rule' | 'startedMs'
>;

/** Streams last for as long as their visitors stay: their age says nothing of the platform. */
export type PassageKind = 'request' | 'event-stream' | 'websocket';

export interface CancelWish {
  olderThanSeconds: number;
  /** Null: all of them. */
  upstream: string | null;
  /** Event streams and WebSockets, too. */
  streams?: boolean;
}

export interface InFlight {
  begin(passing: Passing, upstream: string, kind?: PassageKind): Passage;
  readonly count: number;
  /** The longest first. */
  list(most: number): InFlightRequest[];
  /** How many were ended. */
  cancel(wish: CancelWish): number;
}

/** Who hears of passages. */
export interface PassageListener {
  onSent(passage: Passage): void;
  onAnswer(passage: Passage, answer: PlatformAnswer): void;
  onEnd(passage: Passage, outcome: ForwardOutcome): void;
}

/** One request on its way to the platform and back; a link of the chain of all of them. */
export class Passage implements Follower {
  readonly passing: Passing;
  readonly upstream: string;
  kind: PassageKind;
  sinceMs = 0;
  /** URL of the server that has it; null: it waits for a connection. */
  target: string | null = null;
  begun: Begun | null = null;
  /** Of its route; null: nothing was sent yet, or it is not counted. */
  counter: RouteCounter | null = null;
  /** When it went out. */
  sentMs = 0;
  hasHead = false;
  outcome: ForwardOutcome | null = null;
  underWay: UnderWay | null = null;
  before: Passage | null = null;
  after: Passage | null = null;
  readonly #chain: Chain;
  readonly #listener: PassageListener;

  constructor(
    passing: Passing,
    upstream: string,
    kind: PassageKind,
    chain: Chain,
    listener: PassageListener,
  ) {
    this.passing = passing;
    this.upstream = upstream;
    this.kind = kind;
    this.#chain = chain;
    this.#listener = listener;
  }

  onBegin(underWay: UnderWay): void {
    this.underWay = underWay;
    this.#chain.add(this);
  }

  onSent(target: string): void {
    this.target = target;
    this.#listener.onSent(this);
  }

  onAnswer(answer: PlatformAnswer): void {
    if (answer.isEventStream && this.kind === 'request') this.kind = 'event-stream';
    this.#listener.onAnswer(this, answer);
  }

  onEnd(outcome: ForwardOutcome): void {
    this.outcome = outcome;
    this.#chain.remove(this);
    this.#listener.onEnd(this, outcome);
  }
}

/** In the order in which they began. A Set that so many enter and leave would keep what they held alive (see the sweeper). */
class Chain {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  first: Passage | null = null;
  #last: Passage | null = null;
  count = 0;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  add(passage: Passage): void {
    passage.sinceMs = this.#clock.monotonicMs();
    passage.before = this.#last;
    if (this.#last === null) this.first = passage;
    else this.#last.after = passage;
    this.#last = passage;
    this.count++;
  }

  remove(passage: Passage): void {
    const { before, after } = passage;
    if (before === null) this.first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    passage.before = passage.after = null;
    this.count--;
  }
}

export function createInFlight(clock: Clock, listener: PassageListener): InFlight {
  const chain = new Chain(clock);
  return {
    begin: (passing, upstream, kind = 'request') => new Passage(passing, upstream, kind, chain, listener),
    get count() {
      return chain.count;
    },
    list(most) {
      const [nowMs, wallMs] = [clock.monotonicMs(), clock.wallMs()];
      const listed: InFlightRequest[] = [];
      for (let at = chain.first; at !== null && listed.length < most; at = at.after)
        listed.push(told(at, nowMs, wallMs));
      return listed;
    },
    cancel({ olderThanSeconds, upstream, streams = false }) {
      const beforeMs = clock.monotonicMs() - olderThanSeconds * 1_000;
      const old: Passage[] = [];
      for (let at = chain.first; at !== null && at.sinceMs < beforeMs; at = at.after)
        if ((upstream === null || at.upstream === upstream) && (streams || at.kind === 'request'))
          old.push(at);
      for (const passage of old) passage.underWay?.cancel();
      return old.length;
    },
  };
}

function told({ passing, upstream, kind, sinceMs }: Passage, nowMs: number, wallMs: number): InFlightRequest {
  const { id, room, judged } = passing;
  const ageMs = Math.round(nowMs - sinceMs);
  return {
    ...{ id, room, class: passing.class, method: judged.method, host: judged.host },
    ...{ pathShape: pathShape(judged.path), upstream, kind },
    ...{ ageMs, since: new Date(wallMs - ageMs).toISOString() },
  };
}
