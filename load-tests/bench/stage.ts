/** Sets the stage of a benchmark: upstream, peers and gates, each in a process of its own, with data in a folder that goes away. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keeper } from './keeper.ts';
import { type Measured, startServer } from './server.ts';

export interface Bench {
  /** Goes away at the end. */
  folder: string;
  gate: Measured;
  /** The same configuration with another store. */
  configText(store: string): string;
  upstream: Measured;
  json: Measured;
  proxy: Measured;
  startGate(): Promise<Measured>;
  /** A pass of a fresh session. */
  takePass(): Promise<string>;
}

const PEER = /listening (http:\/\/\S+)/;
const GATE = /"gateway":"(http:\/\/[^"]+)"/;

export async function setStage({ keep, atEnd }: Keeper): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
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
    return keep(startServer('gateway/main.ts', ['start', '--gateway-only'], env, GATE));
  };
  const gate = await startGate();
  const json = await keep(startServer('load-tests/bench/peers/fastify-json.ts', [], {}, PEER));
  const proxy = await keep(startServer('load-tests/bench/peers/http-proxy.ts', [upstream.url], {}, PEER));
  return {
    ...{ folder, gate, upstream, json, proxy, startGate },
    configText: (store) => config(upstream.url, store),
    takePass: () => takePass(gate),
  };
}

async function takePass({ url }: Measured): Promise<string> {
  const joined = await fetch(`${url}/.headgate/rooms/inside/tickets`, { method: 'POST' });
  const { ticket } = (await joined.json()) as { ticket: string };
  const answer = await fetch(`${url}/forward/`, { headers: { 'headgate-ticket': ticket } });
  return answer.headers.get('headgate-pass') as string;
}

/** Two rooms in which everybody waits, and one in which everybody is inside; logs and budgets as in production. */
function config(upstream: string, store = '{ kind: embedded }'): string {
  return `
upstreams: { platform: { targets: ["${upstream}"] } }
drain: { delaySeconds: 0 }
passes: { requestsPerMinute: 100000000 }
store: ${store}
rooms:
  line: { limits: { sessions: 0 } }
  short: { limits: { sessions: 0 } }
  inside: { limits: { sessions: 100000 } }
rules:
  - { name: line, match: { path: /line/* }, room: line }
  - { name: forward, match: { path: /forward/* }, room: inside }
default: { room: inside, upstream: platform }
`;
}
