/** The privacy inventory is true: it has every field of tables, keys, files, tokens, log lines, metrics and reports, and none that the code no longer has. */
import { globSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { privacyDocument } from '../../admin/privacy/document.ts';
import { INVENTORY } from '../../admin/privacy/inventory.ts';
import type { Section } from '../../admin/privacy/words.ts';
import { ROOM_PARTS } from '../../gateway/store/redis-keys.ts';
import { headgate } from '../support/command-line.ts';
import { startDemo } from '../support/demo-process.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { startRedis } from '../support/redis-server.ts';
import { startSmallPlatform } from '../support/small-platform.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const platform = await startSmallPlatform();
const PERSON = 'alice';
const config = (store: string, more = '') => `
upstreams: { platform: { targets: ["${platform.url}"] } }
store: ${store}
rooms:
  "event-{eventid}": { limits: { sessions: 1, seats: 10 } }
  platform: {}
rules:
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
passes: { bind: agent }
drain: { delaySeconds: 0, seconds: 1 }
${more}
`;

const places = (section: Section) => INVENTORY.filter((entry) => entry.section === section);
const fieldsAt = (section: Section, where: (place: string) => boolean) =>
  places(section)
    .filter((entry) => where(entry.where))
    .map(({ field }) => field)
    .sort();
const unique = (names: Iterable<string>) => [...new Set(names)].sort();

/** Somebody goes in, two wait, one as a program, with everything about a person that a browser may send. */
async function visit(gate: GatewayProcess): Promise<{ ticket: string; pass: string; cookies: string[] }> {
  const headers = {
    accept: 'text/html',
    'user-agent': `${PERSON}-browser`,
    cookie: `login=${PERSON}-cookie`,
    'x-forwarded-for': '203.0.113.77',
  };
  const target = `/ereg/newreg.php?eventid=4711&mail=${PERSON}%40example.org`;
  const cookies: string[] = [];
  const ask = async (more: Record<string, string> = {}) => {
    const answer = await fetch(gate.url + target, { headers: { ...headers, ...more } });
    await answer.text();
    cookies.push(...answer.headers.getSetCookie());
    return answer;
  };
  const taken = await fetch(`${gate.url}/.headgate/rooms/event-4711/tickets`, { method: 'POST', headers });
  const { ticket } = (await taken.json()) as { ticket: string };
  const inside = await ask({ 'headgate-ticket': ticket });
  const pass = inside.headers.get('headgate-pass') ?? '';
  const waiting = await fetch(`${gate.url}/.headgate/rooms/event-4711/tickets`, { method: 'POST', headers });
  const second = (await waiting.json()) as { ticket: string };
  return { ticket: second.ticket, pass, cookies };
}

const claims = (token: string) =>
  Object.keys(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));

