/** What of the controller's state outlives a restart, and how a state that was read is judged: whatever is not one is no state at all. */
import { type ControllerState, createState, createUpstream, STATE_VERSION } from './state.ts';

/** What was learned of routes, newcomers and capacity; nobody is held to anything, and nothing suffers. */
export function forgetful(state: ControllerState): ControllerState {
  const upstreams = Object.entries(state.upstreams).map(([name, upstream]) => {
    const routes = Object.entries(upstream.routes).map(([route, one]) => [
      route,
      { ...one, answers: 0, errors: 0, empties: 0, suffers: null },
    ]);
    const { provenPerMinute, bestPerMinute, borneInFlight, answersForAdmitted, admitted } = upstream;
    const kept = {
      provenPerMinute,
      bestPerMinute,
      borneInFlight,
      answersForAdmitted,
      admitted,
      routes: Object.fromEntries(routes),
    };
    return [name, { ...createUpstream(), ...kept }];
  });
  const rooms = Object.entries(state.rooms).map(([name, { usual }]) => [
    name,
    { usual, pace: 0, admitted: 0 },
  ]);
  return {
    ...createState(),
    sinceMs: state.sinceMs,
    upstreams: Object.fromEntries(upstreams),
    rooms: Object.fromEntries(rooms),
  };
}

/**
 * A state as it was read from disk or from the council; a fresh one where it is none. Every number must be one, every part in its
 * place: a controller that computes with `undefined` would hold a whole platform to NaN.
 */
export function readState(value: unknown): ControllerState {
  if (!isShaped(value, createState()) || value.version !== STATE_VERSION) return createState();
  const isWhole =
    Object.values(value.upstreams).every((one) => isShaped(one, UPSTREAM) && isWholeUpstream(one)) &&
    Object.values(value.rooms).every((one) => isShaped(one, ROOM)) &&
    Object.values(value.held).every((one) => isShaped(one, HELD) && isNumberOrNull(one.perMinute)) &&
    Object.values(value.windows).every((one) => isShaped(one, { window: 0, atMs: 0 }));
  return isWhole ? value : createState();
}

const UPSTREAM = createUpstream();
const ROOM = { usual: 0, pace: 0, admitted: 0 };
const HELD = { factor: 0, perMinute: null as number | null, why: '', sinceMs: 0, idleSinceMs: 0, said: 0 };
const ROUTE = {
  ...{ baseMs: 0, nowMs: 0, learned: 0, emptyShare: 0, sinceMs: 0 },
  ...{ answers: 0, errors: 0, empties: 0, suffers: null },
};
const STEP = { atMs: 0, answers: 0, errors: 0, empties: 0, tookMs: 0, usualMs: 0, shed: 0, busyMs: 0 };
const GAUGE = { atMs: 0, mean: 0, most: 0, queued: 0, connections: 0 };

function isWholeUpstream(one: typeof UPSTREAM): boolean {
  return (
    [one.inFlight, one.saidInFlight, one.budgetPerMinute].every(isNumberOrNull) &&
    Object.values(one.routes).every((route) => isShaped(route, ROUTE)) &&
    one.steps.every((sums) => isShaped(sums, STEP)) &&
    Object.values(one.gauges).every((gauge) => isShaped(gauge, GAUGE)) &&
    Object.values(one.signals).every((signal) => isShaped(signal, { level: 0, isStale: false })) &&
    (one.distress === null || isShaped(one.distress, { signal: '', sinceMs: 0, value: 0, limit: 0 }))
  );
}

const isNumberOrNull = (value: unknown): boolean => value === null || isAmount(value);
const isAmount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Has the model's fields, each of the model's type; what is null in the model is judged by its owner. */
function isShaped<T extends object>(value: unknown, model: T): value is T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = value as Record<string, unknown>;
  return Object.entries(model).every(([name, like]) => {
    const field = fields[name];
    if (like === null) return field !== undefined;
    if (Array.isArray(like)) return Array.isArray(field);
    if (typeof like === 'number') return isAmount(field);
    return typeof field === typeof like && field !== null && !Array.isArray(field);
  });
}
