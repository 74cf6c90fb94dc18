/** Drain: SIGTERM loses no request at a balancer that obeys `ready`, finishes what is in flight, and ends with 0. */
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startBalancer } from '../support/balancer.ts';
import { startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, NAVIGATION } from '../support/http-client.ts';
import { openRaw } from '../support/raw-http.ts';
import { startSmallPlatform } from '../support/small-platform.ts';

/** Ends a wait that hangs; it decides nothing. */
const SOON = { interval: 20, timeout: 60_000 };

const config = (upstream: string, drain: string) => `
drain: ${drain}
upstreams: { platform: { targets: ["${upstream}"] } }
rooms: { site: { allowance: { inFlight: 1000 } } }
default: { room: site, upstream: platform }
`;

async function startGate(drain: string) {
  const platform = await startSmallPlatform();
  return { platform, gate: await startGateway({ config: config(platform.url, drain) }) };
}

describe('SIGTERM', () => {
  it('under load loses no request: not ready at once, accepting a while longer, then finishing what is in flight', async () => {
    const { platform, gate } = await startGate('{ delaySeconds: 1.5, seconds: 20 }');
    const other = await startGateway({ config: config(platform.url, '{ delaySeconds: 0 }') });
    const balancer = await startBalancer({
      gateways: [gate.url, other.url],
      lookMs: 50,
      workers: 40,
      path: (n) => (n % 10 < 2 ? `/slow?ms=${n % 20 === 0 ? 2_500 : 300}` : `/api/${n}`),
    });
    const answered = (gateway: string) => balancer.counts.get(`${gateway} 200`) ?? 0;
    await expect.poll(() => Math.min(answered(gate.url), answered(other.url)), SOON).toBeGreaterThan(200);
    const ended = gate.kill('SIGTERM');
    await gate.printed(/"msg":"draining"/);
    const atOnce = await ask(`${gate.url}/.headgate/ready`);
    expect([atOnce.status, atOnce.json().ready]).toEqual([503, false]);
    expect((await ask(`${gate.url}/api/late`)).status).toBe(200);
    expect(await ended).toBe(0);
    expect(balancer.readySet()).toEqual([other.url]);
    await balancer.stop();
    expect(balancer.failures()).toEqual([]);
    expect(await other.stop()).toBe(0);
  });

  it('a slow request in flight is finished, and answers say that the connection ends', async () => {
    const { platform, gate } = await startGate('{ delaySeconds: 0, seconds: 30 }');
    const held = ask(`${gate.url}/held`);
    await expect.poll(() => platform.held(), SOON).toBe(1);
    const ended = gate.kill('SIGTERM');
    await gate.printed(/"msg":"draining"/);
    await expect
      .poll(
        () =>
          fetch(`${gate.url}/api`).then(
            () => 'accepted',
            () => 'refused',
          ),
        SOON,
      )
      .toBe('refused');
    platform.release();
    expect((await held).status).toBe(200);
    expect(await ended).toBe(0);
    expect(gate.output()).toContain('"msg":"stopped"');
  });

  it('what takes longer than drain.seconds is cut, and a WebSocket or a silent connection keeps nobody', async () => {
    const { platform, gate } = await startGate('{ delaySeconds: 0, seconds: 1 }');
    const idle = await openRaw(gate.url);
    const page = await ask(`${gate.url}/form`, { headers: NAVIGATION });
    const socket = new WebSocket(`${gate.url.replace('http', 'ws')}/ws`, {
      headers: { cookie: cookiesOf(page) },
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const held = ask(`${gate.url}/held`).then(
      () => 'answered',
      () => 'cut',
    );
    await expect.poll(() => platform.held(), SOON).toBe(1);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const ended = gate.kill('SIGTERM');
    await gate.printed(/"msg":"draining"/);
    gate.signal('SIGTERM');
    expect(await ended).toBe(0);
    expect(await held).toBe('cut');
    await closed;
    idle.close();
  });

  it('the line is on disk afterwards: a clean end is no loss', async () => {
    const { gate } = await startGate('{ delaySeconds: 0 }');
    await ask(`${gate.url}/form`, { headers: NAVIGATION });
    expect(await gate.stop()).toBe(0);
    await gate.restart();
    expect(gate.output()).not.toMatch(/last exit was not clean|DAMAGED/);
  });
});
