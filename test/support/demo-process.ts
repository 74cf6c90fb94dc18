/** `headgate start` without any configuration, as somebody sees it who tries it for the first time: gate, admin and demo platform. */
import { startChild } from '../../load-tests/child-process.ts';
import type { AdminClient } from './admin-client.ts';
import { listening } from './admin-process.ts';
import { cleanUpLater } from './clean-up.ts';
import { tempFolder } from './temp-folder.ts';

export interface DemoProcess {
  url: string;
  /** The demo platform's own address. */
  platformUrl: string;
  /** HEADGATE_DATA. */
  data: string;
  /** Of its admin process. Rejects where none comes up. */
  api(): Promise<AdminClient>;
  output(): string;
  printed(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** By SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

const PLAIN = { HEADGATE_CONFIG: undefined, HEADGATE_UPSTREAM: undefined };
const FREE_PORTS = { HEADGATE_PORT: '0', HEADGATE_METRICS_PORT: '0', HEADGATE_ADMIN_PORT: '0' };

export async function startDemo(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<DemoProcess> {
  const data = await tempFolder();
  const child = startChild('gateway/main.ts', ['start', ...args], {
    ...{ ...PLAIN, ...FREE_PORTS, HEADGATE_DATA: data },
    ...env,
  });
  cleanUpLater(() => child.kill());
  const [, url] = await child.printed(/the gate +(http:\S+)/);
  const [, platformUrl] = await child.printed(/the platform +(http:\S+)/);
  return {
    ...{ url: url as string, platformUrl: platformUrl as string, data },
    api: () => listening(child, data),
    output: () => child.output(),
    printed: (pattern, withinMs) => child.printed(pattern, withinMs),
    stop: () => child.kill('SIGTERM'),
  };
}
