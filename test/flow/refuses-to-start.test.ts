/** A gateway that would lose places, or cannot listen, refuses to start, and says what would be right. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChild } from '../../load-tests/child-process.ts';
import { freePort } from '../support/free-port.ts';
import { startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Nothing needs to stand behind a gateway that does not start. */
const CONFIG = `
drain: { delaySeconds: 0 }
upstreams: { platform: { targets: ["http://127.0.0.1:9"] } }
rooms: { main: { limits: { sessions: 0 } } }
default: { room: main, upstream: platform }
`;

describe('a gateway that would lose places, or cannot listen, refuses to start', () => {
  const run = async (env: NodeJS.ProcessEnv) => {
    const folder = await tempFolder();
    const file = join(folder, 'headgate.yaml');
    await writeFile(file, CONFIG.replace('sessions: 0', 'sessions: 1'));
    const data = join(folder, 'data');
    const child = startChild('gateway/main.ts', ['start'], {
      HEADGATE_CONFIG: file,
      HEADGATE_DATA: data,
      HEADGATE_PORT: '0',
      HEADGATE_METRICS_PORT: '0',
      HEADGATE_ADMIN_PORT: '0',
      ...env,
    });
    return { code: await child.ended, output: child.output() };
  };

  it('with a file in place of its data folder, or of a folder above it', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'taken');
    await writeFile(file, '');
    for (const path of [file, join(file, 'deeper')]) {
      const { code, output } = await run({ HEADGATE_DATA: path });
      expect([
        code,
        output.includes('HG_DATA_UNWRITABLE'),
        output.includes(path),
        output.includes('HEADGATE_DATA'),
      ]).toEqual([1, true, true, true]);
    }
    const keys = join(folder, 'data');
    await mkdir(keys);
    await writeFile(join(keys, 'keys'), '');
    const { code, output } = await run({ HEADGATE_DATA: keys });
    expect([code, output.includes(join(keys, 'keys'))]).toEqual([1, true]);
    expect(output).not.toMatch(/^\s+at /m);
  });

  it.each(['HEADGATE_PORT', 'HEADGATE_METRICS_PORT'])(
    'with a port taken, and names it and %s',
    async (variable) => {
      const port = await freePort();
      const holder = createServer();
      await new Promise<void>((resolve) => holder.listen(port, '0.0.0.0', resolve));
      const { code, output } = await run({ [variable]: String(port) });
      holder.close();
      expect([
        code,
        output.includes('HG_PORT_TAKEN'),
        output.includes(`:${port} `),
        output.includes(variable),
      ]).toEqual([1, true, true, true]);
    },
  );

  it('with another gateway on its data folder, which goes on undisturbed', async () => {
    const gate = await startGateway({ config: CONFIG });
    const { code, output } = await run({ HEADGATE_DATA: gate.data });
    expect([code, output.includes(gate.data), output.includes(String(gate.pid))]).toEqual([1, true, true]);
    expect((await visitor(gate.url).open('/')).state).toBe('waiting');
    await gate.stop();
  });

  it('with another admin process on its data folder, and leaves its data alone', async () => {
    const gate = await startGateway({ config: CONFIG, admin: true });
    const api = await gate.api();
    const { code, output } = await run({ HEADGATE_DATA: gate.data });
    expect([code, output.includes(gate.data), output.includes(String(gate.pid))]).toEqual([1, true, true]);
    expect(output).not.toContain('the admin API listens');
    // Its file is another one: it would have become a revision.
    const { items } = await api.get<{ items: unknown[] }>('revisions');
    expect(items).toHaveLength(1);
    await gate.kill();
    await gate.restart();
    expect(await (await gate.api()).get<{ number: number }>('revisions/active')).toMatchObject({ number: 1 });
    await gate.stop();
  });
});