/** Everything in a data folder, by its kind. */
async function filesOf(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function kindOfFile(path: string): string {
  return path
    .replace(/^gateways\/\d+\//, 'gateways/<n>/')
    .replace(/(memory|journal|snapshot)-\d+\.jsonl$/, '$1-<n>.jsonl')
    .replace(/^keys\/.+\.(ticket|pass|stamp)\.jwk$/, 'keys/<kid>.$1.jwk')
    .replace(/^overrides\/.+\.json$/, 'overrides/<room>.json');
}

describe('the inventory', () => {
  test('says of each field what for, for how long, and why it is personal or not', () => {
    for (const { where, field, purpose, retention, why } of INVENTORY)
      expect(
        [purpose, retention, why].every((text) => text.length >= 2),
        `${where} ${field}`,
      ).toBe(true);
    expect(unique(INVENTORY.map(({ section, where, field }) => `${section} ${where} ${field}`))).toHaveLength(
      INVENTORY.length,
    );
  });

  test('is what docs/privacy.md says', () => {
    expect(read('docs/privacy.md')).toBe(privacyDocument());
  });
});

describe('SQLite', () => {
  /** Every table that the sources define, made as they make it. */
  function definedColumns(): string[] {
    const db = new DatabaseSync(':memory:');
    const pattern = /CREATE TABLE IF NOT EXISTS \w+ \([\s\S]*?\n\s*\)(?: STRICT)?(?:,? WITHOUT ROWID)?/g;
    for (const file of globSync('{admin,gateway}/**/*.ts', { cwd: ROOT }))
      for (const [statement] of read(file).matchAll(pattern))
        db.exec(statement.replace('STRICT WITHOUT', 'STRICT, WITHOUT'));
    return columnsOf(db);
  }

  test('every column of every table that the parts define is listed, and none besides', () => {
    const listed = places('sqlite')
      .map(({ where, field }) => `${where}.${field}`)
      .sort();
    expect(listed).toEqual(definedColumns());
    expect(listed.length).toBeGreaterThan(100);
  });
});

function columnsOf(db: DatabaseSync): string[] {
  const tables = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  return tables
    .flatMap(({ name }) =>
      db
        .prepare('SELECT name FROM pragma_table_info(?)')
        .all(String(name))
        .map((column) => `${name}.${column.name}`),
    )
    .sort();
}

describe('a real run', () => {
  const files = new Set<string>();
  let embedded: GatewayProcess;
  let redis: GatewayProcess;
  let embeddedVisit: Awaited<ReturnType<typeof visit>>;
  let stored: Buffer[] = [];
  const server = startRedis();

  const look = async (gate: Pick<GatewayProcess, 'data'>) => {
    for (const path of await filesOf(gate.data)) {
      files.add(kindOfFile(path));
      stored.push(readFileSync(join(gate.data, path)));
    }
  };

  beforeAll(async () => {
    stored = [];
    embedded = await startGateway({ config: config('{ kind: embedded }'), admin: true });
    embeddedVisit = await visit(embedded);
    await postMessage(embedded);
    await headgate([
      'override',
      'event-4711',
      'limit',
      '5',
      '--minutes',
      '5',
      '--reason',
      'a test',
      '--data',
      embedded.data,
    ]);
    await vi.waitFor(async () => expect(await logLines(embedded)).not.toHaveLength(0), { timeout: 60_000 });
    await vi.waitFor(
      async () => {
        await look(embedded);
        expect(files).toContain('control/published.json');
        expect(files).toContain('snapshot-<n>.jsonl');
      },
      { timeout: 60_000 },
    );

    const demo = await startDemo();
    await vi.waitFor(
      async () => {
        await look(demo);
        expect(files).toContain('admin/observer-token');
      },
      { timeout: 60_000 },
    );
    await demo.stop();
    // What protection learned is written once a minute, and at the end.
    await look(demo);

    const { url } = await server;
    redis = await startGateway({
      config: config(
        `{ kind: redis, url: "${url}" }`,
        'launches: [{ name: draw, room: event-9, opensAt: 2099-01-01T00:00:00Z, draw: true }]',
      ),
      mayBeUnready: true,
      admin: true,
    });
    await headgate(['keys', 'new', '--config', redis.configPath], { HEADGATE_DATA: redis.data });
    await vi.waitFor(async () => expect((await fetch(`${redis.metricsUrl}/ready`)).status).toBe(200), {
      timeout: 60_000,
    });
    await visit(redis);
    await vi.waitFor(
      async () => {
        await look(redis);
        expect(files).toContain('gateways/<n>/memory-<n>.jsonl');
      },
      { timeout: 60_000 },
    );
  }, 120_000);

  test('writes the files that are listed, and all of those', () => {
    const listed = unique(places('file').map(({ where }) => where));
    // What is put aside or half written bears the name of what it was to be.
    const seen = unique([...files].filter((file) => !/\.(part|corrupt-.*)$/.test(file)));
    expect(seen).toEqual(listed);
  });

  test('leaves nothing of a person on the disk: no name, address, cookie or query value', () => {
    const all = Buffer.concat(stored).toString('latin1');
    expect(all.length).toBeGreaterThan(1_000);
    for (const secret of [PERSON, '203.0.113.77']) expect(all).not.toContain(secret);
  });

  test('makes the keys in Redis that are listed, and no others', async () => {
    const { client } = await server;
    const keys = await client.keys('*');
    const kinds = keys.map((key) =>
      key.replace(/^hg:/, '<prefix>:').replace(/\{(event-\d+|platform)\}/, '{<room>}'),
    );
    const listed = unique(places('redis').map(({ where }) => where));
    expect(kinds.filter((kind) => !listed.includes(kind))).toEqual([]);
    const parts = ROOM_PARTS.map((part) => `<prefix>:{<room>}:${part}`);
    const others = [
      '<prefix>:{control}',
      '<prefix>:{control}:reports',
      '<prefix>:{council}',
      '<prefix>:{council}:gateways',
      '<prefix>:{council}:windows',
      '<prefix>:{gateways}',
      '<prefix>:{keys}',
      '<prefix>:{rooms}',
    ];
    expect(listed).toEqual([...parts, ...others].sort());
    expect(unique(kinds)).toEqual(expect.arrayContaining(others.filter((key) => !key.endsWith(':windows'))));
    const hashes = {
      ...{ 'hg:{event-4711}:line': 'line', 'hg:{control}': '{control}', 'hg:{keys}': '{keys}' },
      'hg:{council}': '{council}',
    };
    for (const [key, where] of Object.entries(hashes)) {
      const listed = fieldsAt('redis', (place) => place.endsWith(where));
      // Which keys sign is recorded a moment after the gateway has them.
      await vi.waitFor(
        async () => {
          const fields = await client.hkeys(key);
          expect(unique(fields.map((field) => field.replace(/^held:.*/, 'held:<gateway>'))), key).toEqual(
            listed,
          );
        },
        { timeout: 60_000 },
      );
    }
    const values = await Promise.all(keys.map((key) => client.dump(key)));
    expect(values.join('')).not.toContain(PERSON);
  });

  test('gives visitors tokens with the claims that are listed', () => {
    const { ticket, pass, cookies } = embeddedVisit;
    const listed = (name: string) => fieldsAt('visitor', (place) => place.startsWith(name));
    expect(claims(ticket).filter((claim) => !listed('ticket').includes(claim))).toEqual([]);
    expect(claims(pass).filter((claim) => !listed('pass').includes(claim))).toEqual([]);
    const source = read('gateway/request/token-claims.ts');
    for (const claim of [...listed('ticket'), ...listed('pass')])
      expect(source).toMatch(new RegExp(`\\b${claim}\\b`));
    for (const cookie of cookies.filter((text) => text.startsWith('hg'))) expect(cookie).toMatch(/^hg_[tp]_/);
  });

  test('logs requests with the fields that are listed, and nothing of a person', async () => {
    const lines = await logLines(embedded);
    const listed = fieldsAt('log', () => true).filter((field) => field !== 'worker');
    expect(unique(lines.flatMap((line) => Object.keys(line)))).toEqual(listed);
    expect(embedded.output()).not.toContain(PERSON);
  });

  test('labels metrics with what is listed', async () => {
    const text = await (await fetch(`${embedded.metricsUrl}/metrics`)).text();
    const ours = text.split('\n').filter((line) => line.startsWith('headgate_'));
    const labels = ours.flatMap((line) => [...line.matchAll(/([a-z_]+)="/g)].map(([, name]) => String(name)));
    const listed = fieldsAt('metric', () => true);
    expect(unique(labels).filter((label) => !listed.includes(label))).toEqual([]);
    const sources = globSync('{admin,gateway}/**/*.ts', { cwd: ROOT }).map(read).join('\n');
    for (const label of listed)
      expect(sources, label).toMatch(new RegExp(`\\{?${label}="|'${label}'|\\b${label}\\b`));
    expect(text).not.toContain(PERSON);
  });

  test('has the tables that are listed', () => {
    const db = new DatabaseSync(join(embedded.data, 'admin/control.sqlite'), { readOnly: true });
    const listed = places('sqlite').map(({ where, field }) => `${where}.${field}`);
    expect(columnsOf(db).filter((column) => !listed.includes(column))).toEqual([]);
    db.close();
  });
});

/** Something is published, so that gateways keep it. */
async function postMessage(gate: GatewayProcess): Promise<void> {
  const [, url] = await gate.printed(/"admin":"(http[^"]+)"/);
  const token = readFileSync(join(gate.data, 'admin/token'), 'utf8').trim();
  const answer = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ room: null, text: 'all is well' }),
  });
  expect(answer.status, await answer.text()).toBe(201);
}

