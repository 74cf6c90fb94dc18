/** Sets the stage of a benchmark: upstream, peers and gates, each in a process of its own, with data in a folder that goes away. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Measured, startServer } from './server.ts';

export interface Bench {
  gate: Measured;
  /** The same configuration with another store. */
  configText(store: string): string;
  json: Measured;
  proxy: Measured;
  startGate(): Promise<Measured>;
  /** A pass of a fresh session. */
  takePass(): Promise<string>;
  /** A ticket of somebody who waits. */
  joinOnce(gate: Measured): Promise<string>;
  /** Gives the process time to collect garbage and to write its snapshot. */
  settle(gate: Measured): Promise<void>;
  stop(): Promise<void>;
}

const PEER = /listening (http:\/\/\S+)/;
const GATE = /"gateway":"(http:\/\/[^"]+)"/;

export async function setStage(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
  const started: Measured[] = [];
  const keep = async (server: Promise<Measured>) => {
    started.push(await server);
    return server;
  };
  const upstream = await keep(startServer('load-tests/bench/peers/upstream.ts', [], {}, PEER));
  let gates = 0;
  const startGate = async () => {
    const data = join(folder, `gate-${++gates}`);
    await mkdir(data);
    await writeFile(join(data, 'headgate.yaml'), config(upstream.url));
    const env = {
      HEADGATE_CONFIG: join(data, 'headgate.yaml'),
      HEADGATE_DATA: join(data, 'data'),
      HEADGATE_PORT: '0',
      HEADGATE_METRICS_PORT: '0',
      HEADGATE_ADMIN_PORT: '0',
    };
    return startServer('gateway/main.ts', ['start', '--gateway-only'], env, GATE);
  };
  const gate = await keep(startGate());
  const json = await keep(startServer('load-tests/bench/peers/fastify-json.ts', [], {}, PEER));
  const proxy = await keep(startServer('load-tests/bench/peers/http-proxy.ts', [upstream.url], {}, PEER));
  const ticketOf = async (url: string, room: string) => {
    const answer = await fetch(`${url}/.headgate/rooms/${room}/tickets`, { method: 'POST' });
    return ((await answer.json()) as { ticket: string }).ticket;
  };
  return {
    gate,
    configText: (store) => config(upstream.url, store),
    json,
    proxy,
    startGate,
    async takePass() {
      const ticket = await ticketOf(gate.url, 'inside');
      const answer = await fetch(`${gate.url}/forward/`, { headers: { 'headgate-ticket': ticket } });
      return answer.headers.get('headgate-pass') as string;
    },
    joinOnce: (server) => ticketOf(server.url, 'line'),
    settle: () => sleep(3_000),
    async stop() {
      for (const server of started.reverse()) await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A room in which everybody waits, and one in which everybody is inside; logs and budgets as in production. */
function config(upstream: string, store = '{ kind: embedded }'): string {
  return `
upstreams: { platform: { targets: ["${upstream}"] } }
drain: { delaySeconds: 0 }
passes: { requestsPerMinute: 100000000 }
store: ${store}
rooms:
  line: { limits: { sessions: 0 } }
  inside: { limits: { sessions: 100000 } }
rules:
  - { name: line, match: { path: /line/* }, room: line }
  - { name: forward, match: { path: /forward/* }, room: inside }
default: { room: inside, upstream: platform }
`;
}
