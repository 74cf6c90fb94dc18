/** An operator's override: each gateway of the host obeys within seconds, everybody can see it, and lifting it leaves nothing behind. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { headgate } from '../support/command-line.ts';
import { override as overrideOn } from '../support/commands.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, visitor } from '../support/http-client.ts';
import { reload } from '../support/reload.ts';
import { roomAt } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

let platform: SmallPlatform;
/** Two on one data folder, and one on another. */
let gates: [GatewayProcess, GatewayProcess];
let apart: GatewayProcess;
let data: string;

const FOR_A_WHILE = ['--minutes', '30', '--reason', 'the database is slow'];

async function config(more = ''): Promise<string> {
  // Places of the one know nothing of the other's: what counts here is whom they obey.
  return `
store: { kind: embedded, path: ${JSON.stringify(await tempFolder())} }
drain: { delaySeconds: 0, seconds: 5 }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "r-{room}": { limits: { sessions: 2, submitReserve: 0 } }
  site: {}
rules:
  - { name: rooms, match: { path: "/r/{room}/*" }, room: "r-{room}" }
default: { room: site, upstream: platform }
${more}`;
}

beforeAll(async () => {
  platform = await startSmallPlatform();
  data = await tempFolder();
  const env = { HEADGATE_DATA: data };
  gates = [
    await startGateway({ config: await config(), env }),
    await startGateway({ config: await config(), env }),
  ];
  apart = await startGateway({ config: await config() });
});

const override = (words: string, how?: { patienceMs?: number }) => overrideOn(data, words, how);
/** As it is typed, in a process of its own. */
const typed = (...args: string[]) => headgate(['override', ...args], { HEADGATE_DATA: data });
const seenOf = (room: string) => platform.seen.filter((line) => line.includes(`/r/${room}/`)).length;

interface StatusDocument {
  overrides: { room: string; action: string; limit: number | null; until: string }[];
}

async function statusOf(gate: GatewayProcess): Promise<StatusDocument> {
  const headers = { accept: 'application/json' };
  return (await ask(`${gate.url}/.headgate/status`, { headers })).json<StatusDocument>();
}

const overridesOf = async (gate: GatewayProcess, room: string) =>
  (await statusOf(gate)).overrides.filter((one) => one.room === room);

