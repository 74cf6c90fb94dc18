import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultConfig, type LoadResult, loadConfig, parseConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { complete } from './marked-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function settingsOf(result: LoadResult): Settings {
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.settings;
}
function written(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
const parse = (text: string, env = {}) => parseConfig(complete(text), 'headgate.yaml', env);
const firstError = (result: LoadResult) => (result.ok ? undefined : result.errors[0]);

describe('a message names field, value, rule and place', () => {
  test.each([
    [
      'rooms:\n  platform:\n    limits:\n      sessions: -5\n',
      'rooms.platform.limits.sessions: -5 must be at least 0 (headgate.yaml:4)',
    ],
    [
      'rooms:\n  platform:\n    limits: { sesions: 5 }\n',
      'rooms.platform.limits.sesions: is not a known key; did you mean "sessions"? (headgate.yaml:3)',
    ],
    [
      'rooms:\n  platform:\n    session: { idle_seconds: 5 }\n',
      'rooms.platform.session.idle_seconds: is not a known key; did you mean "idleSeconds"? (headgate.yaml:3)',
    ],
    [
      'rooms:\n  platform:\n    sessions: 5\n',
      'rooms.platform.sessions: is not a known key; it belongs under limits (headgate.yaml:3)',
    ],
    [
      'rooms:\n  platform: { mode: observ }\n',
      'rooms.platform.mode: "observ" must be one of act, observe; did you mean "observe"? (headgate.yaml:2)',
    ],
    [
      'listen: { gateway: { port: "8080" } }\n',
      'listen.gateway.port: "8080" must be a whole number; write 8080 without quotes (headgate.yaml:1)',
    ],
    [
      'rules: [{ name: a, room: platfrom }]\n',
      'rules[0].room: "platfrom" must be one of rooms, or fit one of its templates; did you mean "platform"? (headgate.yaml:1)',
    ],
  ])('%j', (text, message) => {
    expect(firstError(parse(text))?.message).toBe(message);
  });

  test('a value is pointed at by line and column, a missing key by its section, an unknown one by itself', () => {
    const text = 'rooms:\n  platform:\n    limits: { sessions: -1, seet: 2 }\nrules:\n  - room: platform\n';
    const result = parse(text);
    const places = result.ok ? [] : result.errors.map(({ line, column, path }) => [line, column, path]);
    expect(places).toEqual([
      [3, 25, 'rooms.platform.limits.sessions'],
      [3, 29, 'rooms.platform.limits.seet'],
      [5, 5, 'rules[0].name'],
    ]);
  });

  test('what is written as a password is not shown', () => {
    const result = parse('store: { kind: redis, url: "secret@host", password: 12345 }\n');
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toMatch(/secret@host|12345/);
  });
});

describe('a file that is no configuration is named', () => {
  test.each([
    ['does not exist', () => join(folder, 'nowhere.yaml')],
    ['is a folder', () => folder],
    ['is not a plain file', () => '/dev/null'],
    ['is not a text', () => written('binary', Buffer.from([0x61, 0x00, 0x62]))],
    ['is not a text', () => written('latin1', Buffer.from([0x61, 0x3a, 0x20, 0xe4]))],
    ['bytes', () => written('large', 'a'.repeat(600_000))],
  ])('%s', (reason, file) => {
    const error = firstError(loadConfig(file(), {}));
    expect(error).toMatchObject({ file: file(), line: 1, column: 1, rule: 'file' });
    expect(error?.message).toContain(`${file()} `);
    expect(error?.message).toContain(reason);
  });

  test.each([
    ['flow', '['.repeat(100_000)],
    ['sequences', '- '.repeat(100_000)],
    ['keys', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    [
      'aliases',
      Array.from({ length: 20 }, (_, n) => `k${n}: &a${n} [${`*a${n - 1}, `.repeat(n && 9)}]`).join('\n'),
    ],
  ])('endless nesting is refused in bounded time: %s', (_, text) => {
    expect(firstError(parseConfig(text, 'deep.yaml', {}))?.rule).toMatch(/^yaml-(depth|size)$/);
  });
});

describe('what is right is taken', () => {
  test('a byte order mark, Windows line ends, comments and an empty list of rules', () => {
    const text = complete('rules:\n  # none yet\nlaunches:\nlisten:\n');
    expect(settingsOf(parseConfig(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'a.yaml', {})).rules).toEqual([]);
  });

  test('anchors, a room with nothing below it, and times without quotes', () => {
    const text = complete(`rooms:
  platform: { limits: &limits { sessions: 100 } }
  other: { limits: *limits }
  bare:
launches: [{ name: a, room: other, opensAt: 2026-12-01T15:00:00+01:00 }]
`);
    const settings = settingsOf(parseConfig(text, 'a.yaml', {}));
    expect(settings.rooms.other!.limits).toEqual(settings.rooms.platform!.limits);
    expect(settings.rooms.bare!.session.idleSeconds).toBe(600);
    expect(settings.launches[0]!.opensAtMs).toBe(Date.UTC(2026, 11, 1, 14));
  });

  test('files beside the configuration, from wherever the gateway is started', () => {
    mkdirSync(join(folder, 'pages'), { recursive: true });
    written('logo.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>');
    const file = written(
      'a.yaml',
      complete('rooms: { platform: { page: { logo: logo.svg, templates: pages } } }\n'),
    );
    const { page } = settingsOf(loadConfig(file, {})).rooms.platform!;
    expect(page).toMatchObject({ logo: join(folder, 'logo.svg'), templates: join(folder, 'pages') });
  });

  test.each([
    ['logo-size', `<svg>${' '.repeat(300_000)}</svg>`],
    ['logo-image', 'not an image'],
    ['logo-image', '<html><svg></svg></html>'],
  ])('a logo is an image of at most 256 KB: %s', (rule, content) => {
    written('bad-logo.svg', content);
    const file = written('b.yaml', complete('rooms: { platform: { page: { logo: bad-logo.svg } } }\n'));
    expect(firstError(loadConfig(file, {}))?.rule).toBe(rule);
  });
});

describe('what follows from a configuration is filled in', () => {
  test.each([
    ['{}', 0, 10],
    ['{ sessions: 49 }', 0, 12],
    ['{ sessions: 50 }', 1, 12],
    ['{ sessions: 500 }', 10, 125],
    ['{ sessions: 500, submitReserve: 0 }', 0, 125],
  ])('limits %s keep %i slots and allow %i requests', (limits, reserve, inFlight) => {
    const room = settingsOf(parse(`rooms: { platform: { limits: ${limits} } }\n`)).rooms.platform!;
    expect([room.limits.submitReserve, room.allowance.inFlight]).toEqual([reserve, inFlight]);
  });

  test('lanes have a default, known values are texts, targets have weights, paths lie in the data folder', () => {
    const text = `upstreams: { platform: { targets: ["HTTP://A:80/", { url: "http://b", weight: 3 }, { url: "http://c" }] } }
rooms: { platform: { lanes: { vip: 2 } }, "event-{id}": { known: [4711, summit] } }
`;
    const settings = settingsOf(parse(text, { HEADGATE_DATA: '/var/lib/headgate/' }));
    expect(settings.rooms.platform!.lanes).toEqual({ default: 1, vip: 2 });
    expect(settings.rooms['event-{id}']!.known).toEqual(new Set(['4711', 'summit']));
    expect(settings.upstreams.platform!.targets).toEqual([
      { url: 'http://a', weight: 1 },
      { url: 'http://b', weight: 3 },
      { url: 'http://c', weight: 1 },
    ]);
    expect(settings.store.path).toBe('/var/lib/headgate/');
    expect(settings.keys.path).toBe('/var/lib/headgate/keys');
    expect(settings.dataPath).toBe('/var/lib/headgate/');
  });

  test('names of rooms that every object has by itself are nobody’s room', () => {
    const { rooms } = settingsOf(parse(''));
    expect(rooms.constructor).toBeUndefined();
    expect(rooms.toString).toBeUndefined();
  });
});

describe('without a configuration', () => {
  test('the demo platform stands behind the gate, each event in a room of its own', () => {
    const result = defaultConfig({});
    const settings = settingsOf(result);
    expect(result.warnings).toEqual([]);
    expect(Object.keys(settings.rooms)).toEqual(['event-{eventid}', 'platform']);
    expect(settings.upstreams.platform!.targets).toEqual([{ url: 'http://127.0.0.1:9000', weight: 1 }]);
  });

  test('HEADGATE_UPSTREAM puts another platform there', () => {
    const settings = settingsOf(
      defaultConfig({ HEADGATE_UPSTREAM: 'http://10.0.0.1:81, http://10.0.0.2:81' }),
    );
    expect(settings.upstreams.platform!.targets.map(({ url }) => url)).toEqual([
      'http://10.0.0.1:81',
      'http://10.0.0.2:81',
    ]);
  });
});
