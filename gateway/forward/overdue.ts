/** What a request under way waits for, and whether that takes too long. */
import type { AnswerWriter } from './answer-writer.ts';
import type { IncomingBody } from './incoming-body.ts';
import type { Place } from './place.ts';
import type { PlatformSide } from './platform-side.ts';
import type { Waiter } from './slots.ts';
import { FAILURE_OF, isOverdue, type Phase } from './timeouts.ts';
import type { Upstream } from './upstream.ts';
import type { FailureKind } from './words.ts';

export interface Standing {
  body: IncomingBody | null;
  side: PlatformSide;
  answer: AnswerWriter;
  place: Place<Waiter>;
  isConnected: boolean;
}

/** `slow-client`: it takes nothing more of its answer. Null: nothing is overdue. */
export function overdueOf(
  standing: Standing,
  quietMs: number,
  { settings, slots }: Upstream,
): FailureKind | 'slow-client' | null {
  const phase = phaseOf(standing);
  // Whoever waits for a connection is shed by its queue.
  const waitsElsewhere = phase === 'queued' && standing.body !== null && !standing.place.isWaiting;
  if (waitsElsewhere && slots.limiter.shedsLate(standing.place, quietMs)) return 'shed';
  if (phase === null || !isOverdue(phase, quietMs, settings.timeouts)) return null;
  return phase === 'slow-client' ? phase : FAILURE_OF[phase];
}

export function isBodyTooSlow({ body, side, answer }: Standing, nowMs: number): boolean {
  return body !== null && !answer.isStarted && body.isTooSlow(nowMs, side.isSent);
}

/** What the platform or the client is being waited for; null: nothing that a time-out is for. */
function phaseOf({ body, side, answer, isConnected }: Standing): Phase | null {
  if (body?.isGathering) return null;
  if (!isConnected) return 'queued';
  if (!side.isSent) return 'connecting';
  if (side.isClientSlow) return 'slow-client';
  if (answer.isStarted) return answer.isEventStream ? null : 'body';
  return body?.awaitsClient ? null : 'head';
}
