import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startGateway } from './gateway-process.ts';
import { startPlatformProcess } from './platform-process.ts';

const config = (platform: string) => `
drain: { delaySeconds: 0, seconds: 1 }
upstreams: { platform: { targets: ["${platform}"] } }
rooms: { site: { limits: { sessions: 10 } } }
default: { room: site, upstream: platform }
`;

test('a gateway that is killed starts again at the same address with the same data, and ends cleanly', async () => {
  const platform = await startPlatformProcess();
  const gateway = await startGateway({ config: config(platform.url) });
  const first = gateway.pid;
  expect((await fetch(`${gateway.url}/events`)).headers.get('headgate-state')).toBe('allowed');
  expect(await gateway.kill()).toBeNull();
  await gateway.restart();
  expect(gateway.pid).not.toBe(first);
  expect((await fetch(`${gateway.url}/events`)).status).toBe(200);
  expect(existsSync(gateway.data)).toBe(true);
  expect(await gateway.stop()).toBe(0);
});

test('a gateway that cannot start says why', async () => {
  await expect(startGateway({ config: 'rooms: 5\n' })).rejects.toThrow(/rooms/);
});
