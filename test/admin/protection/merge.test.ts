/** What gateways report of protection becomes one view: orders as the newest says them, requests in flight added up, shares by gateway. */
import { describe, expect, it } from 'vitest';
import { mergeProtection } from '../../../admin/protection/merge.ts';
import type {
  GatewayReport,
  ProtectionReport,
  RoomProtection,
  UpstreamProtection,
} from '../../../gateway/control/words.ts';

const upstream = (change: Partial<UpstreamProtection> = {}): UpstreamProtection => ({
  ...{ upstream: 'platform', inFlightLimit: 40, inFlightShare: 10, inFlight: 7, queued: 1 },
  ...{ baseLatencyMs: 20, distress: null, routes: [], signals: [] },
  ...change,
});
const room = (name: string, perMinute: number): RoomProtection => ({
  ...{ room: name, factor: 1, perMinute, since: null, why: 'newcomers' },
});

function report(gateway: string, protection?: Partial<ProtectionReport>): GatewayReport {
  const whole = { mode: 'act', upstreams: [], rooms: [], decided: { together: 0, alone: 0 }, ...protection };
  return { gateway, ...(protection === undefined ? {} : { protection: whole }) } as unknown as GatewayReport;
}

describe('the view of all gateways', () => {
  it('adds up requests in flight and waiting, and keeps each share', () => {
    const { upstreams } = mergeProtection([
      report('two', { upstreams: [upstream()] }),
      report('one', { upstreams: [upstream({ inFlightShare: null, inFlight: 3, queued: 0 })] }),
      report('three', {
        upstreams: [upstream({ upstream: 'other', inFlightLimit: null, inFlightShare: null })],
      }),
    ]);
    expect(upstreams).toMatchObject([
      { upstream: 'platform', inFlightLimit: 40, inFlight: 10, queued: 1, shares: { two: 10, one: null } },
      { upstream: 'other', inFlightLimit: null, inFlight: 7, shares: { three: null } },
    ]);
    expect(upstreams[0]).not.toHaveProperty('inFlightShare');
  });

  it('tells of what should be the same everywhere as the newest report does', () => {
    const suffers = { signal: 'latency', value: 3, limit: 2, since: '2026-01-01T00:00:00.000Z' };
    const merged = mergeProtection([
      report('new', {
        mode: 'observe',
        upstreams: [upstream({ distress: suffers })],
        rooms: [room('b', 60)],
      }),
      report('old', { mode: 'act', upstreams: [upstream()], rooms: [room('b', 900), room('a', 30)] }),
    ]);
    expect(merged.mode).toBe('observe');
    expect(merged.upstreams[0]!.distress).toEqual(suffers);
    expect(merged.rooms).toEqual([room('a', 30), room('b', 60)]);
  });

  it('names who decided, by name, and leaves out who reports nothing of it', () => {
    const merged = mergeProtection([
      report('former'),
      report('b', { decided: { together: 4, alone: 1 } }),
      report('a', { decided: { together: 3, alone: 0 } }),
    ]);
    expect(merged).toMatchObject({
      mode: 'act',
      gateways: [
        { gateway: 'a', together: 3, alone: 0 },
        { gateway: 'b', together: 4, alone: 1 },
      ],
    });
  });

  it('knows nothing of gateways that say nothing', () => {
    const nothing = { mode: 'unknown', gateways: [], upstreams: [], rooms: [] };
    expect(mergeProtection([])).toEqual(nothing);
    expect(mergeProtection([report('former')])).toEqual(nothing);
  });

  it('leaves the reports as they are', () => {
    const first = report('one', { upstreams: [upstream()] });
    const copy = structuredClone(first);
    mergeProtection([first, report('two', { upstreams: [upstream()] })]);
    expect(first).toEqual(copy);
  });
});
