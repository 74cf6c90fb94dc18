/** What gateways share of a decision: the controller's state that the next one is made from, and the orders that hold until then. As text. */
import { type ControllerState, createState, forgetful, readState } from './controller.ts';
import type { RoomOrder, UpstreamOrder } from './words.ts';

export interface Decision {
  /** The council's time when it was made. */
  atMs: number;
  state: ControllerState;
  upstreams: Readonly<Record<string, UpstreamOrder>>;
  rooms: Readonly<Record<string, RoomOrder>>;
}

const VERSION = 1;

export function noDecision(): Decision {
  return { atMs: 0, state: createState(), upstreams: {}, rooms: {} };
}

/** What is kept over a restart: what was learned, and nothing that is in force. */
export function learnedOf({ atMs, state }: Decision): Decision {
  return { atMs, state: forgetful(state), upstreams: {}, rooms: {} };
}

export function writeDecision(decision: Decision): string {
  return JSON.stringify({ headgate: 'protection', version: VERSION, ...decision });
}

/** Throws TypeError where it is none of this version. */
export function readDecision(text: string): Decision {
  const { headgate, version, atMs, state, upstreams, rooms } = JSON.parse(text) as Decision & {
    headgate: unknown;
    version: unknown;
  };
  const isOurs = headgate === 'protection' && version === VERSION && Number.isFinite(atMs);
  if (!isOurs || readState(state) !== state) throw new TypeError(`this is no decision of version ${VERSION}`);
  return { atMs, state, upstreams: upstreams ?? {}, rooms: rooms ?? {} };
}
