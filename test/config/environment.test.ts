import { expect, test } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { complete } from './marked-files.ts';

const TEXT =
  complete(`listen: { gateway: { port: 1 }, admin: { port: 2 }, metrics: { port: 3, host: 10.0.0.1 } }
store: { kind: embedded, path: ./elsewhere, commandMs: 100 }
upstreams:
  platform: { targets: ["http://127.0.0.1:9000"] }
  other: { targets: ["http://127.0.0.1:9001"] }
`);
const parse = (env: NodeJS.ProcessEnv) => parseConfig(TEXT, 'headgate.yaml', env);

test('variables win over the file', () => {
  const result = parse({
    HEADGATE_PORT: '0',
    HEADGATE_ADMIN_PORT: '18081',
    HEADGATE_METRICS_PORT: '18082',
    HEADGATE_ADMIN_HOST: '0.0.0.0',
    HEADGATE_METRICS_HOST: '::1',
    HEADGATE_REDIS_URL: 'redis://:pw@127.0.0.1:6379/2',
    HEADGATE_UPSTREAM: 'https://platform.example.com',
    HEADGATE_DATA: '/data',
  });
  const settings = result.ok ? result.settings : null;
  expect(settings?.listen).toMatchObject({
    gateway: { port: 0 },
    admin: { host: '0.0.0.0', port: 18081 },
    metrics: { host: '::1', port: 18082 },
  });
  expect(settings?.store).toMatchObject({
    kind: 'redis',
    url: 'redis://:pw@127.0.0.1:6379/2',
    commandMs: 100,
  });
  expect(settings?.upstreams.platform?.targets).toEqual([{ url: 'https://platform.example.com', weight: 1 }]);
  expect(settings?.upstreams.other?.targets).toEqual([{ url: 'http://127.0.0.1:9001', weight: 1 }]);
  expect(settings?.keys.path).toBe('/data/keys');
});

test('empty variables count as absent', () => {
  const result = parse({
    HEADGATE_PORT: '',
    HEADGATE_REDIS_URL: '',
    HEADGATE_UPSTREAM: '',
    HEADGATE_DATA: '',
  });
  expect(result.ok && result.settings).toMatchObject({
    listen: { gateway: { port: 1 } },
    dataPath: './data',
  });
});

test.each([
  ['HEADGATE_PORT', '80a'],
  ['HEADGATE_PORT', '65536'],
  ['HEADGATE_ADMIN_PORT', '-1'],
  ['HEADGATE_METRICS_PORT', '8082.5'],
  ['HEADGATE_ADMIN_HOST', 'http://a'],
  ['HEADGATE_METRICS_HOST', '999.1.1.1'],
  ['HEADGATE_REDIS_URL', 'localhost:6379'],
  ['HEADGATE_UPSTREAM', 'http://a/path'],
  ['HEADGATE_UPSTREAM', 'http://a,'],
])('a wrong %s is an error that names it: %s', (variable, value) => {
  const result = parse({ [variable]: value });
  const errors = result.ok ? [] : result.errors;
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ file: 'environment', path: variable, rule: 'environment' });
  expect(errors[0]!.message).toMatch(new RegExp(`^${variable}: `));
});

test('a Redis address with a password is never repeated', () => {
  const result = parse({ HEADGATE_REDIS_URL: 'http://:pw@127.0.0.1' });
  expect(JSON.stringify(result)).not.toContain('pw@');
});

test('a port that a variable took from another listener is told by the variable’s name', () => {
  const result = parse({ HEADGATE_PORT: '2' });
  const errors = result.ok ? [] : result.errors;
  expect(errors.map(({ path, rule }) => [path, rule])).toEqual([['HEADGATE_PORT', 'listener-unique']]);
  expect(errors[0]!.message).toContain('(HEADGATE_PORT)');
});

test('errors of variables and of the file are told at once', () => {
  const result = parseConfig(`${TEXT}prefix: x\n`, 'headgate.yaml', { HEADGATE_PORT: 'x' });
  expect(result.ok ? [] : result.errors.map(({ path }) => path)).toEqual(['HEADGATE_PORT', 'prefix']);
});

test('a wrong value of the file is told, though a variable wins over it; what the file leaves open is no fault', () => {
  const wrong = parseConfig(
    complete('listen: { gateway: { port: 70000 } }\nstore: { kind: rdis }\n'),
    'headgate.yaml',
    { HEADGATE_PORT: '8000', HEADGATE_REDIS_URL: 'redis://127.0.0.1:6379' },
  );
  expect(wrong.ok ? [] : wrong.errors.map(({ line, rule }) => `${line} ${rule}`)).toEqual([
    '1 maximum',
    '2 enum',
  ]);
  const open = complete('upstreams: { platform: {} }\nlisten: { gateway: { port: } }\n');
  expect(
    parseConfig(open, 'headgate.yaml', { HEADGATE_PORT: '8000', HEADGATE_UPSTREAM: 'http://a:1' }).ok,
  ).toBe(true);
});
