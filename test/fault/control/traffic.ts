/** Steady traffic over all gateways of a deployment, so many requests a second, as a balancer spreads them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { cleanUpLater } from '../../support/clean-up.ts';

export interface TrafficOptions {
  /** Origins, asked in turn; those that run at this moment. */
  origins(): readonly string[];
  /** The next request's path, query and host. */
  next(count: number): { path: string; host?: string };
  perSecond: number;
  /** The address that it comes from; a loopback's. */
  from?: string;
}

export interface SteadyTraffic {
  /** By status, since the last call. */
  take(): Record<number, number>;
  stop(): Promise<void>;
}

const TURN_MS = 20;

export function sendTraffic({ origins, next, perSecond, from }: TrafficOptions): SteadyTraffic {
  const agent = new Agent({ connections: 50, ...(from ? { localAddress: from } : {}) });
  let statuses: Record<number, number> = {};
  let isStopped = false;
  let count = 0;
  const pending = new Set<Promise<void>>();

  async function send(index: number): Promise<void> {
    const live = origins();
    const { path, host = 'register.example.com' } = next(index);
    const origin = live[index % live.length];
    if (origin === undefined) return;
    const status = await request(origin + path, {
      dispatcher: agent,
      headers: { host },
      headersTimeout: 10_000,
    })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      })
      .catch(() => 0);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }

  async function run(): Promise<void> {
    const beganMs = performance.now();
    while (!isStopped) {
      const due = Math.floor(((performance.now() - beganMs) / 1_000) * perSecond);
      for (; count < due; count++) {
        const one = send(count).finally(() => pending.delete(one));
        pending.add(one);
      }
      await sleep(TURN_MS);
    }
    await Promise.all(pending);
  }

  const running = run();
  let stopping: Promise<void> | undefined;
  const end = async () => {
    isStopped = true;
    await running;
    await agent.close();
  };
  const stop = () => (stopping ??= end());
  cleanUpLater(stop);
  return {
    take() {
      const taken = statuses;
      statuses = {};
      return taken;
    },
    stop,
  };
}
