/** An admin process without a gateway, with a configuration and a data folder of its own, that can be killed and started again. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from '../../load-tests/child-process.ts';
import { type AdminClient, adminClient } from './admin-client.ts';
import { cleanUpLater } from './clean-up.ts';
import { tempFolder } from './temp-folder.ts';

export interface AdminProcess {
  /** Of the present process. */
  readonly api: AdminClient;
  readonly data: string;
  readonly configPath: string;
  readonly pid: number;
  output(): string;
  printed(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  /** On the same data. */
  restart(): Promise<void>;
  writeConfig(text: string): Promise<void>;
}

export interface AdminOptions {
  /** YAML; its store must be Redis. */
  config: string;
  env?: NodeJS.ProcessEnv;
  /** HEADGATE_DATA; a folder of its own where none is named. */
  data?: string;
}

const FREE_PORTS = { HEADGATE_METRICS_PORT: '0', HEADGATE_ADMIN_PORT: '0' };

export async function startAdminProcess(options: AdminOptions): Promise<AdminProcess> {
  const folder = await tempFolder();
  const data = options.data ?? join(folder, 'data');
  const configPath = join(folder, 'headgate.yaml');
  await mkdir(data, { recursive: true });
  await writeFile(configPath, options.config);
  const env = { HEADGATE_CONFIG: configPath, HEADGATE_DATA: data, ...FREE_PORTS, ...options.env };
  const launch = () => startChild('gateway/main.ts', ['start', '--admin-only'], env);

  let child = launch();
  cleanUpLater(() => child.kill());
  let api = await listening(child, data);
  return {
    get api() {
      return api;
    },
    data,
    configPath,
    get pid() {
      return child.pid;
    },
    output: () => child.output(),
    printed: (pattern, withinMs) => child.printed(pattern, withinMs),
    signal: (signal) => child.signal(signal),
    kill: (signal) => child.kill(signal),
    async restart() {
      await child.kill();
      child = launch();
      api = await listening(child, data);
    },
    writeConfig: (text) => writeFile(configPath, text),
  };
}

/** The API of a process that said where it listens, by its first token. */
export async function listening(child: Pick<Child, 'printed'>, data: string): Promise<AdminClient> {
  const [line] = await child.printed(/^.*"msg":"the admin API listens".*$/m);
  const { admin } = JSON.parse(line) as { admin: string };
  return adminClient(admin, (await readFile(join(data, 'admin', 'token'), 'utf8')).trim());
}
