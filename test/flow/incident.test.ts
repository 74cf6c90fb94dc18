/** After an incident: the timeline and the hand-over tell all of it, in order, and nothing of any visitor. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AdminClient, SECRET_CHARACTERS } from '../support/admin-client.ts';
import { headgate } from '../support/command-line.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION } from '../support/http-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { untilSo } from '../support/within.ts';

const ROOM = 'event-4711';
const PATIENCE_MS = 60_000;
/** A client, as the balancer names it, and what it typed. */
const ADDRESS = '203.0.113.77';
const E_MAIL = 'ada@example.org';
const FORM = `/ereg/newreg.php?eventid=4711&email=${encodeURIComponent(E_MAIL)}`;
const BURST = 120;

const REASONS = {
  pause: 'the database queues',
  revision: 'assets need no line',
  override: 'the admin page is slow',
  resume: 'the database is well',
};
const MESSAGE = 'We are looking into it.';

let gateway: GatewayProcess;
let api: AdminClient;
let exports: Record<string, string>;

beforeAll(async () => {
  const platform = await startSmallPlatform();
  const config = (more = '') => `
listen: { trustedProxies: [127.0.0.1] }
drain: { delaySeconds: 0 }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 20 } }
  platform: { allowance: { inFlight: 1000 } }
rules:
  ${more}
  - { name: event, match: { hosts: [register.example.com], path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`;
  gateway = await startGateway({ config: config(), admin: true });
  api = await gateway.api();
  await visit('register.example.com');
  await untilSo(PATIENCE_MS, 'the room is told of', async () =>
    (await itemsOf<{ room: string }>('rooms')).some(({ room }) => room === ROOM),
  );
  await playIncident(config('- { name: assets, match: { path: /assets/* }, action: bypass, class: asset }'));
  await untilSo(PATIENCE_MS, 'its minute is written down', async () => {
    const { minutes } = await api.get<{ minutes: { requests: number }[] }>('timeline');
    return minutes.some(({ requests }) => requests > BURST / 2);
  });
  exports = await allExports();
});

const visit = (host: string) =>
  ask(gateway.url + FORM, {
    headers: { ...NAVIGATION, host, 'x-forwarded-for': ADDRESS, cookie: `login=${E_MAIL}` },
  });
const itemsOf = async <T>(path: string) => (await api.get<{ items: T[] }>(path)).items;
const typed = async (...args: string[]) => {
  const { code, stdout, stderr } = await headgate(args, { HEADGATE_DATA: gateway.data });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};

async function playIncident(nextConfig: string): Promise<void> {
  await api.done('POST', `rooms/${ROOM}/pause`, { reason: REASONS.pause });
  await api.done('POST', 'messages', { room: ROOM, text: MESSAGE, severity: 'warning' });
  const { number } = await api.done<{ number: number }>('POST', 'revisions', {
    ...{ config: nextConfig, reason: REASONS.revision },
  });
  const { headers } = await api.send('GET', 'revisions/active');
  const stage = { stage: 'none', reason: REASONS.revision };
  await api.done('POST', `revisions/${number}/activate`, stage, { 'if-match': String(headers.etag) });
  for (let sent = 0; sent < BURST; sent++) await visit('m.example.com');
  await untilSo(PATIENCE_MS, 'the address around the line is found', async () =>
    (await itemsOf<{ room: string }>('findings')).some(({ room }) => room === ROOM),
  );
  const override = ['override', ROOM, 'limit', '5', '--minutes', '5', '--reason', REASONS.override];
  await headgate(override, { HEADGATE_DATA: gateway.data });
  await untilSo(PATIENCE_MS, 'the override is noted', async () =>
    (await itemsOf<{ source: string }>('revisions')).some(({ source }) => source === 'override'),
  );
  await api.done('POST', `rooms/${ROOM}/resume`, { reason: REASONS.resume });
  await untilSo(PATIENCE_MS, 'it is written down', async () => {
    const { text } = await api.send('GET', 'timeline?format=markdown');
    return text.includes(REASONS.resume) && text.includes('m.example.com');
  });
}

async function allExports(): Promise<Record<string, string>> {
  const asked = ['timeline', 'timeline?format=markdown', 'findings', 'coverage', 'decisions', 'requests'];
  const more = ['audit-log?limit=500', 'revisions', 'rooms', 'messages', 'gateways', 'drift'];
  const answers = [...asked, ...more].map(
    async (path) => [path, (await api.send('GET', path)).text] as const,
  );
  return {
    ...Object.fromEntries(await Promise.all(answers)),
    'headgate timeline': await typed('timeline'),
    'headgate timeline --format json': await typed('timeline', '--format', 'json'),
    'headgate handover': await settledNote(),
    'headgate audit-log export': await typed('audit-log', 'export'),
    metrics: (await ask(`${gateway.metricsUrl}/metrics`)).text,
    'what the gateway printed': gateway.output(),
  };
}

