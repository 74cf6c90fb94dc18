/** Waiting in line: polls as often as told, no more, until it is time to come, or the wait is over. */
import type { Answer } from './client.ts';
import { joinAsProgram, notePlace, noteSighting } from './place.ts';
import { pauseAfterFailure, rest, type Visit } from './visit.ts';
import type { Outcome } from './words.ts';

/** Where a program that is told to wait takes a place. */
export function linkOf({ plan }: Visit, told: Answer): unknown {
  return plan.kind === 'program' ? told.json()?.join : null;
}

/** Waits as an answer told. Resolves with null when the visitor should ask for the address now. */
export async function waitInLine(visit: Visit, link: unknown, afterSeconds: number): Promise<Outcome | null> {
  const { record, plan } = visit;
  record.phase = 'waiting';
  record.queued = true;
  if (record.calledAtMs !== null) record.refusedClaims += 1;
  if (plan.kind === 'browser') notePlace(visit);
  return waitAtPlace(visit, link, afterSeconds);
}

/** Takes a place by the link, where one is needed, and waits there. Resolves as `waitInLine` does. */
export async function waitAtPlace(
  visit: Visit,
  link: unknown,
  afterSeconds: number,
): Promise<Outcome | null> {
  const taken = await joinAsProgram(visit, link);
  if (taken?.isCalled) return null;
  return pollUntilCalled(visit, taken?.afterSeconds ?? afterSeconds);
}

async function pollUntilCalled(visit: Visit, afterSeconds: number): Promise<Outcome | null> {
  const { record, plan, signal } = visit;
  let waitSeconds = afterSeconds;
  for (let polls = 0; ; polls++) {
    if (hasHadEnough(visit, polls)) return 'no-show';
    await rest(visit, restMs(plan, polls, waitSeconds));
    if (signal.aborted) return 'stopped';
    // Without a place there is nothing to poll: ask for the address again.
    if (record.room === null) return null;
    const next = await poll(visit, record.room);
    if (next.kind === 'come') return null;
    if (next.kind === 'over') return next.outcome;
    waitSeconds = next.afterSeconds;
  }
}

export function hasHadEnough({ plan, record }: Visit, polls: number): boolean {
  if (plan.givesUpAfterPolls !== null && polls >= plan.givesUpAfterPolls) return true;
  return plan.givesUpAfterMs !== undefined && performance.now() - record.arrivedAtMs >= plan.givesUpAfterMs;
}

/** A phone that sleeps asks nothing until it wakes. */
function restMs({ sleeps }: Visit['plan'], polls: number, waitSeconds: number): number {
  return sleeps?.afterPolls === polls ? Math.max(sleeps.ms, waitSeconds * 1000) : waitSeconds * 1000;
}

type Poll = { kind: 'come' } | { kind: 'over'; outcome: Outcome } | { kind: 'wait'; afterSeconds: number };

async function poll(visit: Visit, room: string): Promise<Poll> {
  const answer = await visit.client.send('GET', `${visit.prefix}/rooms/${room}/ticket`, 'ask');
  if (answer.status === 404) {
    visit.record.lostPlaces += 1;
    return { kind: 'come' };
  }
  if (answer.status !== 200) {
    await pauseAfterFailure(visit);
    return { kind: 'wait', afterSeconds: 0 };
  }
  const { state } = noteSighting(visit, answer);
  if (state === 'called' || state === 'admitted') return { kind: 'come' };
  if (state === 'soldout' || state === 'ended') return { kind: 'over', outcome: state };
  return { kind: 'wait', afterSeconds: Number(answer.json()?.pollAfterSeconds ?? 2) };
}
