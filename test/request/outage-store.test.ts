/** A real store whose answers are lost, late or refused: who is inside stays inside, and afterwards the store knows all that happened. */
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../gateway/clock.ts';
import { createLeases, type Leases } from '../../gateway/request/leases.ts';
import { createOutageFigures, type OutageFigures } from '../../gateway/request/outage-figures.ts';
import { type ComeBack, createComeBack } from '../../gateway/request/outage-return.ts';
import { createLastingStore } from '../../gateway/request/outage-store.ts';
import { createOutages, type Outages } from '../../gateway/request/outages.ts';
import { createOwed, type Owed } from '../../gateway/request/owed.ts';
import type { LiveRoom } from '../../gateway/request/rooms.ts';
import { createEmbeddedStore } from '../../gateway/store/embedded.ts';
import { type Store, StoreLost } from '../../gateway/store/store.ts';
import { lawOf } from '../store/law.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { type LosableStore, losable } from '../support/losable-store.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOM = 'r';
const LIVE = {
  ...{ name: ROOM, template: ROOM, label: ROOM, numberless: 0 },
  settings: {
    ...{ onStoreLoss: 'share', state: 'open', limits: { sessions: null } },
    session: { idleSeconds: 600, maxSeconds: 3_600, submitGraceSeconds: 600 },
  },
} as unknown as LiveRoom;

let real: Store;
let lost: LosableStore;
let outages: Outages;
let owed: Owed;
let figures: OutageFigures;
let lasting: Store;
let leases: Leases;
let comeBack: ComeBack;
let ended: string[];

beforeEach(async () => {
  const path = join(await tempFolder(), 'store');
  real = createEmbeddedStore({ path, clock: systemClock, log: () => {} });
  await real.start();
  cleanUpLater(() => real.stop());
  await real.configure(ROOM, lawOf({ limits: { sessions: 3, seats: 5 } }), 1);
  lost = losable(real);
  figures = createOutageFigures();
  owed = createOwed();
  ended = [];
  outages = createOutages({
    ...{ store: lost.store, gateway: 'g', clock: systemClock, figures },
    ...{ overrides: { of: () => undefined, all: () => [] }, room: () => LIVE, inside: () => 0 },
    ...{ newOutageId: () => 'o', onBegin: () => {}, onEnd: () => {} },
  });
  lasting = createLastingStore({
    ...{ store: lost.store, outages, owed, figures, room: () => LIVE },
    ...{ lease: (room, id) => leases.get(room, id), onEnded: (_room, id) => ended.push(id) },
  });
  leases = createLeases(lasting, systemClock);
  comeBack = createComeBack({
    ...{ store: lost.store, outages, owed, onEnded: (_room, id) => ended.push(id) },
    onError: (_room, error) => {
      throw error;
    },
  });
});

async function enter(id: string): Promise<void> {
  const joined = await real.join(ROOM, 'default', [id]);
  if (joined.kind !== 'joined') throw new Error('closed');
  leases.keep(ROOM, joined.sessions[0]!, false);
  await leases.touch(ROOM, id);
}

const liveIn = (store: Store) => store.view(ROOM)!.sessions;

async function back(): Promise<void> {
  lost.find();
  await lost.store.call(ROOM);
  await comeBack.afterCall(ROOM);
}

it('a touch whose answer is lost ends nobody’s session', async () => {
  await enter('a');
  lost.loseAnswer('touch');
  expect(await leases.touch(ROOM, 'a')).not.toBeNull();
  expect(leases.get(ROOM, 'a')).toBeDefined();
  expect(outages.known(ROOM)).toBeDefined();
  await back();
  expect(outages.known(ROOM)).toBeUndefined();
});

it('a store that hangs keeps nobody waiting who surely is inside, and its late word counts', async () => {
  await enter('a');
  const { touch } = lost.store;
  let answer = () => {};
  const hanging = new Promise<void>((resolve) => {
    answer = resolve;
  });
  lost.store.touch = async (...args) => {
    await hanging;
    return touch(...args);
  };
  const lease = await leases.touch(ROOM, 'a');
  expect(lease!.leaseUntil).toBeGreaterThan(Date.now() + 700_000);
  await real.leave(ROOM, 'a', 'left');
  answer();
  await expect.poll(() => ended).toEqual(['a']);
});

