/** Many processes answer as one: what each counted is added up, what all see alike is not, and the worst is told. */
import { describe, expect, it } from 'vitest';
import type { Ready } from '../../gateway/observe/health.ts';
import { createMetrics } from '../../gateway/observe/metrics.ts';
import { mergeMetrics } from '../../gateway/workers/merge-metrics.ts';
import { mergeReady } from '../../gateway/workers/merge-ready.ts';
import { roomView } from '../support/page-models.ts';

const WELL: Ready = { ready: true, store: 'ok', upstreams: { platform: 'ok' }, keys: 'ok', revision: 3 };
const answer = (more: Partial<Ready> = {}) => {
  const body = { ...WELL, ...more };
  return { status: body.ready ? (200 as const) : (503 as const), body };
};
const KNOWN = { wanted: 3, running: 3, revision: 3 };

describe('ready of several workers', () => {
  it('is ready where one is, and tells the worst of everything else', () => {
    const merged = mergeReady(
      [
        answer({ ready: false, keys: 'missing', missingKeys: ['k1'], keysDetail: 'copy them' }),
        answer({ upstreams: { platform: 'degraded' }, revision: 2 }),
        answer({ upstreams: { platform: 'down' }, store: 'lost' }),
      ],
      KNOWN,
    );
    expect(merged).toEqual({
      status: 200,
      body: {
        ready: true,
        store: 'lost',
        upstreams: { platform: 'down' },
        keys: 'missing',
        missingKeys: ['k1'],
        keysDetail: 'copy them',
        revision: 2,
        workers: { wanted: 3, running: 3, ready: 2 },
      },
    });
  });

  it('is not ready where none is, or none answers', () => {
    expect(mergeReady([answer({ ready: false })], KNOWN).status).toBe(503);
    const silent = mergeReady([], { ...KNOWN, running: 0 });
    expect([silent.status, silent.body.ready, silent.body.store]).toEqual([503, false, 'lost']);
  });
});

function worker(sessions: number, revision: number) {
  return createMetrics({
    views: () => [{ view: { ...roomView('event', 'engaged', 7), sessions }, label: 'event' }],
    upstreams: () => [['platform', { connections: 3, failures: { reset: 2 } }]],
    revision: () => revision,
    storeUp: () => revision > 1,
    storeCommands: () => 0,
    keysMissing: () => false,
    overrides: () => [],
    withoutStore: {
      heldSeconds: new Map([['event', 4]]),
      sessionsBegun: new Map([['event', 2]]),
      placesGiven: new Map(),
      placesRedeemed: new Map(),
      overshoot: new Map(),
      lifts: 0,
      losses: 0,
    },
  });
}

describe('metrics of several workers', () => {
  it('add up what each counted, and not what all see alike', async () => {
    const [one, two] = [worker(5, 2), worker(6, 1)];
    one.request('event', 'registration', 'admitted', 0.03);
    two.request('event', 'registration', 'admitted', 0.03);
    two.request('event', 'registration', 'admitted', 9);
    one.storeLoss();
    two.storeLoss();
    const merged = mergeMetrics<string>();
    merged.take('one', await one.figures());
    merged.take('two', await two.figures());
    const text = await merged.text();
    expect(text).toContain('headgate_requests_total{room="event",class="registration",state="admitted"} 3');
    expect(text).toContain('headgate_request_seconds_bucket{class="registration",le="0.05"} 2');
    expect(text).toContain('headgate_request_seconds_count{class="registration"} 3');
    expect(text).toContain('headgate_upstream_connections{upstream="platform"} 6');
    expect(text).toContain('headgate_upstream_failures_total{upstream="platform",kind="reset"} 4');
    expect(text).toContain('headgate_room_sessions{room="event"} 6');
    expect(text).toContain('headgate_room_waiting{room="event"} 7');
    expect(text).toMatch(/^headgate_store_losses_total 1$/m);
    expect(text).toContain('headgate_store_held_seconds_total{room="event"} 4');
    expect(text).toContain('headgate_store_share_sessions_total{room="event"} 4');
    expect(text).toMatch(/^headgate_store_up 0$/m);
    expect(text).toMatch(/^headgate_revision 1$/m);
  });

  it('keep what a worker that has ended had counted, and let go of what it measured', async () => {
    const [one, two] = [worker(5, 2), worker(6, 2)];
    const merged = mergeMetrics<string>();
    for (const [name, from] of [['one', one] as const, ['two', two] as const]) {
      from.request('event', 'registration', 'admitted', 0.03);
      merged.take(name, await from.figures());
    }
    merged.retire('two');
    const text = await merged.text();
    expect(text).toContain('headgate_requests_total{room="event",class="registration",state="admitted"} 2');
    expect(text).toContain('headgate_room_sessions{room="event"} 5');
    expect(text).toContain('headgate_upstream_connections{upstream="platform"} 3');
    merged.retire('one');
    expect(await merged.text()).toContain(
      'headgate_requests_total{room="event",class="registration",state="admitted"} 2',
    );
  });
});
