/** What a visitor does inside: fills the form in, or just stays; and says goodbye. */
import type { Answer } from './client.ts';
import { meaningOf } from './reading.ts';
import { pauseAfterFailure, rest, type Visit } from './visit.ts';
import type { Outcome } from './words.ts';

const STEPS = [2, 3, 4, 5];

export async function stayInside(visit: Visit): Promise<Outcome> {
  const outcome = visit.plan.fillsForm ? await fillForm(visit) : await linger(visit);
  if (visit.plan.leaves && (outcome === 'registered' || outcome === 'left')) await sayGoodbye(visit, outcome);
  return outcome;
}

async function linger(visit: Visit): Promise<Outcome> {
  const { stayMs, looksEveryMs = stayMs, looksAt = '/ereg/step/2' } = visit.plan;
  for (let leftMs = stayMs; ; ) {
    await rest(visit, Math.min(leftMs, looksEveryMs));
    if (visit.signal.aborted) return 'stopped';
    leftMs -= looksEveryMs;
    if (leftMs <= 0) return 'left';
    const trouble = await request(visit, 'GET', looksAt);
    if (trouble) return trouble;
  }
}

async function fillForm(visit: Visit): Promise<Outcome> {
  for (const step of STEPS) {
    const path = `/ereg/step/${step}`;
    const trouble =
      (await request(visit, 'GET', path)) ??
      (step === visit.plan.goesBackAt ? await goBack(visit, step) : null) ??
      (await think(visit)) ??
      (await request(visit, 'POST', path, `name=Visitor&step=${step}`));
    if (trouble) return trouble;
  }
  visit.record.sawConfirmation = (await request(visit, 'GET', '/ereg/done')) === null;
  return 'registered';
}

async function think(visit: Visit): Promise<null> {
  await rest(visit, visit.plan.stayMs / STEPS.length);
  return null;
}

/** The back button, and forth again. */
async function goBack(visit: Visit, step: number): Promise<Outcome | null> {
  const before = step === STEPS[0] ? visit.plan.address : `/ereg/step/${step - 1}`;
  return (await request(visit, 'GET', before)) ?? (await request(visit, 'GET', `/ereg/step/${step}`));
}

/**
 * The platform goes first: once the gate knows that the slot is free, somebody else may take it, and the platform's
 * books must not show both.
 */
async function sayGoodbye(visit: Visit, outcome: Outcome): Promise<void> {
  const { record, prefix } = visit;
  if (outcome !== 'registered') await request(visit, 'POST', '/ereg/leave', '', 'is-fine');
  if (record.room === null) return;
  await request(visit, 'POST', `${prefix}/rooms/${record.room}/leave`, '', 'is-fine');
}

/**
 * Sends one request of the visit, again where it fails; resolves with what ended the visit, or null when all is well. A page that
 * is not there fails like any other; of a goodbye that nobody takes nothing is expected.
 */
async function request(
  visit: Visit,
  method: 'GET' | 'POST',
  path: string,
  form?: string,
  missing: 'fails' | 'is-fine' = 'fails',
): Promise<Outcome | null> {
  for (let left = visit.plan.retries; ; left--) {
    const answer = await visit.client.send(method, path, 'navigate', form);
    if (visit.signal.aborted) return 'stopped';
    const meaning = meaningOf(answer);
    if (meaning.kind === 'wait' || hasLostForm(answer)) return 'thrown-out';
    if (meaning.kind === 'over') return meaning.outcome;
    if (meaning.kind === 'inside' || (missing === 'is-fine' && answer.status === 404)) return null;
    if (left <= 0) return 'gave-up';
    await pauseAfterFailure(visit);
  }
}

/** The platform no longer knows the visitor's session. */
function hasLostForm(answer: Answer): boolean {
  return answer.status === 409 || (answer.status === 302 && answer.header('location') === '/events');
}
