/** One line of an access log, sent once more: no cookies, no polls, whatever comes. */
import type { Method, Purpose } from './client.ts';
import { isWaiting } from './reading.ts';
import type { Visit } from './visit.ts';
import type { Outcome } from './words.ts';

const ASSET = /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|txt)$/i;

export async function replayLine(visit: Visit, method: Method): Promise<Outcome> {
  const { client, plan, record, signal } = visit;
  const answer = await client.send(method, plan.address, purposeOf(plan));
  record.queued = isWaiting(answer.state);
  if (signal.aborted) return 'stopped';
  return answer.status === 0 ? 'gave-up' : 'left';
}

function purposeOf({ address, kind }: Visit['plan']): Purpose {
  if (ASSET.test(address.split('?', 1)[0]!)) return 'asset';
  return kind === 'browser' ? 'navigate' : 'ask';
}