describe('headgate override', () => {
  it.concurrent('is heard by every gateway of the data folder before it returns, and by no other', async ({
    expect,
  }) => {
    const given = await override('r-heard pause');
    expect([given.code, given.stderr]).toEqual([0, '']);
    for (const { pid } of gates) expect(given.stdout).toContain(`(process ${pid}) has taken it`);
    expect(given.stdout).not.toContain(String(apart.pid));
    expect(given.stdout).toContain(join(data, 'overrides', 'r-heard.json'));
    for (const gate of gates) expect(await overridesOf(gate, 'r-heard')).toHaveLength(1);
    expect(await overridesOf(apart, 'r-heard')).toEqual([]);
    expect((await override('list')).stdout).toMatch(/^r-heard: pause until .*Z: the database is slow$/m);
    expect((await override('lift r-heard')).code).toBe(0);
    for (const gate of gates) expect(await overridesOf(gate, 'r-heard')).toEqual([]);
  });

  it.concurrent('bypass forwards everybody unjudged, those who wait too; who is inside stays inside afterwards', async ({
    expect,
  }) => {
    const [gate] = gates;
    const [first, second, waiting] = [visitor(gate.url), visitor(gate.url), visitor(gate.url)];
    for (const inside of [first, second])
      expect((await inside.open('/r/bypass/form')).state).toBe('admitted');
    expect((await waiting.open('/r/bypass/form')).state).toBe('waiting');
    const place = await roomAt(gate.url, 'r-bypass').placeOf(waiting);
    expect((await override('r-bypass bypass')).code).toBe(0);
    expect((await roomAt(gate.url, 'r-bypass').placeOf(waiting)).state).toBe('called');
    const before = seenOf('bypass');
    for (const who of [first, waiting, visitor(gate.url)]) {
      const reply = await who.open('/r/bypass/form');
      expect([reply.status, reply.state]).toEqual([200, 'bypassed']);
      expect(reply.json<{ headers: Record<string, string> }>().headers['headgate-stamp']).toContain(
        '.r-bypass.',
      );
    }
    expect((await ask(`${gate.url}/r/bypass/x`, { method: 'POST' })).state).toBe('bypassed');
    expect(seenOf('bypass')).toBe(before + 4);
    // Where nobody has been yet, no room is made for it.
    expect((await visitor(gates[1].url).open('/r/bypass/form')).state).toBe('bypassed');
    const { text } = await ask(`${gate.metricsUrl}/metrics`);
    expect(text).toContain('headgate_override_active{room="r-bypass",action="bypass"} 1');
    expect(text).toMatch(
      /headgate_requests_total\{room="r-bypass",class="registration",state="bypassed"\} 4/,
    );

    expect((await override('lift r-bypass')).code).toBe(0);
    expect((await first.open('/r/bypass/form')).state).toBe('admitted');
    expect((await waiting.open('/r/bypass/form')).state).toBe('waiting');
    expect((await roomAt(gate.url, 'r-bypass').placeOf(waiting)).number).toBe(place.number);
    expect((await visitor(gate.url).open('/r/bypass/form')).state).toBe('waiting');
  });

  it.concurrent('pause lets nobody new in while those inside go on, and every place is kept', async ({
    expect,
  }) => {
    const [gate] = gates;
    const inside = visitor(gate.url);
    expect((await inside.open('/r/pause/form')).state).toBe('admitted');
    expect((await override('r-pause pause')).code).toBe(0);
    const before = seenOf('pause');
    const newcomer = visitor(gate.url);
    const told = await newcomer.open('/r/pause/form');
    expect([told.status, told.state]).toEqual([200, 'paused']);
    expect(seenOf('pause')).toBe(before);
    expect((await inside.open('/r/pause/form')).state).toBe('admitted');
    expect(seenOf('pause')).toBe(before + 1);
    expect((await override('lift r-pause')).code).toBe(0);
    await expect.poll(async () => (await newcomer.open('/r/pause/form')).state).toBe('admitted');
  });

  it.concurrent('limit bounds whom each gateway lets be inside', async ({ expect }) => {
    const [gate] = gates;
    expect((await override('r-limit limit 1')).code).toBe(0);
    expect((await visitor(gate.url).open('/r/limit/form')).state).toBe('admitted');
    const second = visitor(gate.url);
    expect((await second.open('/r/limit/form')).state).not.toBe('admitted');
    expect(seenOf('limit')).toBe(1);
    expect((await overridesOf(gate, 'r-limit'))[0]).toMatchObject({ action: 'limit', limit: 1 });
    expect((await override('lift r-limit')).code).toBe(0);
    await expect.poll(async () => (await second.open('/r/limit/form')).state).toBe('admitted');
  });

  it.concurrent('is shown to everybody, its reason to operators alone', async ({ expect }) => {
    const [gate] = gates;
    await visitor(gate.url).open('/r/shown/form');
    await typed('r-shown', 'limit', '7', '--minutes', '5', '--reason', 'a secret reason');
    const [shown] = await overridesOf(gate, 'r-shown');
    expect(shown).toEqual({ room: 'r-shown', action: 'limit', limit: 7, until: expect.stringMatching(/Z$/) });
    const left = Date.parse(shown!.until) - Date.now();
    expect(left > 4 * 60_000 && left <= 5 * 60_000).toBe(true);
    const page = await ask(`${gate.url}/.headgate/status`, { headers: { accept: 'text/html' } });
    expect(page.text).toMatch(
      /r-shown<.*<p class="override">By the operators, until <time .*at most 7 inside/,
    );
    expect(page.text + JSON.stringify(await statusOf(gate))).not.toContain('secret');
    await gate.printed(
      /"room":"r-shown","action":"limit","limit":7,"reason":"a secret reason".*an override begins/,
    );
    await override('lift r-shown');
    await gate.printed(/"room":"r-shown".*"why":"lifted","msg":"an override ends"/);
  });

  it('outlives a reload and a restart, and a later one takes its place', async () => {
    await override('r-kept pause');
    await reload(gates[1], `${await readFile(gates[1].configPath, 'utf8')}\nlog: { samplePerSecond: 10 }`);
    expect(await overridesOf(gates[1], 'r-kept')).toHaveLength(1);
    await gates[1].restart();
    expect(await overridesOf(gates[1], 'r-kept')).toHaveLength(1);
    expect((await override('r-kept limit 3')).code).toBe(0);
    for (const gate of gates) expect((await overridesOf(gate, 'r-kept'))[0]?.action).toBe('limit');
    await override('lift r-kept');
  });

  it('a gateway that is stuck is named, and the command fails', async () => {
    gates[1].signal('SIGSTOP');
    try {
      const given = await override('r-stuck pause', { patienceMs: 3_000 });
      expect(given.code).toBe(1);
      expect(given.stdout).toContain(`(process ${gates[0].pid}) has taken it`);
      expect(given.stdout).toContain(`(process ${gates[1].pid}) HAS NOT ANSWERED`);
      expect(given.stderr).toContain('1 of 2 gateways did not take it');
    } finally {
      gates[1].signal('SIGCONT');
    }
    await expect.poll(() => overridesOf(gates[1], 'r-stuck')).toHaveLength(1);
    expect((await override('lift r-stuck')).code).toBe(0);
  });

  it('a room that no gateway has is refused, and nothing stays behind', async () => {
    const given = await override('nowhere pause');
    expect([given.code, given.stdout]).toEqual([1, '']);
    expect(given.stderr).toContain('has a room "nowhere": taken back, nothing has changed');
    expect(await readdir(join(data, 'overrides'))).toEqual([]);
  });

  it('a damaged file is told and named, and stops nobody', async () => {
    await writeFile(join(data, 'overrides', 'r-damaged.json'), '{');
    await gates[0].printed(/an override file is damaged/);
    expect((await visitor(gates[0].url).open('/r/damaged/form')).state).toBe('admitted');
    const list = await override('list');
    expect([list.code, list.stderr]).toEqual([0, expect.stringContaining('r-damaged.json is damaged')]);
    expect((await override('lift r-damaged')).code).toBe(0);
  });

  it('says so where no gateway runs, and leaves its word for the next that starts', async () => {
    const folder = await tempFolder();
    const given = await overrideOn(folder, 'r-later pause');
    expect([given.code, given.stderr]).toEqual([1, expect.stringContaining(`no gateway runs on ${folder}`)]);
    const late = await startGateway({ config: await config(), env: { HEADGATE_DATA: folder } });
    expect((await visitor(late.url).open('/r/later/form')).state).toBe('paused');
    const missing = await overrideOn(join(folder, 'no-such'), 'list');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('there is no data folder')]);
  });

  it('wrong usage says what is wrong, does nothing and ends with 2', async () => {
    const wrong: [string[], RegExp][] = [
      [['r-1', 'pause', '--minutes', '5'], /--reason/],
      [['r-1', 'limit', '--minutes', '5', '--reason', 'x'], /limit: ""/],
      [['r-1', 'limit', '-5', '--minutes', '5', '--reason', 'x'], /limit: "-5"/],
      [['../up', 'pause', ...FOR_A_WHILE], /room: "..\/up"/],
      [[], /missing required argument/],
    ];
    const given = await Promise.all(wrong.map(([args]) => typed(...args)));
    for (const [index, [, says]] of wrong.entries()) {
      expect(given[index]).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(says) });
    }
    expect(await readdir(join(data, 'overrides'))).toEqual([]);
  });
});
