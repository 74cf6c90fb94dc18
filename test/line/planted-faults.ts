/** Broken transitions, by the invariant that must notice them: a checker is trusted once it has caught a planted fault. */
import { mostTokens } from '../../gateway/line/budget.ts';
import { removeReturner } from '../../gateway/line/returners.ts';
import type { Room } from '../../gateway/line/room.ts';
import { viewOf } from '../../gateway/line/view.ts';
import type { Caller } from '../../gateway/line/words.ts';
import { lineTransitions as line, type Transitions } from '../../load-tests/simulate/transitions.ts';

type Change = (room: Room, caller: Caller) => Caller;

/** Every transition after a change of the room or of what its caller says. */
function all(change: Change): Transitions {
  return {
    ...line,
    configure: (room, caller, law, revision) => line.configure(room, change(room, caller), law, revision),
    join: (room, caller, lane, ids) => line.join(room, change(room, caller), lane, ids),
    call: (room, caller) => line.call(room, change(room, caller)),
    claim: (room, caller, ticket) => line.claim(room, change(room, caller), ticket),
    touch: (room, caller, touches) => line.touch(room, change(room, caller), touches),
    leave: (room, caller, id, how, ticket) => line.leave(room, change(room, caller), id, how, ticket),
    restore: (room, caller, leases) => line.restore(room, change(room, caller), leases),
  };
}

/** Runs an act under another law than the room's. */
function underLimits<T>(room: Room, limits: Partial<NonNullable<Room['law']>['limits']>, act: () => T): T {
  const { law } = room;
  if (law) room.law = { ...law, limits: { ...law.limits, ...limits } };
  const answer = act();
  room.law = law;
  return answer;
}

const ignoresLimit: Transitions = {
  ...line,
  claim: (room, caller, ticket) =>
    underLimits(room, { sessions: null }, () => line.claim(room, caller, ticket)),
};

const admitsWhileHealing = all((room, caller) => {
  room.recoverUntil = 0;
  return caller;
});

const refillsByTick: Transitions = {
  ...line,
  call: (room, caller) => {
    room.callTokens = room.claimTokens = mostTokens(room.law?.limits.admissionsPerMinute ?? null);
    return line.call(room, caller);
  },
};

const claimsForNothing: Transitions = {
  ...line,
  claim: (room, caller, ticket) => {
    const answer = line.claim(room, caller, ticket);
    if (answer.kind === 'admitted') room.claimTokens = Math.max(room.claimTokens, 1);
    return answer;
  },
};

const spendsNothing: Transitions = {
  ...line,
  leave: (room, caller, id, how, ticket) => {
    const left = line.leave(room, caller, id, how, ticket);
    room.claimed.delete(id);
    return left;
  },
};

const takesReplays: Transitions = {
  ...line,
  claim: (room, caller, ticket) => {
    const answer = line.claim(room, caller, ticket);
    if (answer.kind !== 'used') return answer;
    room.claimed.delete(ticket.id);
    return line.claim(room, caller, ticket);
  },
};

const showsWithoutMemory: Transitions = {
  ...line,
  shownPosition: (number, serving) => line.shownPosition(number, serving, 0),
};

const asksNotWhoseTurn: Transitions = {
  ...line,
  claim: (room, caller, ticket) => line.claim(room, caller, { ...ticket, number: 0 }),
};

const callsBackwards: Transitions = {
  ...line,
  call: (room, caller) => {
    line.call(room, caller);
    for (const lane of Object.values(room.lanes)) lane.serving = Math.max(0, lane.serving - 1);
    return viewOf(room);
  },
};

const givesNumbersTwice: Transitions = {
  ...line,
  join: (room, caller, lane, ids) => {
    const answer = line.join(room, caller, lane, ids);
    for (const each of Object.values(room.lanes)) if (each.issued > each.serving) each.issued--;
    return { ...answer, view: viewOf(room) };
  },
};

const forgetsFloors = all((_room, caller) => ({ ...caller, floors: null, lastSeq: 0 }));

const voidsWhatItForgot: Transitions = {
  ...forgetsFloors,
  claim: (room, caller, ticket) =>
    ticket.number > (room.lanes[ticket.lane]?.issued ?? 0)
      ? { kind: 'void', view: viewOf(room) }
      : forgetsFloors.claim(room, caller, ticket),
};

const spendsBeforeTheAnswer: Transitions = {
  ...line,
  claim: (room, caller, ticket) => {
    const answer = line.claim(room, caller, ticket);
    if (answer.kind === 'admitted') room.claimed.set(ticket.id, ticket.expiresAt);
    return answer;
  },
};

const callsNobody: Transitions = { ...line, call: (room, caller) => line.touch(room, caller, []).view };

const forgetsLateComers: Transitions = {
  ...line,
  claim: (room, caller, ticket) => {
    const answer = line.claim(room, caller, ticket);
    if (answer.kind === 'retry') removeReturner(room, ticket);
    return answer;
  },
};

const followsTheWallClock = all((room, caller) => {
  room.offset = 0;
  return { ...caller, lastAt: 0, sinceMs: 0 };
});

const callsWhilePaused: Transitions = {
  ...line,
  call: (room, caller) => {
    const { state } = room;
    room.state = 'open';
    line.call(room, caller);
    room.state = state;
    return viewOf(room);
  },
};

const outlivesItsTime: Transitions = {
  ...line,
  call: (room, caller) => {
    const { state, stateUntil } = room;
    line.call(room, caller);
    if (stateUntil !== null && room.stateUntil === null) Object.assign(room, { state, stateUntil });
    return viewOf(room);
  },
};

export const plantedFaults: Record<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10, Record<string, Transitions>> = {
  1: {
    'a claim that ignores the limit': ignoresLimit,
    'a room that admits while it heals': admitsWhileHealing,
  },
  2: {
    'a tick that fills the budget each time': refillsByTick,
    'a claim that pays nothing': claimsForNothing,
  },
  3: { 'a leave that spends nothing': spendsNothing, 'a claim that takes replays': takesReplays },
  4: { 'a position shown without memory': showsWithoutMemory },
  5: {
    'a claim that asks not whose turn it is': asksNotWhoseTurn,
    'a call that goes backwards': callsBackwards,
    'a join that gives a number twice': givesNumbersTwice,
    'a room that forgets its floors': forgetsFloors,
  },
  6: {
    'a room that voids what it forgot': voidsWhatItForgot,
    'a claim that spends the ticket before the answer': spendsBeforeTheAnswer,
  },
  7: { 'a tick that calls nobody': callsNobody },
  8: { 'a room that forgets its late comers': forgetsLateComers },
  9: { 'room time that follows the wall clock': followsTheWallClock },
  10: { 'a paused room that calls': callsWhilePaused, 'a pause that outlives its time': outlivesItsTime },
};
