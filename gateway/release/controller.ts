/** Decides from what all gateways saw how many requests an upstream bears and how many visitors its rooms let in. Pure: the same evidence gives the same orders. */
import type { ProtectionSettings } from '../../config/settings.ts';
import { noteAtOnce } from './at-once.ts';
import { isLearning, notePace, noteUsual, surgeLimit, surgesNow } from './engage.ts';
import { holdRooms } from './hold.ts';
import { isOff, modeOf } from './modes.ts';
import { firstPerMinute, limitsOf } from './orders.ts';
import { isPressed } from './pressed.ts';
import { forgetful, readState } from './remembered.ts';
import { type ControllerState, createState, createUpstream } from './state.ts';
import { stepUpstream } from './upstream-step.ts';
import { freshEvidence } from './window.ts';
import type {
  Evidence,
  ExternalSignal,
  Judgement,
  Orders,
  RoomFacts,
  RoomOrder,
  RoomSample,
} from './words.ts';

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

/** Longer gaps tell nothing of the time between. */
const LONGEST_STEP_MS = 10_000;

/** One step, about twice a second. The state that was handed in is left as it was. */
export function step(
  before: ControllerState,
  input: ControllerInput,
): { state: ControllerState; orders: Orders } {
  const state = structuredClone(before);
  const dtMs = beginStep(state, input.nowMs);
  const orders: Orders & { judgements: Judgement[] } = { upstreams: {}, rooms: {}, judgements: [] };
  if (isOff(input.settings)) return { state, orders };
  const evidence = freshEvidence(state, input.evidence, input.nowMs);
  notePace(state.rooms, mergeRooms(evidence), dtMs);
  noteAtOnce(state, evidence, input.settings);
  for (const [name, facts] of Object.entries(input.upstreams)) {
    state.upstreams[name] ??= createUpstream();
    const upstream = state.upstreams[name];
    const parts = { name, facts, evidence, dtMs, input, state };
    orders.judgements.push(...stepUpstream(upstream, parts, orders));
    orders.judgements.push(...holdRooms(upstream, parts, orders));
  }
  forgetGone(state, input);
  noteUsual(state, dtMs, input.settings.engage.leastPerMinute);
  return { state, orders };
}

function beginStep(state: ControllerState, nowMs: number): number {
  // A clock that was set back must not make time pass twice.
  const now = Math.max(nowMs, state.atMs);
  const dtMs = state.atMs === 0 ? 0 : Math.min(LONGEST_STEP_MS, now - state.atMs);
  if (state.sinceMs === 0 || state.sinceMs > now) state.sinceMs = now;
  state.atMs = now;
  return dtMs;
}

function mergeRooms(evidence: readonly Evidence[]): Map<string, RoomSample> {
  const merged = new Map<string, RoomSample>();
  for (const { rooms } of evidence) {
    for (const [name, sample] of Object.entries(rooms)) {
      const other = merged.get(name);
      merged.set(name, other ? added(other, sample) : sample);
    }
  }
  return merged;
}

const added = (a: RoomSample, b: RoomSample): RoomSample => ({
  upstream: a.upstream,
  newcomers: a.newcomers + b.newcomers,
  admitted: a.admitted + b.admitted,
  requests: a.requests + b.requests,
});

/** Upstreams and rooms that are configured no more. */
function forgetGone(state: ControllerState, { upstreams, rooms }: ControllerInput): void {
  for (const name of Object.keys(state.upstreams)) if (!upstreams[name]) delete state.upstreams[name];
  for (const name of Object.keys(state.held)) if (!rooms[name]) delete state.held[name];
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

/**
 * The early test, asked for each newcomer of an adaptive room without an order: does it engage now, and with what order? It does when
 * so many came at once that no usual rate explains them, and while the upstream is short. What is ordered is what the next step would
 * order; that step then writes its own.
 */
export function engagesAt(
  state: ControllerState,
  room: string,
  facts: NewcomerFacts,
  settings: ProtectionSettings,
): RoomOrder | null {
  if (modeOf(settings, 'engage') === 'off' || state.held[room]) return null;
  const upstream = state.upstreams[facts.upstream];
  const limit = surgeLimit(state, room, settings);
  const gateways = Math.max(1, Object.keys(upstream?.gauges ?? {}).length);
  const pressed = isLearning(state) && isPressed(upstream, facts.inFlight * gateways, state.atMs, settings);
  if (!surgesNow(state, limit, facts, gateways, pressed)) return null;
  const { budget, isShort } = upstream ? limitsOf(upstream, settings) : { budget: null, isShort: false };
  const proven = firstPerMinute(state, limit, upstream?.provenPerMinute ?? 0, settings);
  return { factor: 1, perMinute: isShort && budget !== null ? Math.min(budget, proven) : proven };
}
