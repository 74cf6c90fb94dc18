/** Tells one webhook what it does not know yet, one notice at a time, until it has them or has refused them. */
import type { Dispatcher } from 'undici';
import type { Clock } from '../../gateway/clock.ts';
import { MOST_TRIES, pauseMs } from './back-off.ts';
import { bodyOf } from './body.ts';
import { post } from './post.ts';
import { readSecret, SIGNATURE_HEADER, signature } from './signature.ts';
import { createWaitingNotices } from './waiting-notices.ts';
import type { DeliveryOutcome, Notice, PostOutcome, Waiting, Webhook } from './words.ts';

export interface DeliveryParts {
  clock: Clock;
  random(): number;
  dispatcher: Dispatcher;
  /** Until a post counts as failed. */
  withinMs: number;
  /** Divides the pauses between tries; 1 but in tests. */
  haste: number;
  /** `tries` of it has changed. */
  onChange(waiting: Waiting): void;
  /** It waits no longer. */
  onGone(waiting: Waiting, outcome: DeliveryOutcome, why: string | null): void;
  onRetry(waiting: Waiting, why: string): void;
}

export interface Delivery {
  take(waiting: { webhook: string; notice: Notice; tries: number }): void;
  /** After a reload. */
  follow(webhook: Webhook): void;
  waiting(): number;
  /** `drop`: nobody is to be told what waits, ever. */
  stop(how?: 'keep' | 'drop'): void;
}

export function createDelivery(webhook: Webhook, parts: DeliveryParts): Delivery {
  const { clock } = parts;
  const queue = createWaitingNotices();
  const stopped = new AbortController();
  let current = webhook;
  let isBusy = false;
  let timer: NodeJS.Timeout | undefined;

  const gone = (waiting: Waiting, outcome: DeliveryOutcome, why: string | null) => {
    queue.remove(waiting);
    parts.onGone(waiting, outcome, why);
  };

  const settle = (waiting: Waiting, outcome: PostOutcome) => {
    if (outcome.kind === 'delivered') return gone(waiting, 'delivered', null);
    waiting.tries++;
    if (outcome.kind === 'refused' || waiting.tries >= MOST_TRIES)
      return gone(waiting, 'failed', outcome.why);
    waiting.dueMs =
      clock.monotonicMs() + pauseMs(waiting.tries, parts.random(), outcome.afterMs) / parts.haste;
    parts.onChange(waiting);
    parts.onRetry(waiting, outcome.why);
  };

  const look = () => {
    clearTimeout(timer);
    const first = queue.first();
    if (isBusy || first === null || stopped.signal.aborted) return;
    const inMs = first.dueMs - clock.monotonicMs();
    if (inMs > 0) {
      timer = setTimeout(look, inMs);
      timer.unref();
    } else void send(first);
  };

  const send = async (waiting: Waiting) => {
    isBusy = true;
    const outcome = await tell(current, waiting.notice, parts, stopped.signal);
    isBusy = false;
    // Cut off by our own end: it is on the disk, and is tried again by the next process.
    if (stopped.signal.aborted) return;
    // It may have had to leave for a more important one meanwhile.
    if (queue.all().includes(waiting)) settle(waiting, outcome);
    look();
  };

  return {
    take(told) {
      const leaving = queue.add({ ...told, dueMs: clock.monotonicMs() });
      if (leaving) parts.onGone(leaving, 'dropped', null);
      look();
    },
    follow(next) {
      current = next;
    },
    waiting: () => queue.all().length,
    stop(how = 'keep') {
      stopped.abort();
      clearTimeout(timer);
      if (how === 'drop') for (const waiting of [...queue.all()]) gone(waiting, 'dropped', null);
    },
  };
}

async function tell(
  webhook: Webhook,
  notice: Notice,
  parts: DeliveryParts,
  stopped: AbortSignal,
): Promise<PostOutcome> {
  const body = bodyOf(notice, webhook.format);
  const headers: Record<string, string> = { 'headgate-webhook-id': notice.id };
  if (webhook.secretFile !== null) {
    const read = await readSecret(webhook.secretFile);
    // Never sent unsigned: the receiver would take anybody's word then.
    if (read.kind === 'missing') return { kind: 'retry', why: `its secret: ${read.why}`, afterMs: null };
    headers[SIGNATURE_HEADER] = signature(read.secret, Math.floor(parts.clock.wallMs() / 1_000), body);
  }
  return post({ url: webhook.url, body, headers, withinMs: parts.withinMs }, parts.dispatcher, stopped);
}
