/** What gateways share of a decision: the controller's state that the next one is made from, and the orders that hold until then. As text. */
import { type ControllerState, createState, forgetful, readState } from './controller.ts';
import { isAmount } from './read-evidence.ts';
import type { RoomOrder, UpstreamOrder } from './words.ts';

export interface Decision {
  /** The council's time when it was made. */
  atMs: number;
  /** Stands for the settings that it was made by; '': not known. */
  settings: string;
  state: ControllerState;
  upstreams: Readonly<Record<string, UpstreamOrder>>;
  rooms: Readonly<Record<string, RoomOrder>>;
}

const VERSION = 1;

export function noDecision(): Decision {
  return { atMs: 0, settings: '', state: createState(), upstreams: {}, rooms: {} };
}

/** What is kept over a restart: what was learned, and nothing that is in force. */
export function learnedOf({ atMs, state }: Decision): Decision {
  return { atMs, settings: '', state: forgetful(state), upstreams: {}, rooms: {} };
}

export function writeDecision(decision: Decision): string {
  return JSON.stringify({ headgate: 'protection', version: VERSION, ...decision });
}

/** Throws where it is none of this version: SyntaxError, TypeError. */
export function readDecision(text: string): Decision {
  const { headgate, version, atMs, settings, state, upstreams, rooms } = JSON.parse(text) as Decision & {
    headgate: unknown;
    version: unknown;
  };
  const isOurs = headgate === 'protection' && version === VERSION && Number.isFinite(atMs);
  const isWhole = isOurs && readState(state) === state && areOrders(upstreams, rooms);
  if (!isWhole) throw new TypeError(`this is no decision of version ${VERSION}`);
  return { atMs, settings: typeof settings === 'string' ? settings : '', state, upstreams, rooms };
}

function areOrders(upstreams: unknown, rooms: unknown): boolean {
  const bounds = ordersOf<UpstreamOrder>(upstreams);
  const rates = ordersOf<RoomOrder>(rooms);
  return (
    bounds?.every(({ inFlight }) => isAmountOrNull(inFlight)) === true &&
    rates?.every(({ factor, perMinute }) => isAmount(factor) && factor <= 1 && isAmountOrNull(perMinute)) ===
      true
  );
}

/** Null: they are none. */
function ordersOf<Order>(value: unknown): Order[] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const orders = Object.values(value);
  return orders.every((order) => typeof order === 'object' && order !== null) ? orders : null;
}

const isAmountOrNull = (value: unknown): boolean => value === null || isAmount(value);
