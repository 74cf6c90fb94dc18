/** Live state: events reach whoever listens at once, and the last 1,000 can be read again by who was cut off. */
import type { AdminEvent, EventHub } from '../control/words.ts';

export interface NumberedEvent {
  /** Grows; `<start>-<n>`, so that ids of an earlier process are not taken for ours. */
  id: string;
  event: AdminEvent;
  /** ISO 8601. */
  at: string;
}

export interface Events extends EventHub {
  /** What came after this one; all that is remembered where it is unknown. */
  since(id: string | null): readonly NumberedEvent[];
  /** Returns what ends the listening. */
  listen(listener: (numbered: NumberedEvent) => void): () => void;
}

const MOST_REMEMBERED = 1_000;

/** `start`: of this process, in no other. */
export function createEventHub(
  wallMs: () => number = Date.now,
  start: string = wallMs().toString(36),
  onError: (error: unknown) => void = () => {},
): Events {
  let remembered: NumberedEvent[] = [];
  let last = 0;
  const listeners = new Set<(numbered: NumberedEvent) => void>();
  const listen = (listener: (numbered: NumberedEvent) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  const numberOf = (id: string): number | null => {
    const [from, text] = id.split('-');
    return from === start && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
  };

  return {
    emit(event) {
      last += 1;
      const numbered = { id: `${start}-${last}`, event, at: new Date(wallMs()).toISOString() };
      remembered.push(numbered);
      // Cut in halves: an event costs no copy of all that are remembered.
      if (remembered.length >= 2 * MOST_REMEMBERED) remembered = remembered.slice(-MOST_REMEMBERED);
      for (const listener of [...listeners]) {
        try {
          listener(numbered);
        } catch (error) {
          // One listener's fault is not the others', nor of who tells.
          onError(error);
        }
      }
    },
    on: (listener) => void listen(({ event }) => listener(event)),
    listen,
    since(id) {
      const kept = remembered.slice(-MOST_REMEMBERED);
      const number = id === null ? null : numberOf(id);
      if (number === null) return kept;
      return kept.slice(Math.max(0, kept.length - Math.max(0, last - number)));
    },
  };
}
