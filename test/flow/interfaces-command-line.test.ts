/** The command line as scripts rely on it: exit codes, and one JSON document on standard output. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { headgate } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

const GOOD = `
upstreams: { platform: { targets: ["http://127.0.0.1:9"] } }
rooms: { "event-{eventid}": { limits: { sessions: 50 } }, platform: {} }
rules: [{ name: forms, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
`;

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await tempFolder();
  await mkdir(at('data'));
  await writeFile(at('good.yaml'), GOOD);
  await writeFile(at('wrong.yaml'), GOOD.replace('sessions: 50', 'sessions: -5'));
  const line = (path: string, second: number) =>
    `register.example.com 203.0.113.9 - - [01/Dec/2026:15:00:${String(second).padStart(2, '0')} +0000] "GET ${path} HTTP/1.1" 200 512 "-" "-"`;
  const log = (path: string) => Array.from({ length: 55 }, (_, index) => line(path, index)).join('\n');
  await writeFile(at('covered.log'), `${log('/ereg/newreg.php?eventid=4711')}\n`);
  await writeFile(at('around.log'), `${log('/register?eventid=4711')}\n`);
});

describe('exit codes: 0 good, 1 findings or failure, 2 wrong usage', () => {
  it.each([
    ['check', ['check', 'good.yaml'], 0],
    ['check of a wrong file', ['check', 'wrong.yaml'], 1],
    ['check of nothing', ['check'], 2],
    ['audit', ['audit', 'covered.log', '--config', 'good.yaml'], 0],
    ['audit with findings', ['audit', 'around.log', '--config', 'good.yaml'], 1],
    ['audit of nothing', ['audit', '--config', 'good.yaml'], 2],
    ['audit of a file that is not there', ['audit', 'none.log', '--config', 'good.yaml'], 2],
    ['audit-log verify where there is none', ['audit-log', 'verify', '--data', 'empty'], 2],
    [
      'keys token with a role that is none',
      ['keys', 'token', 'new', '--role', 'king', '--name', 'x', '--data', 'data'],
      2,
    ],
    [
      'a timeline that ends before it begins',
      ['timeline', '--from', 'now', '--to', '2h', '--data', 'data'],
      2,
    ],
    ['a timeline of no data', ['timeline', '--data', 'empty'], 1],
    ['a hand-over of no data', ['handover', '--data', 'empty'], 1],
    ['both shares of a deployment', ['start', '--gateway-only', '--admin-only'], 2],
    ['a command that is none', ['queue'], 2],
  ])('%s', async (_name, args, code) => {
    const files = args.map((arg) => (/\.(yaml|log)$|^(data|empty)$/.test(arg) ? at(arg) : arg));
    const end = await headgate(files);
    expect(end, end.stderr).toMatchObject({ code });
    if (code === 2) expect(end.stderr).not.toBe('');
  });
});

describe('--json prints one document on standard output', () => {
  const json = async (...args: string[]) => {
    const end = await headgate([...args, '--json']);
    return { ...end, document: JSON.parse(end.stdout) };
  };

  it('check', async () => {
    const { code, document, stderr } = await json('check', at('wrong.yaml'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(document).toEqual({
      ok: false,
      errors: [
        {
          ...{ file: at('wrong.yaml'), line: 3, column: expect.any(Number), rule: expect.any(String) },
          ...{ path: 'rooms.event-{eventid}.limits.sessions', message: expect.stringContaining('-5') },
        },
      ],
      warnings: [],
    });
  });

  it('audit', async () => {
    const { code, document } = await json('audit', at('around.log'), '--config', at('good.yaml'));
    expect(code).toBe(1);
    expect(document).toMatchObject({ ok: false, findings: [{ room: 'event-4711' }] });
  });

  it('audit-log verify, after a token was made', async () => {
    const made = await headgate([
      ...['keys', 'token', 'new', '--role', 'viewer', '--name', 'x', '--data', at('data')],
    ]);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S+\n$/) });
    const { code, document } = await json('audit-log', 'verify', '--data', at('data'));
    expect([code, document]).toEqual([0, expect.objectContaining({ ok: true, entries: 1, faults: [] })]);
  });
});
