/** A Redis that is not what it must be is refused at the start by the setting's name; one that forgets its scripts is not noticed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChild } from '../../load-tests/child-process.ts';
import { runFlushes } from '../fault/store/wrong-redis.ts';
import { sharedKeys } from '../support/gateway-keys.ts';
import { startOldRedis } from '../support/old-redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SMALL = { sessions: 8, visitors: 30, overMs: 2_000, stayMs: { least: 500, most: 1_000 }, seed: 51 };

describe('a gateway refuses to start, and names the setting', () => {
  const refusal = async (store: string) => {
    const folder = await tempFolder();
    const file = join(folder, 'headgate.yaml');
    const keys = await sharedKeys();
    await mkdir(join(folder, 'data'));
    await writeFile(
      file,
      `
store: ${store}
keys: { path: "${keys}" }
upstreams: { platform: { targets: ["http://127.0.0.1:9"] } }
rooms: { main: {} }
default: { room: main, upstream: platform }
`,
    );
    const ports = { HEADGATE_PORT: '0', HEADGATE_METRICS_PORT: '0', HEADGATE_ADMIN_PORT: '0' };
    const env = { HEADGATE_CONFIG: file, HEADGATE_DATA: join(folder, 'data'), ...ports };
    const child = startChild('gateway/main.ts', ['start'], env);
    const code = await child.ended;
    return {
      code,
      told: child.output().match(/^headgate: HG_.*$/m)?.[0],
      stack: /^\s+at /m.test(child.output()),
    };
  };

  it('of a Redis that is too old, a replica, one that evicts, and a wrong password', async () => {
    const [old, primary, evicting, locked] = await Promise.all([
      startOldRedis('6.2.0'),
      startRedis(),
      startRedis({ args: ['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'] }),
      startRedis(),
    ]);
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(primary.port)] });
    await locked.cli('config', 'set', 'requirepass', 'sesame');
    const refusals = await Promise.all(
      [
        `{ kind: redis, url: "redis://127.0.0.1:${old}" }`,
        `{ kind: redis, url: "${replica.url}" }`,
        `{ kind: redis, url: "${evicting.url}" }`,
        `{ kind: redis, url: "${locked.url}", password: open }`,
        `{ kind: redis, url: "${locked.url}" }`,
      ].map(refusal),
    );
    expect(refusals.map(({ code, stack }) => [code, stack])).toEqual(refusals.map(() => [1, false]));
    expect(refusals.map(({ told }) => told)).toEqual([
      expect.stringMatching(/HG_STORE_REFUSED: store\.url: .* is Redis 6\.2\.0; 7\.0 or newer is needed$/),
      expect.stringMatching(/HG_STORE_REFUSED: store\.url: .* is a read-only replica of .*; name the master/),
      expect.stringMatching(
        /HG_STORE_REFUSED: maxmemory-policy: .* has allkeys-lru .* set it to noeviction$/,
      ),
      expect.stringMatching(/HG_STORE_REFUSED: store\.password: .* refuses it/),
      expect.stringMatching(/HG_STORE_REFUSED: store\.password: .* refuses it/),
    ]);
  });
});

it('scripts are flushed again and again under load: nobody notices', async () => {
  const outcome = await runFlushes({ ...SMALL, forMs: 3_000, endsEarly: true });
  expect(outcome.breaches).toEqual([]);
  expect(outcome.failures).toBe(0);
  expect(outcome.flushes).toBeGreaterThan(100);
});
