/** Decides from what all gateways saw how many requests an upstream bears and how many visitors its rooms let in. Pure: the same evidence gives the same orders. */
import type { ProtectionSettings } from '../../config/settings.ts';
import { type ControllerState, createState, forgetful, readState } from './state.ts';
import type { Evidence, ExternalSignal, Orders, RoomFacts, RoomOrder } from './words.ts';

export { type ControllerState, createState, forgetful, readState };

export interface UpstreamFacts {
  /** Per gateway. */
  maxConnections: number;
  gateways: number;
}

export interface ControllerInput {
  /** One clock for all gateways, the council's. */
  nowMs: number;
  /** New windows since the last step, of all gateways. */
  evidence: readonly Evidence[];
  rooms: Readonly<Record<string, RoomFacts>>;
  upstreams: Readonly<Record<string, UpstreamFacts>>;
  external: readonly ExternalSignal[];
  settings: ProtectionSettings;
}

export function step(
  state: ControllerState,
  input: ControllerInput,
): { state: ControllerState; orders: Orders } {
  return { state: { ...state, atMs: input.nowMs }, orders: { upstreams: {}, rooms: {}, judgements: [] } };
}

/** What a newcomer's gateway sees at that moment. */
export interface NewcomerFacts {
  /** At this gateway. */
  newcomersThisSecond: number;
  newcomersThisWindow: number;
  /** Requests in flight to the upstream, this gateway's. */
  inFlight: number;
  upstream: string;
}

/** The early test, asked for each newcomer of an adaptive room without an order: does it engage now, and with what order? */
export function engagesAt(
  _state: ControllerState,
  _room: string,
  _facts: NewcomerFacts,
  _settings: ProtectionSettings,
): RoomOrder | null {
  return null;
}
