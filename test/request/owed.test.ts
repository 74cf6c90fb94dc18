/** What a store is still to be told: the newest word of each, by the number that a place has become, until it has been taken. */
import { expect, it } from 'vitest';
import { createOwed } from '../../gateway/request/owed.ts';
import { type Store, StoreLost } from '../../gateway/store/store.ts';

/** Writes down what it is told; from the `failFrom`th call on nothing is taken. */
function listener(failFrom = Infinity) {
  const told: unknown[][] = [];
  const take = (...words: unknown[]) => {
    if (told.length >= failFrom) throw new StoreLost('gone again');
    told.push(words);
  };
  const store = {
    leave: async (...args: unknown[]) => take('leave', ...args.slice(1)),
    register: async (...args: unknown[]) => take('register', ...args.slice(1)),
    setSeats: async (...args: unknown[]) => take('setSeats', ...args.slice(1)),
    redeem: async () => ({ kind: 'redeemed', number: 77, lane: 'default' }),
  };
  return { told, store: store as unknown as Store };
}

it('the newest word counts, a registration comes before the end, seats after both', async () => {
  const owed = createOwed();
  owed.setSeats('r', 5);
  owed.setSeats('r', null);
  owed.leave('r', 'a', 'unspent');
  owed.leave('r', 'a', 'left');
  owed.register('r', 'a');
  const { told, store } = listener();
  await owed.settle('r', store);
  expect(told).toEqual([
    ['register', 'a'],
    ['leave', 'a', 'left', undefined],
    ['setSeats', null],
  ]);
  expect(owed.has('r')).toBe(false);
});

it('what was not taken stays owed, what was taken is not told again', async () => {
  const owed = createOwed();
  owed.leave('r', 'a', 'left');
  owed.leave('r', 'b', 'left');
  await expect(owed.settle('r', listener(1).store)).rejects.toThrow(StoreLost);
  expect([owed.has('r'), owed.hasLeft('r', 'a'), owed.hasLeft('r', 'b')]).toEqual([true, false, true]);
  const second = listener();
  await owed.settle('r', second.store);
  expect(second.told).toEqual([['leave', 'b', 'left', undefined]]);
});

it('a provisional place is given up by the number that it has become', async () => {
  const owed = createOwed();
  const ticket = { id: 't', lane: 'default', epoch: 1, number: 3, serving: 0, expiresAt: 9 };
  owed.leave('r', 't', 'left', Object.assign({ ...ticket }, { provisional: { gateway: 'g', outage: 'o' } }));
  const { told, store } = listener();
  await owed.settle('r', store);
  expect(told[0]?.[3]).toMatchObject({ number: 77 });
});
