/** The store of any number of gateways: each transition is one script in Redis; what each gateway remembers heals a Redis that forgot. */
import type { KnownLease, SessionFacts } from '../line/words.ts';
import type { RememberedRoom } from './gateway-memory.ts';
import { keepLease, roomNow, runningLeases } from './redis-memory.ts';
import type { Reply } from './redis-replies.ts';
import { createRedisSteps, type RedisStoreParts } from './redis-steps.ts';
import type { Store } from './store.ts';

export interface RedisStore extends Store {
  readonly kind: 'redis';
  /** What is to be on this gateway's disk: room, a count of its changes, and what to write. */
  memory(): Iterable<[name: string, changed: number, make: () => RememberedRoom]>;
}

type Answer<N extends 'join' | 'claim' | 'redeem'> = Awaited<ReturnType<Store[N]>>;

export function createRedisStore(parts: RedisStoreParts): RedisStore {
  const { link, clock, registry } = parts;
  const steps = createRedisSteps(parts);
  const { rooms, step } = steps;
  let stopping: Promise<void> | undefined;

  function keep(room: string, sessions: readonly SessionFacts[], more?: Partial<KnownLease>): void {
    const memory = rooms.get(room);
    for (const session of sessions) if (memory) keepLease(memory, session, more);
  }

  async function stop(): Promise<void> {
    await steps.close();
    await link.stop();
  }

  function* memory(): Iterable<[string, number, () => RememberedRoom]> {
    for (const { name, changed, ...kept } of rooms.values()) {
      const { law, revision, floors, lastAt, heardWallMs } = kept;
      if (floors === null) continue;
      const leases = () => runningLeases(kept, roomNow(kept, clock));
      yield [name, changed, () => ({ law, revision, floors, lastAt, heardWallMs, leases: leases() })];
    }
  }

  return {
    kind: 'redis',
    start: () => link.start(),
    stop: () => (stopping ??= stop()),
    health() {
      if (stopping || !link.isUp()) return 'lost';
      for (const { isLost } of rooms.values()) if (isLost) return 'lost';
      return 'ok';
    },
    commandsSent: link.commandsSent,
    isLost: (room) => rooms.get(room)?.isLost ?? true,
    configure: steps.configure,
    view(room) {
      const known = rooms.get(room);
      if (!known?.isLost) return known?.view;
      return { ...known.view, at: Math.max(known.view.at, roomNow(known, clock)) };
    },
    rooms: () => rooms.keys(),
    remembers: () => registry.all(),
    hasNews: steps.hasNews,
    memory,
    forget: steps.forget,
    call: steps.tick,
    async join(room, lane, ids) {
      const answer = answerOf<'join'>(await step('join', room, [lane, ids]));
      if (answer.kind === 'joined') keep(room, answer.sessions);
      return answer;
    },
    async claim(room, ticket) {
      const answer = answerOf<'claim'>(await step('claim', room, [ticket]));
      if (answer.kind === 'admitted') keep(room, [answer.session]);
      return answer;
    },
    async submit(room, id) {
      const { session, epoch, fence } = await step('submit', room, [id]);
      if (!session) return null;
      keep(room, [session as SessionFacts], { spent: true });
      return { session: session as SessionFacts, epoch: epoch as number, fence: fence as number };
    },
    async touch(room, touches) {
      const { leases: told, view } = await step('touch', room, [touches]);
      // Where a session does not live, Lua says false: a list of its own can have no holes.
      const leases = (told as (SessionFacts | false)[]).map((lease) => lease || null);
      for (const [index, lease] of leases.entries())
        if (lease) keep(room, [lease], { spent: touches[index]!.how === 'active' });
      return { leases, view };
    },
    async leave(room, id, how, ticket) {
      rooms.get(room)?.leases.delete(id);
      return (await step('leave', room, [id, how, ticket])).left === true;
    },
    async register(room, id) {
      await step('register', room, [id]);
      const known = rooms.get(room)?.leases.get(id);
      if (known) keep(room, [known], { registered: true });
    },
    async setSeats(room, seats) {
      await step('set_seats', room, [seats]);
    },
    operate: async (room, operation) => (await step('operate', room, [operation])).view,
    async restore(room, leases) {
      // Those that it took come back with the next tick, as every lease does.
      return (await step('restore', room, [leases])).restored as number;
    },
    redeem: async (room, epoch, place) => answerOf<'redeem'>(await step('redeem', room, [epoch, place])),
    reportRate: async (room, word) => (await step('report_rate', room, [word])).view,
    lift: async (room, proof) => (await step('lift', room, [proof])).view,
  };
}

/** The transition's own answer, without what this store alone is told. */
function answerOf<N extends 'join' | 'claim' | 'redeem'>(reply: Reply): Answer<N> {
  const { ended: _ended, endedCount: _count, ...answer } = reply;
  return answer as unknown as Answer<N>;
}
