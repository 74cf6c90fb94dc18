/** What the gate sees of the traffic: every request by its address, those in flight, the platform's builds, and its own decisions. */
import type { Settings } from '../config/settings.ts';
import { createBuilds } from './audit/builds.ts';
import { createDecisions } from './audit/decisions.ts';
import { createTraffic } from './audit/traffic.ts';
import { whyOf } from './audit/why.ts';
import type { SeenRequest } from './audit/words.ts';
import type { Clock } from './clock.ts';
import type { ObservedFacts } from './control/facts.ts';
import type { Exchange } from './exchange.ts';
import type { ForwardOutcome } from './forward/words.ts';
import { createInFlight, type Passage, type PassageKind, type Passing } from './in-flight.ts';
import type { Log } from './observe/logger.ts';
import { createFeed } from './protection/feed.ts';
import type { Sampler } from './release/sampler.ts';

export interface ObservedParts {
  settings: Settings;
  clock: Clock;
  log: Pick<Log, 'say'>;
  random(): number;
  /** What automatic protection goes by. */
  sampler: Sampler;
}

export type Observed = ReturnType<typeof createObserved>;

const SWITCHING_PROTOCOLS = 101;

export function createObserved(parts: ObservedParts) {
  const { clock } = parts;
  const traffic = createTraffic(parts);
  const builds = createBuilds(clock);
  const decisions = createDecisions(clock, parts.log);
  const feed = createFeed(parts.sampler, clock);
  const inFlight = createInFlight(clock, {
    onSent(passage) {
      passage.begun = traffic.begin(viewOf(passage.passing, 0, true));
      feed.sent(passage);
    },
    onAnswer(passage, answer) {
      const { upstream, target } = passage;
      if (answer.build !== null && target !== null) builds.saw(upstream, target, answer.build);
      feed.answered(passage, answer);
    },
    onEnd(passage, outcome) {
      feed.ended(passage, outcome);
      if (passage.kind === 'websocket') end(passage, SWITCHING_PROTOCOLS, outcome);
    },
  });

  /** One object for all: a view on what is known anyway, read before the next one is made. */
  const seen: SeenRequest = { ...NOTHING };
  function viewOf(passing: Passing, status: number, forwarded: boolean): SeenRequest {
    const { judged } = passing;
    seen.method = judged.method;
    seen.host = judged.host;
    seen.path = judged.path;
    seen.query = judged.query;
    seen.room = passing.room;
    seen.label = passing.label;
    seen.rule = passing.rule;
    seen.class = passing.class;
    seen.state = passing.state;
    seen.status = status;
    seen.forwarded = forwarded;
    seen.ms = clock.monotonicMs() - passing.startedMs;
    return seen;
  }

  function end(passage: Passage, status: number, outcome: ForwardOutcome | null): void {
    if (passage.begun === null) return;
    const hasFailed = status >= 500 || outcome?.kind === 'failed' || outcome?.kind === 'broken';
    traffic.end(passage.begun, status, clock.monotonicMs() - passage.passing.startedMs, hasFailed);
  }

  const facts: ObservedFacts = {
    totals: traffic.totals,
    traffic: traffic.window,
    builds: builds.list,
    decisions: decisions.list,
    inFlight: inFlight.list,
    inFlightCount: () => inFlight.count,
    why: (view, room) => whyOf(view, room.settings),
  };

  return {
    ...{ traffic, builds, decisions, inFlight, facts },

    /** A request is about to be passed on. */
    pass: (passing: Passing, upstream: string, kind?: PassageKind): Passage =>
      inFlight.begin(passing, upstream, kind),

    /** The request is over, and its answer sent. */
    done(exchange: Exchange): void {
      const { passage, response } = exchange;
      const status = response.headersSent ? response.statusCode : 0;
      if (passage?.begun) end(passage, status, passage.outcome);
      else traffic.count(viewOf(exchange, status, false));
    },

    /** Other rules, rooms and upstreams from now on. */
    follow(settings: Settings): void {
      traffic.follow(settings);
      builds.follow(settings);
    },
  };
}

const NOTHING: SeenRequest = {
  ...{ method: '', host: '', path: '', query: '', room: null, label: '', rule: null, class: '' },
  ...{ state: '', status: 0, forwarded: false, ms: 0 },
};
