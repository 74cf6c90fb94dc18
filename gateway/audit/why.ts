/** Says why the gate does with a room what it does: which limit is reached, by which value, or whose word it is. Pure. */
import type { RoomSettings } from '../../config/settings.ts';
import type { RoomView } from '../line/words.ts';

/** What somebody waits for. */
export interface Cause {
  /** `sessions`, `admissionsPerMinute`, `seats`, `operator`, `maintenance`, `launch`, `store`, `protection`; null: it cannot be told. */
  signal: string | null;
  value: number | null;
  limit: number | null;
  /** `50 of 50 sessions are taken`. */
  text: string;
}

/** Why somebody who comes now has to wait. */
export function causeOf(view: RoomView): Cause {
  return (
    ofOperator(view) ??
    ofLaunch(view) ??
    ofSeats(view) ??
    ofSessions(view) ??
    ofProtection(view) ??
    ofRate(view) ??
    UNKNOWN
  );
}

const UNKNOWN: Cause = {
  signal: null,
  value: null,
  limit: null,
  text: 'those who came before are called first',
};

function ofOperator(view: RoomView): Cause | null {
  const { operatorState, lawState } = view;
  if (operatorState === 'open') return ofHere(view);
  const by = operatorState === lawState ? 'by the configuration' : 'by an operator';
  const text = {
    paused: `paused ${by}${until(view)}`,
    offline: `taken offline ${by}${until(view)}`,
    ended: `ended ${by}`,
  }[operatorState];
  return { signal: 'operator', value: null, limit: null, text };
}

/** Closed by the calendar, or by what this gateway does with a room that is open for all others. */
function ofHere({ state, stateUntil }: RoomView): Cause | null {
  // Only a maintenance says when the pause of an open room ends.
  if (state === 'paused') return stateUntil === null ? PAUSED_HERE : maintenance(stateUntil);
  return state === 'held' ? HELD : null;
}

function maintenance(untilMs: number): Cause {
  const text = `maintenance until ${new Date(untilMs).toISOString()}`;
  return { signal: 'maintenance', value: null, limit: null, text };
}

const PAUSED_HERE: Cause = {
  signal: 'operator',
  value: null,
  limit: null,
  text: 'paused on this host alone',
};
const HELD: Cause = { signal: 'store', value: null, limit: null, text: 'its store is lost' };

function until({ stateUntil }: RoomView): string {
  return stateUntil == null ? '' : ` until ${new Date(stateUntil).toISOString()}`;
}

function ofLaunch({ state, opensAt }: RoomView): Cause | null {
  if (state !== 'prequeue' || opensAt === null) return null;
  const text = `it opens at ${new Date(opensAt).toISOString()}`;
  return { signal: 'launch', value: null, limit: null, text };
}

function ofSeats({ seatsLeft, sessions, outstanding, limits }: RoomView): Cause | null {
  if (seatsLeft === null || seatsLeft > sessions + outstanding) return null;
  const text =
    seatsLeft <= 0
      ? 'no seat is left'
      : `the last ${counted(seatsLeft, 'seat')} may be taken by the ${sessions} inside`;
  return { signal: 'seats', value: seatsLeft, limit: limits.seats, text };
}

function ofSessions({ sessions, outstanding, limits }: RoomView): Cause | null {
  if (limits.sessions === null) return null;
  const limit = limits.sessions;
  const free = limit - limits.submitReserve - sessions;
  if (free > 0 && outstanding === 0) return null;
  const reserve = limits.submitReserve === 0 ? '' : `, ${limits.submitReserve} of them kept for forms`;
  const called = free > 0 ? `, and ${counted(outstanding, 'visitor')} called for the others` : '';
  const text = `${sessions} of ${counted(limit, 'session')} are taken${reserve}${called}`;
  return { signal: 'sessions', value: sessions, limit, text };
}

/** The rate that protection holds it to. */
function ofProtection(view: RoomView): Cause | null {
  const limit = heldTo(view);
  if (limit === null) return null;
  const value = view.callsPerMinute.one === null ? null : Math.round(view.callsPerMinute.one);
  return { signal: 'protection', value, limit, text: `protection lets ${inForce(view, limit)} in` };
}

/** Admissions a minute; null: protection leaves it alone. */
function heldTo({ rate, limits }: RoomView): number | null {
  const ofLimit =
    rate.factor < 1 && limits.admissionsPerMinute !== null
      ? rate.factor * limits.admissionsPerMinute
      : Number.POSITIVE_INFINITY;
  const least = Math.min(ofLimit, rate.perMinute ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(least) ? Math.round(least * 10) / 10 : null;
}

function inForce({ limits }: RoomView, perMinute: number): string {
  const whole = limits.admissionsPerMinute;
  return whole === null || perMinute >= whole ? `${perMinute} a minute` : `${perMinute} of ${whole} a minute`;
}

function ofRate({ limits, callsPerMinute }: RoomView): Cause | null {
  const limit = limits.admissionsPerMinute;
  if (limit === null) return null;
  const value = callsPerMinute.one === null ? null : Math.round(callsPerMinute.one);
  const text = `the limit of ${counted(limit, 'admission')} a minute is reached`;
  return { signal: 'admissionsPerMinute', value, limit, text };
}

/** One sentence. */
export function whyOf(view: RoomView, settings: Pick<RoomSettings, 'mode'>): string {
  const observed = settings.mode === 'observe' ? 'Observed only, nobody is kept waiting: ' : '';
  return `${observed}${capital(stateOf(view), observed === '')}.`;
}

function stateOf(view: RoomView): string {
  const { waiting } = view;
  switch (view.state) {
    case 'open':
      return `open: ${usage(view)}${heldText(view)}; nobody waits`;
    case 'engaged':
      return `${counted(waiting, 'visitor')} wait${waiting === 1 ? 's' : ''}: ${causeOf(view).text}`;
    case 'paused':
    case 'offline':
      return `${causeOf(view).text}; nobody is called, ${kept(waiting)}`;
    case 'prequeue':
      return `prequeue, ${causeOf(view).text}; ${kept(waiting)}`;
    case 'soldout':
      return 'sold out: no seat is left';
    case 'held':
      return `held: its store is lost, nobody is called, ${kept(waiting)}`;
    case 'ended':
      return causeOf(view).text;
  }
}

function heldText(view: RoomView): string {
  const limit = heldTo(view);
  return limit === null ? '' : `; protection lets ${inForce(view, limit)} in at most`;
}

function usage({ sessions, limits }: RoomView): string {
  if (limits.sessions === null) return `${counted(sessions, 'session')}, without a limit`;
  return `${sessions} of ${counted(limits.sessions, 'session')} are taken`;
}

function kept(waiting: number): string {
  return waiting === 0 ? 'nobody waits' : `${counted(waiting, 'place')} kept`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function capital(text: string, isFirst: boolean): string {
  return isFirst ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
