/** Takes numbers for newcomers: all of one event-loop turn in one call a room and lane, so the store sees turns, not visitors. */
import type { RoomView, SessionFacts } from '../line/words.ts';
import type { Store } from '../store/store.ts';
import { createTurnBatch, type TurnBatch } from './turn-batch.ts';

export type Joined =
  | {
      kind: 'joined';
      id: string;
      number: number;
      lane: string;
      epoch: number;
      serving: number;
      prequeue: boolean;
      session: SessionFacts | null;
      view: RoomView;
    }
  | { kind: 'closed'; state: 'soldout' | 'ended'; view: RoomView };

/** More lines than this are not remembered; a forgotten batch is made again. */
const MAX_BATCHES = 4_096;

export function createJoins(store: Store) {
  const batches = new Map<string, TurnBatch<string, Joined>>();

  const send = async (room: string, lane: string, ids: string[]): Promise<Joined[]> => {
    const answer = await store.join(room, lane, ids);
    if (answer.kind === 'closed') return ids.map(() => answer);
    const { epoch, serving, prequeue, view } = answer;
    return ids.map((id, index) => ({
      kind: 'joined',
      id,
      number: answer.first + index,
      lane: answer.lane,
      epoch,
      serving,
      prequeue,
      session: answer.sessions[index] ?? null,
      view,
    }));
  };

  return {
    take(room: string, lane: string, id: string): Promise<Joined> {
      const key = `${room} ${lane}`;
      let batch = batches.get(key);
      if (!batch) {
        if (batches.size >= MAX_BATCHES) batches.clear();
        batch = createTurnBatch((ids) => send(room, lane, ids));
        batches.set(key, batch);
      }
      return batch.add(id);
    },
  };
}

export type Joins = ReturnType<typeof createJoins>;
