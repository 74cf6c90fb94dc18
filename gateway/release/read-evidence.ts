/** A window as another gateway laid it on the table: whatever is not one is none, for a number that is missing would hold a whole platform to NaN. */
import type { Evidence } from './words.ts';

type Fields = Record<string, unknown>;

/** Null: it is no window of this version. */
export function readEvidence(text: string): Evidence | null {
  const value = parsed(text);
  return isEvidence(value) ? value : null;
}

/** What a gateway says of itself: requests in flight and waiting, by upstream, and what it decides by; nothing where it is no such thing. */
export function readStanding(text: string): { demand: Record<string, number>; settings: string } {
  const value = parsed(text);
  if (!isFields(value)) return { demand: {}, settings: '' };
  const { demand, settings } = value;
  const isDemand = isFields(demand) && areNumbers(demand, Object.keys(demand));
  return {
    demand: isDemand ? (demand as Record<string, number>) : {},
    settings: typeof settings === 'string' ? settings : '',
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const COUNTS = ['answers', 'errors', 'empties'];

function isEvidence(value: unknown): value is Evidence {
  if (!isFields(value) || typeof value.gateway !== 'string' || !areNumbers(value, ['window'])) return false;
  return areAll(value.upstreams, isUpstream) && areAll(value.rooms, isRoom);
}

function isUpstream(one: Fields): boolean {
  return (
    areNumbers(one, [...COUNTS, 'spanMs', 'queued', 'oldestMs', 'longRunning', 'connections']) &&
    areNumbers(one.inFlight, ['mean', 'most', 'now']) &&
    areNumbers(one.targets, ['up', 'all']) &&
    isFields(one.shed) &&
    areNumbers(one.shed, Object.keys(one.shed)) &&
    Array.isArray(one.routes) &&
    one.routes.every(isRoute)
  );
}

function isRoute(one: unknown): boolean {
  if (!isFields(one) || typeof one.route !== 'string' || !areNumbers(one, [...COUNTS, 'totalMs']))
    return false;
  return Array.isArray(one.latency) && one.latency.every(isAmount);
}

function isRoom(one: Fields): boolean {
  return typeof one.upstream === 'string' && areNumbers(one, ['newcomers', 'admitted', 'requests']);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON has no NaN, and nothing that is counted or measured here is below 0. */
export const isAmount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const areNumbers = (value: unknown, names: readonly string[]): boolean =>
  isFields(value) && names.every((name) => isAmount(value[name]));

const areAll = (value: unknown, is: (one: Fields) => boolean): boolean =>
  isFields(value) && Object.values(value).every((one) => isFields(one) && is(one));
