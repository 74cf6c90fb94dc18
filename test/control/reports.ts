/** Reports and documents as tests write them: complete, and quiet where a test says nothing. */
import type { GatewayReport, Published } from '../../gateway/control/words.ts';

export function report(gateway: string, change: Partial<GatewayReport> = {}): GatewayReport {
  return {
    ...{ gateway, host: 'here', pid: 1, version: '0.1.0', wallMs: Date.now(), startedAt: NOON },
    ...{ serial: 1, revision: 1, from: 'published', refused: null, fileDiffers: [], fileError: null },
    ...{ keys: { current: [], held: [], lacking: [] }, builds: [], ready: true, store: 'ok', upstreams: {} },
    totals: { revision: 1, seconds: 1, forwarded: 0, failed: 0, unqueued: 0, latency: [] },
    traffic: { windowSeconds: 60, requests: 0, forwarded: 0, others: 0, byAddress: [] },
    ...{ rooms: [], roomCount: 0, inFlight: [], inFlightCount: 0, decisions: [], overrides: [], answers: {} },
    ...change,
  };
}

export const NOON = '2026-12-01T12:00:00.000Z';

/** One room, one platform. `rules`: YAML, indented by two. */
export function configText(rules = '', sessions = 100): string {
  return [
    'upstreams: { platform: { targets: ["http://127.0.0.1:9000"] } }',
    `rooms: { platform: { limits: { sessions: ${sessions} } }, "event-{eventid}": { limits: { sessions: 10 } } }`,
    ...(rules === '' ? [] : ['rules:', rules]),
    'default: { room: platform, upstream: platform }',
    '',
  ].join('\n');
}

export function document(serial: number, change: Partial<Published> = {}): Published {
  return {
    ...{ serial, at: NOON, active: { number: serial, config: configText() }, staged: null },
    ...{ pins: [], messages: [], commands: [], fileHash: null },
    ...change,
  };
}
