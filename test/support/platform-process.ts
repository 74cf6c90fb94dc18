/** The demo platform as a process of its own, so that its books do not share the test's event loop. */

import { type Child, startChild } from '../../load-tests/child-process.ts';
import type { PlatformStats } from '../../load-tests/platform/books.ts';
import type { Mode } from '../../load-tests/platform/mode.ts';
import { cleanUpLater } from './clean-up.ts';

export interface PlatformProcess {
  url: string;
  child: Child;
  stats(): Promise<PlatformStats>;
  setMode(change: Partial<Mode>): Promise<void>;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPlatformProcess(
  options: { port?: number; idleSeconds?: number; integrated?: boolean; args?: readonly string[] } = {},
): Promise<PlatformProcess> {
  const { port = 0, idleSeconds = 600, integrated = false, args = [] } = options;
  const child = startChild('load-tests/platform/main.ts', [
    ...['--port', String(port), '--idle-seconds', String(idleSeconds)],
    ...(integrated ? ['--integrated'] : []),
    ...args,
  ]);
  cleanUpLater(() => child.kill());
  const url = (await child.printed(/platform on (http:\/\/[^,\s]+)/))[1]!;
  return {
    url,
    child,
    stats: async () => (await (await fetch(`${url}/_platform/stats`)).json()) as PlatformStats,
    setMode: (change) => post(`${url}/_platform/mode`, change),
    reset: () => post(`${url}/_platform/reset`, {}),
    stop: async () => void (await child.kill('SIGTERM')),
  };
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}
