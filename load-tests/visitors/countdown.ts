/** Reloads the page that counts down until the opening, as people do, and once more at it, each by a clock of its own. */
import { notePlace } from './place.ts';
import { isWaiting } from './reading.ts';
import { rest, type Visit } from './visit.ts';
import type { Outcome } from './words.ts';

export interface Countdown {
  /** Of `performance.now()`. */
  opensAtMs: number;
  reloadMs: number;
  /** People's clocks and fingers differ by so much. */
  spreadMs: number;
}

/** Whatever the page says, until the opening; a place that it gives is kept. The next request is meant for the opening. */
export async function watchCountdown(visit: Visit, countdown: Countdown): Promise<Outcome | null> {
  const { client, plan, record, random, signal } = visit;
  const comesAtMs = countdown.opensAtMs + random() * countdown.spreadMs;
  for (;;) {
    const answer = await client.send('GET', plan.address, 'navigate');
    if (signal.aborted) return 'stopped';
    if (isWaiting(answer.state)) {
      record.queued = true;
      record.phase = 'waiting';
      notePlace(visit);
    }
    const leftMs = comesAtMs - performance.now();
    await rest(visit, Math.max(0, Math.min(leftMs, countdown.reloadMs * (0.8 + 0.4 * random()))));
    if (signal.aborted) return 'stopped';
    if (performance.now() >= comesAtMs) return null;
  }
}