/** How things stand is written down every few seconds. */
async function settledNote(): Promise<string> {
  let note = '';
  await untilSo(PATIENCE_MS, 'the override stands in the note', async () => {
    note = await typed('handover');
    return note.split('## Overrides in force')[1]?.includes(ROOM) ?? false;
  });
  return note;
}

/** In the order in which they stand in the text; -1: one is missing. */
const placesIn = (text: string, words: readonly string[]) => words.map((word) => text.indexOf(word));

describe('the timeline of an incident', () => {
  it.each(['timeline?format=markdown', 'headgate timeline'])('tells all of it in order: %s', (name) => {
    const text = exports[name]!.slice(exports[name]!.indexOf('## What happened'));
    const places = placesIn(text, [
      ...[REASONS.pause, MESSAGE, REASONS.revision, 'm.example.com', REASONS.override, REASONS.resume],
    ]);
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('has the figures of each minute, with the share that went unqueued', () => {
    const { minutes } = JSON.parse(exports.timeline!) as {
      minutes: { requests: number; unqueuedShare: number; findingsOpen: number }[];
    };
    expect(Math.max(...minutes.map(({ unqueuedShare }) => unqueuedShare))).toBeGreaterThan(0.5);
    expect(Math.max(...minutes.map(({ findingsOpen }) => findingsOpen))).toBeGreaterThan(0);
  });

  it('is the same for a program that reads it where it lies', () => {
    const [asked, read] = ['timeline', 'headgate timeline --format json'].map(
      (name) => (JSON.parse(exports[name]!) as { entries: object[] }).entries,
    );
    expect(read?.slice(0, asked?.length)).toEqual(asked);
  });

  it('becomes the next shift’s note in one command: what is open, what changed and why', () => {
    const note = exports['headgate handover']!;
    for (const words of [MESSAGE, 'm.example.com', ...Object.values(REASONS)]) expect(note).toContain(words);
    expect(note.indexOf('m.example.com')).toBeLessThan(note.indexOf('## What changed'));
    const overrides = note.slice(note.indexOf('## Overrides in force'));
    expect(overrides).toContain(`${ROOM}: limit`);
  });
});

describe('an override on a gateway’s host', () => {
  it('stands among the revisions, and in the audit log, with its reason', async () => {
    const revisions = await itemsOf<{ source: string; reason: string; author: string }>('revisions');
    const noted = revisions.find(({ source }) => source === 'override');
    expect(noted?.reason).toContain(`${ROOM} limit 5`);
    expect(noted?.reason).toContain(REASONS.override);
    expect(noted?.author).toContain('command line on ');
    const entries = await itemsOf<{ reason: string | null }>('audit-log?limit=500');
    expect(entries.some(({ reason }) => reason?.includes(REASONS.override))).toBe(true);
  });

  it('is told as a reason why the gate does with the room what it does', async () => {
    const { why } = await api.get<{ why: string }>(`rooms/${ROOM}`);
    expect(why).toMatch(/Override on \S+ until \S+: limit 5 /);
    expect(why).toContain(REASONS.override);
  });

  it('changes nothing of what is in force: the active revision is the one before', async () => {
    const active = await api.get<{ source: string; reason: string }>('revisions/active');
    expect(active).toMatchObject({ source: 'api', reason: REASONS.revision });
  });
});

describe('nothing of a visitor or of a secret', () => {
  const TOLD = [ADDRESS, E_MAIL, encodeURIComponent(E_MAIL)];

  it('is in any export, metric or line that was printed', () => {
    const secret = api.token.slice(-SECRET_CHARACTERS);
    for (const [name, text] of Object.entries(exports))
      for (const words of [...TOLD, secret]) expect(text.includes(words), `${words} in ${name}`).toBe(false);
  });

  it('is named as a client: the loopback address stands for servers alone', () => {
    for (const name of ['timeline?format=markdown', 'headgate timeline', 'headgate handover', 'decisions'])
      expect(exports[name], name).not.toContain('127.0.0.1');
  });

  it('is in any file of the data folder', async () => {
    const files = await readdir(gateway.data, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files
        .filter((one) => one.isFile())
        .map(async ({ parentPath, name }) => ({
          name,
          bytes: await readFile(join(parentPath, name), 'latin1'),
        })),
    );
    const holding = (words: string) => texts.filter(({ bytes }) => bytes.includes(words));
    // The search itself: what may be stored is found.
    expect(holding('m.example.com')).not.toEqual([]);
    for (const words of TOLD) expect(holding(words), words).toEqual([]);
  });
});
