/** Reports of gateways that a test makes up. */
import type { Decision, GatewayReport, RoomReport } from '../../gateway/control/words.ts';
import type { RoomView } from '../../gateway/line/words.ts';

export function reportOf(gateway: string, wallMs: number, more: Partial<GatewayReport> = {}): GatewayReport {
  return {
    ...{ gateway, host: 'one', pid: 1, version: '0', wallMs, startedAt: '2026-12-01T00:00:00.000Z' },
    ...{ serial: 1, revision: 1, from: 'published', refused: null, fileDiffers: [], fileError: null },
    keys: { current: [], held: [], lacking: [] },
    ...{ builds: [], ready: true, store: 'ok', upstreams: {} },
    totals: { revision: 1, seconds: 0, forwarded: 0, failed: 0, unqueued: 0, latency: [] },
    traffic: { windowSeconds: 60, requests: 0, forwarded: 0, others: 0, byAddress: [] },
    ...{ rooms: [], roomCount: 0, inFlight: [], inFlightCount: 0, decisions: [], overrides: [], answers: {} },
    ...more,
  };
}

export function decisionOf(seq: number, kind: string, atMs: number, more: Partial<Decision> = {}): Decision {
  return {
    ...{ seq, kind, at: new Date(atMs).toISOString(), room: 'event-4711', signal: 'sessions' },
    ...{ value: 500, limit: 500, mode: 'act', sentence: `${kind}: 500 of 500 sessions` },
    ...more,
  };
}

export function roomOf(room: string, at: number, more: Partial<RoomView> = {}): RoomReport {
  const view: RoomView = {
    ...{ room, epoch: 1, seq: 1, fence: 0, revision: 1, at, state: 'open', operatorState: 'open' },
    ...{
      stateRev: 0,
      stateUntil: null,
      lanes: {},
      issued: 0,
      serving: 0,
      waiting: 0,
      returners: 0,
      sessions: 0,
    },
    limits: { sessions: 500, admissionsPerMinute: null, seats: null, submitReserve: 0 },
    ...{ seatsLeft: null, seatsRev: 0, callsPerMinute: { one: null, five: null }, cost: 1, outstanding: 0 },
    rate: { factor: 1, perMinute: null },
    ...{ admissions: 0, opensAt: null, draw: null, endedSessions: [], holdUntil: 0, losses: 0 },
    ...{ share: { slots: null, perMinute: null }, silent: [] },
    ...more,
  } as RoomView;
  return { view, template: room, mode: 'act', why: `${room} is as a test made it` };
}
