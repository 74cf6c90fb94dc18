/** What the laws of a store are told with: one room, its visitors and tickets, a clock that ticks, and restarts. */
import { afterEach, beforeEach } from 'vitest';
import type { JoinAnswer, RoomView, TicketFacts } from '../../gateway/line/words.ts';
import type { Store } from '../../gateway/store/store.ts';
import { HOUR_MS, type LawChange, lawOf } from './law.ts';

export interface OpenedStore {
  /** Another object after a restart. */
  readonly store: Store;
  clock: { advance(ms: number): void | Promise<void> };
  restart(kind: 'clean' | 'kill'): Promise<void>;
  close(): Promise<void>;
}

type Joined = Extract<JoinAnswer, { kind: 'joined' }>;

export type ContractStage = ReturnType<typeof contractStage>;

/** Within a `describe`: each test has a store of its own. */
export function contractStage(open: () => Promise<OpenedStore>) {
  let opened: OpenedStore;

  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  const room = 'event-1';
  let law: [LawChange, number] = [{}, 1];
  const configure = (change: LawChange = {}, revision = 1) => {
    law = [change, revision];
    return opened.store.configure(room, lawOf(change), revision);
  };
  const join = async (ids: string[], lane = 'default'): Promise<Joined> => {
    const answer = await opened.store.join(room, lane, ids);
    if (answer.kind !== 'joined') throw new Error(`nobody joined: ${answer.state}`);
    return answer;
  };
  const ticketOf = (id: string, number: number, from: Joined): TicketFacts => ({
    id,
    lane: from.lane,
    epoch: from.epoch,
    number,
    serving: from.serving,
    expiresAt: from.view.at + 48 * HOUR_MS,
  });
  /** One ticket a newcomer, in the order of their numbers. */
  const ticketsFor = async (ids: string[]) => {
    const answer = await join(ids);
    return ids.map((id, index) => ticketOf(id, answer.first + index, answer));
  };
  const claim = (ticket: TicketFacts) => opened.store.claim(room, ticket);
  const view = () => opened.store.view(room) as RoomView;
  /** Ticks as a gateway would, twice a second. */
  const tick = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      await opened.clock.advance(500);
      await opened.store.call(room);
    }
  };
  /** Rooms that a gateway used are configured again by the next one; the embedded store has them before. */
  const restart = async (kind: 'clean' | 'kill') => {
    const wasUsed = opened.store.view(room) !== undefined;
    await opened.restart(kind);
    if (wasUsed && opened.store.kind !== 'embedded') await configure(...law);
  };
  const people = (count: number, prefix = 'v') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

  return {
    get store() {
      return opened.store;
    },
    get clock() {
      return opened.clock;
    },
    ...{ room, configure, join, ticketOf, ticketsFor, claim, view, tick, restart, people },
  };
}
