/** Waits for every gateway that lives on a data folder to say that it has heard of an override, or of its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { type LiveSlot, liveSlots } from '../store/gateway-slot.ts';
import { type Obeyed, readAcknowledgement } from './acknowledgement.ts';

const LOOK_MS = 50;

export interface Heard {
  id: string;
  pid: number;
  /** `unknown-room`: it obeys, but its configuration has no such room. */
  says: 'heard' | 'unknown-room' | 'nothing';
}

export interface Expected {
  room: string;
  /** Null: that the room has no override any more. */
  id: string | null;
}

export async function heardBy(
  dataPath: string,
  expected: Expected,
  clock: Clock,
  patienceMs: number,
): Promise<Heard[]> {
  const givesUpAt = clock.monotonicMs() + patienceMs;
  for (;;) {
    const heard = await Promise.all(liveSlots(dataPath).map((slot) => whatItSays(slot, expected)));
    const isDone = heard.every(({ says }) => says !== 'nothing');
    if (isDone || clock.monotonicMs() >= givesUpAt) return heard;
    await sleep(LOOK_MS);
  }
}

async function whatItSays(slot: LiveSlot, { room, id }: Expected): Promise<Heard> {
  const { id: gateway, pid } = slot;
  const said = await readAcknowledgement(slot);
  const ofRoom = said?.find((obeyed) => obeyed.room === room);
  return { id: gateway, pid, says: said === null ? 'nothing' : answerIn(ofRoom, id) };
}

function answerIn(ofRoom: Obeyed | undefined, id: string | null): Heard['says'] {
  if (id === null) return ofRoom === undefined ? 'heard' : 'nothing';
  if (ofRoom?.id !== id) return 'nothing';
  return ofRoom.isKnown ? 'heard' : 'unknown-room';
}
