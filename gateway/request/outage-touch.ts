/** Touches sessions that surely run: a store that has forgotten some is told of them, and asked again, before anybody is thrown out. */
import type { KnownLease, Touch, TouchAnswer } from '../line/words.ts';
import type { Store } from '../store/store.ts';

/** `running`: what is known of a session that should live; null: that it is over is no surprise. */
export async function touchKnown(
  store: Store,
  room: string,
  touches: readonly Touch[],
  running: (id: string) => KnownLease | null,
): Promise<TouchAnswer> {
  const answer = await store.touch(room, touches);
  const missing = touches.filter((_, index) => answer.leases[index] === null);
  const leases = missing.map(({ id }) => running(id)).filter((lease) => lease !== null);
  if (leases.length === 0) return answer;
  // None may be news, and all live: another gateway told the store of them just before.
  await store.restore(room, leases);
  const again = await store.touch(room, missing);
  const restored = new Map(again.leases.map((lease) => [lease?.id, lease]));
  return {
    leases: answer.leases.map((lease, index) => lease ?? restored.get(touches[index]!.id) ?? null),
    view: again.view,
  };
}
