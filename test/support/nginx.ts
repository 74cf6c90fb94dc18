/** A real nginx as a caching proxy in front of something, with its default settings, in a folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUpLater } from './clean-up.ts';
import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';
import { TOOLS, toolPath } from './tools.ts';

/** `more`: directives beside `proxy_cache`. Resolves with its origin once it takes connections. */
export async function startCachingProxy(upstream: string, more = ''): Promise<string> {
  const folder = await tempFolder();
  const port = await freePort();
  await mkdir(join(folder, 'temp'));
  await writeFile(join(folder, 'nginx.conf'), configOf(folder, port, upstream, more));
  const nginx = spawn(
    toolPath(TOOLS.nginx),
    ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = once(nginx, 'exit');
  const kill = () => nginx.kill('SIGKILL');
  process.once('exit', kill);
  cleanUpLater(async () => {
    kill();
    await ended;
    process.off('exit', kill);
  });
  let errors = '';
  nginx.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  while (!(await takesConnections(port))) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended:\n${errors}`);
    await sleep(20);
  }
  return `http://127.0.0.1:${port}`;
}

function configOf(folder: string, port: number, upstream: string, more: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
# One process, so that it leaves none behind.
master_process off;
pid ${folder}/pid;
error_log stderr error;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/temp/${name};`).join(' ')}
  proxy_cache_path ${folder}/cache keys_zone=all:1m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${upstream};
      proxy_cache all;
      add_header x-cache $upstream_cache_status always;
      ${more}
    }
  }
}
`;
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
