/** An operator's limit on this gateway's own sessions: what would go beyond it waits. */
import type { Leases } from './leases.ts';
import type { Overrides } from './overrides.ts';

export type OwnLimit = ReturnType<typeof createOwnLimit>;

export function createOwnLimit(overrides: Overrides, leases: Pick<Leases, 'count'>) {
  /** Asked of the store, not answered yet. */
  const entering = new Map<string, number>();
  const change = (room: string, by: number) => {
    const count = (entering.get(room) ?? 0) + by;
    if (count > 0) entering.set(room, count);
    else entering.delete(room);
  };
  const slots = (room: string): number => {
    const override = overrides.of(room);
    if (override?.action !== 'limit') return override?.action === 'pause' ? 0 : Infinity;
    return (override.limit ?? 0) - leases.count(room) - (entering.get(room) ?? 0);
  };

  return {
    /** Whether one more may be inside, besides those who are being let in. */
    hasSlot: (room: string): boolean => slots(room) >= 1,
    /** The limit is reached; a pause keeps out newcomers alone. */
    isFull: (room: string): boolean => slots(room) < 1 && overrides.of(room)?.action === 'limit',
    /** Holds a slot while `enter` asks for a session; `instead` where there is none. */
    async during<T>(room: string, enter: () => Promise<T>, instead: () => T | Promise<T>): Promise<T> {
      if (slots(room) < 1) return instead();
      change(room, 1);
      try {
        return await enter();
      } finally {
        change(room, -1);
      }
    },
  };
}
