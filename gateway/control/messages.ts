/** What visitors of a room are shown of the operators' messages: the room's own and those for everybody, newest first. */
import type { PublishedMessage } from './words.ts';

export interface ShownMessage {
  /** ISO 8601. */
  at: string;
  text: string;
}

const MOST_SHOWN = 20;
const NONE: readonly ShownMessage[] = [];

/** `room` null: those for everybody alone. `published`: in any order. */
export function shownMessages(
  published: readonly PublishedMessage[],
  room: string | null,
): readonly ShownMessage[] {
  if (published.length === 0) return NONE;
  return published
    .filter((message) => message.room === null || message.room === room)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, MOST_SHOWN)
    .map(({ at, text }) => ({ at, text }));
}