it('a session that the store forgot is put back by who knows it, unless it has ended', async () => {
  await enter('a');
  await enter('b');
  const { touch } = lost.store;
  // As an older copy of the store would answer: it has lost something, and knows neither session.
  await real.leave(ROOM, 'a', 'unspent');
  const forgotten = new Set(['a', 'b']);
  lost.store.touch = async (room, touches) => {
    const answer = await touch(room, touches);
    return {
      ...answer,
      leases: answer.leases.map((lease, at) => (forgotten.has(touches[at]!.id) ? null : lease)),
    };
  };
  const told: string[] = [];
  lost.store.restore = async (_room, known) => {
    for (const { id } of known) forgotten.delete(id);
    told.push(...known.map(({ id }) => id));
    return known.length;
  };
  expect(await leases.touch(ROOM, 'b')).not.toBeNull();
  expect(forgotten).toEqual(new Set(['a']));
  forgotten.add('b');
  await real.leave(ROOM, 'b', 'left');
  expect(await leases.touch(ROOM, 'b')).toBeNull();
  expect(told).toEqual(['b']);
});

it('an end, a registration and seats whose answers are lost are told again', async () => {
  await enter('a');
  await enter('b');
  lost.lose();
  expect(await lasting.leave(ROOM, 'a', 'left')).toBe(true);
  await lasting.register(ROOM, 'b');
  expect(await leases.touch(ROOM, 'a')).toBeNull();
  expect(liveIn(real)).toBe(2);
  await back();
  expect([liveIn(real), real.view(ROOM)!.seatsLeft, owed.has(ROOM)]).toEqual([1, 4, false]);
  lost.lose();
  await lasting.setSeats(ROOM, 2);
  await back();
  expect(real.view(ROOM)!.seatsLeft).toBe(2);
});

it('sessions begun without the store are told to it, and those that ended are refused everywhere', async () => {
  lost.lose();
  const outage = outages.of(ROOM)!;
  const { at } = lost.store.view(ROOM)!;
  for (const id of ['a', 'b']) {
    const lease = outages.enter(outage, id, at, null);
    leases.keep(ROOM, lease, true);
    await leases.touch(ROOM, id);
  }
  await lasting.register(ROOM, 'a');
  await lasting.leave(ROOM, 'b', 'left');
  await back();
  expect(liveIn(real)).toBe(1);
  expect(real.view(ROOM)!.endedSessions).toEqual(['b']);
  // It registered while nobody could be told: its seat is taken all the same.
  expect(real.view(ROOM)!.seatsLeft).toBe(4);
  const claimed = await real.claim(ROOM, {
    ...{ id: 'a', lane: 'default', epoch: 1, number: 1, serving: 1, expiresAt: at + 1e6 },
  });
  expect(claimed.kind).toBe('admitted');
  expect([...figures.sessionsBegun]).toEqual([[ROOM, 2]]);
});

it('places of the outage become numbers before anybody who comes afterwards, in their order', async () => {
  lost.lose();
  const outage = outages.of(ROOM)!;
  expect([1, 2, 3].map(() => outages.nextPlace(outage, 'default'))).toEqual([1, 2, 3]);
  await back();
  const after = await real.join(ROOM, 'default', ['late']);
  expect(after).toMatchObject({ first: 4 });
  const second = await real.redeem(ROOM, 1, { gateway: 'g', outage: 'o', lane: 'default', k: 2 });
  expect(second).toMatchObject({ number: 2 });
});

it('a store that goes again half way is told everything the next time', async () => {
  lost.lose();
  const outage = outages.of(ROOM)!;
  outages.nextPlace(outage, 'default');
  outages.enter(outage, 'a', lost.store.view(ROOM)!.at, null);
  lost.find();
  lost.loseAnswer('redeem');
  await comeBack.afterCall(ROOM);
  expect(outages.known(ROOM)).toBe(outage);
  await back();
  expect([outages.known(ROOM), liveIn(real), real.view(ROOM)!.issued]).toEqual([undefined, 1, 1]);
});

it('a lease that lapsed in the store meanwhile comes back within the limit', async () => {
  await enter('a');
  lost.lose();
  await leases.touch(ROOM, 'a');
  const outage = outages.known(ROOM)!;
  const { touch } = lost.store;
  const { submit } = lost.store;
  const submitted: string[] = [];
  lost.store.touch = async (room, touches) => {
    const answer = await touch(room, touches);
    return { ...answer, leases: answer.leases.map(() => null) };
  };
  lost.store.submit = async (room, id) => {
    submitted.push(id);
    return submitted.length === 1 ? submit(room, id) : null;
  };
  await back();
  expect([submitted, ended, outage.leases.size]).toEqual([['a'], [], 0]);
});

it('calls that nobody can answer for this gateway reject, and begin the outage', async () => {
  lost.lose();
  await expect(lasting.join(ROOM, 'default', ['x'])).rejects.toThrow(StoreLost);
  await expect(lasting.claim('unknown', {} as never)).rejects.toThrow(StoreLost);
  expect([outages.known(ROOM)?.id, outages.known('unknown')]).toEqual(['o', undefined]);
});
