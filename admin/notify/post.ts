/** One try to tell one webhook: what came of it is a value, and nothing that the receiver does can hold it for long. */
import { type Dispatcher, request } from 'undici';
import type { PostOutcome } from './words.ts';

export interface Post {
  url: string;
  body: string;
  headers: Record<string, string>;
  withinMs: number;
}

/** A receiver's answer is of no interest beyond its status. */
const MOST_ANSWER_BYTES = 16_384;
const MOST_RETRY_AFTER_MS = 300_000;
/** What may be answered otherwise later. */
const RETRIED = new Set([408, 425, 429]);

/** Follows no redirect: a notice goes where the configuration says, or nowhere. Never rejects. */
export async function post(
  { url, body, headers, withinMs }: Post,
  dispatcher: Dispatcher,
  stopped: AbortSignal,
): Promise<PostOutcome> {
  const late = AbortSignal.timeout(withinMs);
  try {
    const answer = await request(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      dispatcher,
      signal: AbortSignal.any([late, stopped]),
    });
    // Its end is not waited for: the status has said all.
    answer.body.dump({ limit: MOST_ANSWER_BYTES }).catch(() => {});
    return outcomeOf(answer.statusCode, answer.headers['retry-after']);
  } catch (error) {
    const why = late.aborted ? `no answer within ${withinMs} ms` : reasonOf(error);
    return { kind: 'retry', why, afterMs: null };
  }
}

export function outcomeOf(status: number, retryAfter: unknown): PostOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status >= 300 && status < 400)
    return { kind: 'refused', why: `it answered ${status}, and redirects are not followed` };
  if (status >= 400 && status < 500 && !RETRIED.has(status))
    return { kind: 'refused', why: `it answered ${status}` };
  const seconds = Number(typeof retryAfter === 'string' ? retryAfter : Number.NaN);
  const afterMs = seconds > 0 ? Math.min(seconds * 1_000, MOST_RETRY_AFTER_MS) : null;
  return { kind: 'retry', why: `it answered ${status}`, afterMs };
}

/** Codes only: messages name addresses. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'it failed';
}
