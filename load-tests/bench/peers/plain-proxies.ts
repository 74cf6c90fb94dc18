/** Peers: HAProxy and nginx as plain proxies, one thread each as a gateway has, with connections kept open on both sides. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProgram } from '../../child-process.ts';
import { findProgram, freePort, listening } from '../programs.ts';
import { type Measured, measuredAt } from '../server.ts';

export interface PlainProxy {
  /** As its package is called. */
  name: 'haproxy' | 'nginx';
  title: string;
  /** Resolves with null where it is not installed. `folder` is its own and is there. */
  start(folder: string, upstream: string): Promise<Measured | null>;
  version(): Promise<string>;
}

/** Ended in a few milliseconds by SIGTERM, and by itself never. */
export const PLAIN_PROXIES: readonly PlainProxy[] = [
  proxyOf('haproxy', 'HAProxy', haproxyConfig, (file) => ['-db', '-q', '-f', file]),
  proxyOf('nginx', 'nginx', nginxConfig, (file, folder) => ['-p', folder, '-e', 'stderr', '-c', file]),
];

function proxyOf(
  name: PlainProxy['name'],
  title: string,
  configOf: (port: number, upstream: string, folder: string) => string,
  argsOf: (file: string, folder: string) => string[],
): PlainProxy {
  return {
    name,
    title,
    async start(folder, upstream) {
      const program = findProgram(name);
      if (program === null) return null;
      const port = await freePort();
      const file = join(folder, `${name}.conf`);
      await mkdir(join(folder, 'temp'));
      await writeFile(file, configOf(port, new URL(upstream).host, folder));
      const child = startProgram(program, argsOf(file, folder));
      await listening(child, port);
      return measuredAt(child, `http://127.0.0.1:${port}`);
    },
    version: () => versionOf(findProgram(name) as string),
  };
}

/** Both tell it by `-v`, one on each stream. */
async function versionOf(program: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(program, ['-v']);
  return /\d+\.\d+[\d.]*/.exec(stdout + stderr)?.[0] ?? 'unknown';
}

function haproxyConfig(port: number, upstream: string): string {
  return `
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  http-reuse always
  timeout connect 2s
  timeout client 75s
  timeout server 60s
frontend gate
  bind 127.0.0.1:${port}
  default_backend platform
backend platform
  server one ${upstream}
`;
}

function nginxConfig(port: number, upstream: string, folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
# One process, so that it leaves none behind.
master_process off;
pid ${folder}/pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/temp/${name};`).join(' ')}
  keepalive_requests 1000000000;
  upstream platform { server ${upstream}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://platform;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
}
