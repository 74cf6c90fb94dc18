/** A gateway of the stage as a process of its own, which can be ended and comes up again on the same ports and the same data. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../child-process.ts';
import { openAdmin } from './admin-access.ts';
import type { Troupe } from './troupe.ts';
import type { AdminAccess } from './words.ts';

export interface GatewayPlan {
  name: string;
  configFile: string;
  /** Port of the admin process that runs in it; null: none does. */
  adminPort: number | null;
}

export interface GatewayProcess {
  readonly url: string;
  readonly metricsUrl: string;
  /** Null: no admin process runs in it. */
  readonly admin: AdminAccess | null;
  reload(): void;
  /** Drains by SIGTERM, or is killed at once, and comes up again; resolves when it is ready. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  isReady(): Promise<boolean>;
  output(): string;
}

const READY_MS = 60_000;
const LOOK_MS = 25;

export async function startGateway(troupe: Troupe, plan: GatewayPlan): Promise<GatewayProcess> {
  const data = join(troupe.folder, plan.name);
  await mkdir(data, { recursive: true });
  const env = { HEADGATE_CONFIG: plan.configFile, HEADGATE_DATA: data };
  let ports = portsOf('0', '0', plan.adminPort);
  const launch = () =>
    troupe.run('gateway/main.ts', plan.adminPort === null ? ['start', '--gateway-only'] : ['start'], {
      ...env,
      ...ports,
    });
  let child = launch();
  const { gateway: url, metrics: metricsUrl } = await listening(child);
  ports = portsOf(new URL(url).port, new URL(metricsUrl).port, plan.adminPort);
  const isReady = () => fetch(`${metricsUrl}/ready`).then(wellAnswered, () => false);
  await untilReady(() => child, isReady);
  return {
    url,
    metricsUrl,
    admin: plan.adminPort === null ? null : await adminOf(child, data),
    reload: () => child.signal('SIGHUP'),
    async restart(signal) {
      await child.kill(signal);
      child = launch();
      await untilReady(() => child, isReady);
    },
    isReady,
    output: () => child.output(),
  };
}

function portsOf(gateway: string, metrics: string, admin: number | null): NodeJS.ProcessEnv {
  return {
    HEADGATE_PORT: gateway,
    HEADGATE_METRICS_PORT: metrics,
    HEADGATE_ADMIN_PORT: String(admin ?? 0),
  };
}

async function listening(child: Child): Promise<{ gateway: string; metrics: string }> {
  const [line] = await child.printed(/^.*"msg":"listening".*$/m);
  const { gateway, metrics } = JSON.parse(line) as { gateway: string; metrics: string };
  return { gateway: toLoopback(gateway), metrics: toLoopback(metrics) };
}

async function adminOf(child: Child, data: string): Promise<AdminAccess> {
  const [line] = await child.printed(/^.*"msg":"the admin API listens".*$/m);
  const { admin } = JSON.parse(line) as { admin: string };
  return openAdmin(admin, (await readFile(join(data, 'admin', 'token'), 'utf8')).trim());
}

async function untilReady(child: () => Child, isReady: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + READY_MS;
  while (!(await isReady())) {
    if (!child().isRunning() || performance.now() > endMs)
      throw new Error(`a gateway did not come up:\n${child().output()}`);
    await sleep(LOOK_MS);
  }
}

async function wellAnswered(answer: Response): Promise<boolean> {
  await answer.arrayBuffer();
  return answer.ok;
}

function toLoopback(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
