/** Metrics: counted in plain numbers, shown in Prometheus' form. */
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../gateway/observe/metrics.ts';
import { createOutageFigures } from '../../gateway/request/outage-figures.ts';

function metrics(figures = createOutageFigures()) {
  return createMetrics({
    views: () => [],
    upstreams: () => [['platform', { connections: 3, failures: { reset: 2 } }]],
    revision: () => 7,
    storeUp: () => true,
    storeCommands: () => 11,
    keysMissing: () => false,
    overrides: () => [{ room: 'platform', action: 'pause' }],
    withoutStore: figures,
  });
}

describe('metrics', () => {
  it('an override that is in force is one', async () => {
    expect(await metrics().text()).toContain('headgate_override_active{room="platform",action="pause"} 1');
  });

  it('a duration counts in its bucket, in all above it, in sum and in count', async () => {
    const made = metrics();
    made.request('platform', 'api', 'allowed', 0.03);
    made.request('platform', 'api', 'allowed', 99);
    const text = await made.text();
    expect(text).toContain('headgate_request_seconds_bucket{class="api",le="0.025"} 0');
    expect(text).toContain('headgate_request_seconds_bucket{class="api",le="0.05"} 1');
    expect(text).toContain('headgate_request_seconds_bucket{class="api",le="+Inf"} 2');
    expect(text).toContain('headgate_request_seconds_count{class="api"} 2');
    expect(text).toContain('headgate_requests_total{room="platform",class="api",state="allowed"} 2');
  });

  it('what was done without the store is told by room, and losses with those found at the start', async () => {
    const figures = createOutageFigures();
    figures.heldSeconds.set('platform', 1.5);
    figures.overshoot.set('platform', 2);
    figures.losses = 3;
    const made = metrics(figures);
    made.storeLoss();
    await made.text();
    const text = await made.text();
    expect(text).toContain('headgate_store_held_seconds_total{room="platform"} 1.5');
    expect(text).toContain('headgate_store_overshoot{room="platform"} 2');
    expect(text).toContain('headgate_store_losses_total 4');
    expect(text).toContain('headgate_store_lifts_total 0');
  });

  it('a counter does not double when it is scraped twice', async () => {
    const made = metrics();
    made.request('platform', 'api', 'allowed', 0.03);
    await made.text();
    const text = await made.text();
    expect(text).toContain('headgate_requests_total{room="platform",class="api",state="allowed"} 1');
    expect(text).toContain('headgate_upstream_failures_total{upstream="platform",kind="reset"} 2');
    expect(text).toContain('headgate_revision 7');
    expect(text).toContain('headgate_store_up 1');
    expect(text).toContain('headgate_store_commands_total 11');
  });
});
