/** A gateway as a process of its own, with a configuration and a data folder of its own, that can be killed and started again. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from '../../load-tests/child-process.ts';
import type { AdminClient } from './admin-client.ts';
import { listening as apiOf } from './admin-process.ts';
import { cleanUpLater } from './clean-up.ts';
import { tempFolder } from './temp-folder.ts';

export interface GatewayOptions {
  /** The configuration, as YAML text. */
  config: string;
  env?: NodeJS.ProcessEnv;
  /** Wait until it listens only: it is not meant to be ready. */
  mayBeUnready?: boolean;
  /** Run the admin process too. */
  admin?: boolean;
}

export interface GatewayProcess {
  readonly url: string;
  readonly metricsUrl: string;
  /** Of the admin process that runs in it, by its first token. Throws where none does. */
  api(): Promise<AdminClient>;
  /** HEADGATE_DATA. */
  readonly data: string;
  /** Path of the configuration file. */
  readonly configPath: string;
  readonly pid: number;
  output(): string;
  /** Resolves with the first match in the output of the present process. */
  printed(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Sends a signal that is not meant to end it (SIGHUP). */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal (SIGKILL by default) and resolves with the exit code when the process is gone; null: ended by the signal. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves when the present process is gone, as `kill` does. */
  readonly ended: Promise<number | null>;
  /** Starts it again, on the same ports and the same data, killing it first where it runs. */
  restart(): Promise<void>;
  /** Ends it by SIGTERM. */
  stop(): Promise<number | null>;
  writeConfig(text: string): Promise<void>;
}

interface Listening {
  gateway: string;
  metrics: string;
}

/** Starts a gateway on free ports and waits until it is ready. Rejects with its output when it does not come up. */
export async function startGateway(options: GatewayOptions): Promise<GatewayProcess> {
  const folder = await tempFolder();
  const data = join(folder, 'data');
  const configPath = join(folder, 'headgate.yaml');
  await mkdir(data);
  await writeFile(configPath, options.config);
  const env = { HEADGATE_CONFIG: configPath, HEADGATE_DATA: data };

  let child = launch({ ...env, ...FREE_PORTS, ...options.env }, options.admin);
  cleanUpLater(() => child.kill());
  const until = options.mayBeUnready ? untilListening : untilReady;
  const listening = await until(child);
  const samePorts = portsOf(listening);

  return {
    url: listening.gateway,
    metricsUrl: listening.metrics,
    api: () => apiOf(child, data),
    data,
    configPath,
    get pid() {
      return child.pid;
    },
    get ended() {
      return child.ended;
    },
    output: () => child.output(),
    printed: (pattern, withinMs) => child.printed(pattern, withinMs),
    signal: (signal) => child.signal(signal),
    kill: (signal) => child.kill(signal),
    stop: () => child.kill('SIGTERM'),
    writeConfig: (text) => writeFile(configPath, text),
    async restart() {
      await child.kill();
      child = launch({ ...env, ...FREE_PORTS, ...options.env, ...samePorts }, options.admin);
      await until(child);
    },
  };
}

const FREE_PORTS = { HEADGATE_PORT: '0', HEADGATE_METRICS_PORT: '0', HEADGATE_ADMIN_PORT: '0' };

function launch(env: NodeJS.ProcessEnv, withAdmin = false): Child {
  return startChild('gateway/main.ts', withAdmin ? ['start'] : ['start', '--gateway-only'], env);
}

async function untilListening(child: Child): Promise<Listening> {
  const [line] = await child.printed(/^.*"msg":"listening".*$/m);
  const { gateway, metrics } = JSON.parse(line) as Listening;
  return { gateway: toLoopback(gateway), metrics: toLoopback(metrics) };
}

async function untilReady(child: Child): Promise<Listening> {
  const listening = await untilListening(child);
  // The metrics port answers the same as <prefix>/ready, whatever prefix or certificate the gateway has.
  while (!(await isReady(listening.metrics))) {
    if (!child.isRunning()) throw new Error(`the gateway ended before it was ready:\n${child.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return listening;
}

async function isReady(metrics: string): Promise<boolean> {
  try {
    const answer = await fetch(`${metrics}/ready`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

function portsOf({ gateway, metrics }: Listening): NodeJS.ProcessEnv {
  return { HEADGATE_PORT: new URL(gateway).port, HEADGATE_METRICS_PORT: new URL(metrics).port };
}

function toLoopback(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
