/** Feeds the sampler with requests on their way: what went out, when its head came, and how it ended. Costs a request a few additions. */
import type { Clock } from '../clock.ts';
import { isEmptyAnswer } from '../forward/samples.ts';
import type { FailureKind, ForwardOutcome, PlatformAnswer } from '../forward/words.ts';
import type { Passage } from '../in-flight.ts';
import type { Sampler } from '../release/sampler.ts';
import { type RouteRequest, RoutesSeen } from './routes-seen.ts';

export interface Feed {
  sent(passage: Passage): void;
  answered(passage: Passage, answer: PlatformAnswer): void;
  ended(passage: Passage, outcome: ForwardOutcome): void;
}

/** Ends that say nothing of the platform. */
const NOT_OF_PLATFORM: ReadonlySet<FailureKind> = new Set([
  ...(['busy', 'shed', 'body-too-large', 'cancelled', 'slow-body'] as const),
]);
/** Who gives up after so long has seen a slow answer, though none came. */
const IMPATIENT_MS = 1_000;

export function createFeed(sampler: Sampler, clock: Pick<Clock, 'monotonicMs'>): Feed {
  const routes = new RoutesSeen(sampler);
  /** A view on the passage's words, read before the next one is made. */
  const request: RouteRequest = { method: '', path: '', class: 'registration' };

  function counterOf({ passing, upstream, begun }: Passage) {
    request.method = passing.judged.method;
    request.path = passing.judged.path;
    request.class = passing.class;
    return routes.counter(upstream, request, begun);
  }

  /** No head came. */
  function endedUnanswered(passage: Passage, outcome: ForwardOutcome): void {
    if (outcome.kind === 'failed' && !NOT_OF_PLATFORM.has(outcome.failure)) {
      (passage.counter ?? counterOf(passage)).failed();
      return;
    }
    const ms = clock.monotonicMs() - passage.sentMs;
    if (outcome.kind === 'aborted' && passage.counter !== null && ms >= IMPATIENT_MS)
      passage.counter.answered(ms);
  }

  return {
    sent(passage) {
      if (passage.kind === 'websocket') return;
      passage.counter = counterOf(passage);
      passage.sentMs = clock.monotonicMs();
      sampler.upstream(passage.upstream).inFlight++;
      if (passage.passing.room !== null) sampler.room(passage.passing.room).requests++;
    },
    answered(passage, { status, isEventStream }) {
      const { counter } = passage;
      if (counter === null || passage.hasHead) return;
      passage.hasHead = true;
      sampler.upstream(passage.upstream).inFlight--;
      if (status >= 500) counter.failed();
      else if (!isEventStream) counter.answered(clock.monotonicMs() - passage.sentMs);
    },
    ended(passage, outcome) {
      if (passage.kind !== 'request') return;
      const { counter } = passage;
      if (!passage.hasHead) {
        if (counter !== null) sampler.upstream(passage.upstream).inFlight--;
        endedUnanswered(passage, outcome);
      } else if (outcome.kind === 'broken' && !NOT_OF_PLATFORM.has(outcome.failure)) counter?.broke();
      else if (isEmpty(passage, outcome)) counter?.wasEmpty();
    },
  };
}

function isEmpty({ passing }: Passage, outcome: ForwardOutcome): boolean {
  return (
    outcome.kind === 'answered' && isEmptyAnswer(passing.judged.method, outcome.status, outcome.bodyBytes)
  );
}