async function logLines(gate: GatewayProcess): Promise<Record<string, unknown>[]> {
  const lines = gate
    .output()
    .split('\n')
    .filter((line) => line.includes('"msg":"request"'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('what is counted, reported and told', () => {
  /** The fields of an interface, by its source. */
  function fieldsOf(file: string, name: string): string[] {
    const source = read(file);
    const from = source.indexOf(`export interface ${name} {`);
    const body = source.slice(source.indexOf('\n', from) + 1, source.indexOf('\n}', from));
    return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field]) => String(field)).sort();
  }

  test.each([
    ['SeenRequest', 'gateway/audit/words.ts', 'SeenRequest', 'report'],
    ['AddressCount', 'gateway/control/words.ts', 'AddressCount', 'report'],
    ['InFlightRequest', 'gateway/control/words.ts', 'InFlightRequest', 'report'],
    ['GatewayReport', 'gateway/control/words.ts', 'GatewayReport', 'report'],
    ['Observation', 'admin/observer/words.d.ts', 'Observation', 'told'],
    ['ObservedAddress', 'admin/observer/words.d.ts', 'ObservedAddress', 'told'],
    ['Notice', 'admin/notify/words.ts', 'Notice', 'told'],
  ] as const)('%s has the fields that are listed', (name, file, where, section) => {
    const fields = fieldsOf(file, name);
    expect(fields.length).toBeGreaterThan(5);
    expect(fieldsAt(section, (place) => place.split(' ')[0] === where)).toEqual(fields);
  });

  test('spans have the attributes that are listed', () => {
    const attributes = [
      ...read('gateway/observe/trace-spans.ts').matchAll(/'((?:http|headgate|error)\.[a-z._]+)'/g),
    ];
    expect(fieldsAt('told', (place) => place.startsWith('span'))).toEqual(
      unique(attributes.map(([, name]) => String(name))),
    );
  });
});
