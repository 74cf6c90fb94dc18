/** How many are there by event, now and at most. */

export interface Turnout {
  came(eventId: string): void;
  gone(eventId: string | null): void;
  counts(): Record<string, { now: number; most: number }>;
  clear(): void;
}

export function createTurnout(): Turnout {
  const events = new Map<string, { now: number; most: number }>();
  return {
    came(eventId) {
      const event = events.get(eventId) ?? { now: 0, most: 0 };
      event.now += 1;
      event.most = Math.max(event.most, event.now);
      events.set(eventId, event);
    },
    gone(eventId) {
      const event = eventId === null ? undefined : events.get(eventId);
      if (event) event.now -= 1;
    },
    counts: () => structuredClone(Object.fromEntries(events)),
    clear: () => events.clear(),
  };
}
