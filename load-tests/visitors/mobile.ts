/** A phone app that knows nothing of a gate: logs in, asks for its list, and understands 429, 503 and `Retry-After` as any app does. */
import type { Answer, Sent } from './client.ts';
import { pauseAfterFailure, rest, type Visit } from './visit.ts';
import { hasHadEnough } from './waiting.ts';
import type { Outcome } from './words.ts';

export interface LoginBooks {
  /** One login was answered: with a token, or with when to come again; or was not. */
  noteLogin(isAnswered: boolean): void;
}

/** Login, list, and the list once more after the stay. */
export async function syncPhone(visit: Visit, books: LoginBooks): Promise<Outcome> {
  const { plan, record } = visit;
  const login = await askUntilTold(visit, (client) => client.send('POST', '/api/login', 'ask', LOGIN), {
    isGood: (answer) => tokenOf(answer) !== null,
    note: books.noteLogin,
  });
  if (login.kind === 'over') return login.outcome;
  const sent: Sent = { headers: { authorization: `Bearer ${tokenOf(login.answer)}` } };
  const list = () => askUntilTold(visit, (client) => client.send('GET', plan.address, 'ask', sent), LIST);
  const first = await list();
  if (first.kind === 'over') return first.outcome;
  record.phase = 'inside';
  record.admittedAtMs = first.answer.toldAtMs;
  record.admittedAs = first.answer.state;
  if (plan.stayMs === 0) return 'left';
  await rest(visit, plan.stayMs);
  if (visit.signal.aborted) return 'stopped';
  const again = await list();
  return again.kind === 'over' ? again.outcome : 'left';
}

const LOGIN: Sent = { json: { user: 'visitor' } };
const LIST = { isGood: (answer: Answer) => answer.json() !== null, note: () => {} };

type Told = { kind: 'told'; answer: Answer } | { kind: 'over'; outcome: Outcome };

interface Wanted {
  /** An answer 2xx that is of use; one without a body is none. */
  isGood(answer: Answer): boolean;
  note(isAnswered: boolean): void;
}

/** Asks again as often as told to, and after failures as often as the plan says. */
async function askUntilTold(
  visit: Visit,
  ask: (client: Visit['client']) => Promise<Answer>,
  { isGood, note }: Wanted,
): Promise<Told> {
  for (let [retriesLeft, polls] = [visit.plan.retries, 0]; ; polls++) {
    const answer = await ask(visit.client);
    if (visit.signal.aborted) return { kind: 'over', outcome: 'stopped' };
    const waitSeconds = retryAfterSeconds(answer);
    const isTold = answer.status < 300 && isGood(answer);
    note(isTold || waitSeconds !== null);
    if (isTold) return { kind: 'told', answer };
    if (answer.status === 410)
      return { kind: 'over', outcome: answer.state === 'soldout' ? 'soldout' : 'ended' };
    if (waitSeconds === null) {
      if (retriesLeft-- <= 0) return { kind: 'over', outcome: 'gave-up' };
      await pauseAfterFailure(visit);
    } else {
      if (hasHadEnough(visit, polls)) return { kind: 'over', outcome: 'no-show' };
      await waitAsTold(visit, waitSeconds);
    }
    if (visit.signal.aborted) return { kind: 'over', outcome: 'stopped' };
  }
}

async function waitAsTold(visit: Visit, seconds: number): Promise<void> {
  visit.record.queued = true;
  if (visit.record.admittedAtMs === null) visit.record.phase = 'waiting';
  await rest(visit, seconds * 1_000);
}

/** Null: it is no 429 or 503, or tells no time. */
function retryAfterSeconds(answer: Answer): number | null {
  if (answer.status !== 429 && answer.status !== 503) return null;
  const seconds = Number.parseFloat(answer.header('retry-after') ?? '');
  return Number.isFinite(seconds) ? seconds : null;
}

function tokenOf(answer: Answer): string | null {
  const token = answer.json()?.token;
  return typeof token === 'string' ? token : null;
}
