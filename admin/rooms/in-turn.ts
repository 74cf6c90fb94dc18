/** One change of a room after the other: what was checked before a change still holds when it is made. */

export type InTurn = <T>(room: string, change: () => Promise<T>) => Promise<T>;

export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (room, change) => {
    const before = last.get(room) ?? Promise.resolve();
    const mine = before.then(change, change);
    last.set(room, mine);
    try {
      return await mine;
    } finally {
      if (last.get(room) === mine) last.delete(room);
    }
  };
}
