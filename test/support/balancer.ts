/** A balancer that obeys `ready`, and the load behind it: keep-alive connections, requests to gateways that say that they are ready. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';

export interface BalancerOptions {
  gateways: readonly string[];
  /** Time between two looks at each gateway's `ready`. */
  lookMs: number;
  /** Requests at once. */
  workers: number;
  /** Path of the n-th request; an even n is a GET, an odd one a POST with a body. */
  path(n: number): string;
}

export interface Balancer {
  /** Answered requests by gateway and status; network failures as `error: …`. */
  readonly counts: Map<string, number>;
  /** Everything that was not a 200. */
  failures(): string[];
  readySet(): readonly string[];
  /** Ends the load when what is in flight was answered. */
  stop(): Promise<void>;
}

export async function startBalancer({ gateways, lookMs, workers, path }: BalancerOptions): Promise<Balancer> {
  const agent = new Agent({ connections: workers, keepAliveTimeout: 60_000 });
  const counts = new Map<string, number>();
  const ready = new Set<string>();
  let isOver = false;
  let sent = 0;

  const look = async (gateway: string) => {
    const isReady = await fetch(`${gateway}/.headgate/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) ready.add(gateway);
    else ready.delete(gateway);
  };
  const watch = async () => {
    for (; !isOver; await sleep(lookMs)) await Promise.all(gateways.map(look));
  };
  const send = async (origin: string, n: number): Promise<string> => {
    const method = n % 2 === 0 ? 'GET' : 'POST';
    try {
      const answer = await agent.request({
        origin,
        path: path(n),
        method,
        body: method === 'POST' ? 'a=b' : null,
      });
      const text = await answer.body.text();
      return answer.statusCode === 200 ? '200' : `${answer.statusCode} at ${path(n)}: ${text}`;
    } catch (error) {
      return `error: ${(error as NodeJS.ErrnoException).code ?? error} at ${path(n)}`;
    }
  };
  const work = async () => {
    while (!isOver) {
      const n = sent++;
      const usable = [...ready];
      const gateway = usable[n % usable.length];
      if (gateway === undefined) await sleep(lookMs);
      else {
        const outcome = `${gateway} ${await send(gateway, n)}`;
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
    }
  };

  await Promise.all(gateways.map(look));
  const running = [watch(), ...Array.from({ length: workers }, work)];
  return {
    counts,
    failures: () => [...counts.keys()].filter((outcome) => !outcome.endsWith(' 200')),
    readySet: () => [...ready],
    async stop() {
      isOver = true;
      await Promise.all(running);
      await agent.destroy();
    },
  };
}
