/** A crowd before the opening of a room without limits: it is let in at a rate, never all at once. */
import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway-process.ts';
import { startPlatformProcess } from '../support/platform-process.ts';
import { reload } from '../support/reload.ts';
import { roomAt } from '../support/room-client.ts';
import { untilSo } from '../support/within.ts';

const CROWD = 600;

const config = (platform: string, opensAt: number) => `
upstreams: { platform: { targets: ["${platform}"] } }
rooms: { event: {} }
default: { room: event, upstream: platform }
launches: [{ name: summit, room: event, opensAt: "${new Date(opensAt).toISOString()}", prequeueMinutes: 600 }]
`;

it('a launch without limits calls its first while most still wait', async () => {
  const { url } = await startPlatformProcess();
  const gate = await startGateway({ config: config(url, Date.now() + 3_600_000) });
  const room = roomAt(gate.url, 'event');
  await Promise.all(Array.from({ length: CROWD }, () => room.join()));
  await reload(gate, config(url, Date.now() + 4_000));
  let serving = 0;
  await untilSo(60_000, 'the first are called', async () => {
    serving = (await room.status()).serving;
    return serving > 0;
  });
  expect(serving).toBeLessThan(CROWD / 4);
});
