/** Figures of seats that cross: the one that is out of date sells nothing twice. */
import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { roomAt } from '../support/room-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { untilSo } from '../support/within.ts';

it('an answer that was overtaken may lower the figure, and never raises it', async () => {
  const platform = await startSmallPlatform();
  const gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { event: {} }
default: { room: event, upstream: platform }
`,
  });
  const open = (path: string, seats: number) =>
    visitor(gate.url).open(`${path}?header=headgate-seats:${seats}`);
  /** As a status says that was made from now on. */
  const seatsLeft = async () => {
    const room = roomAt(gate.url, 'event');
    const sinceMs = Date.now();
    let seen: { at: string; seatsLeft: number | null } | undefined;
    await untilSo(60_000, 'a newer status', async () => {
      seen = (await room.status()) as unknown as NonNullable<typeof seen>;
      return Date.parse(seen.at) > sinceMs;
    });
    return seen!.seatsLeft;
  };
  const cross = async (slow: number, fast: number) => {
    const overtaken = open('/held', slow);
    await untilSo(60_000, 'the platform holds it', () => platform.held() === 1);
    expect((await open('/', fast)).state).toBe('admitted');
    platform.release();
    expect((await overtaken).state).toBe('admitted');
  };

  await cross(50, 40);
  expect(await seatsLeft()).toBe(40);
  await cross(20, 30);
  expect(await seatsLeft()).toBe(20);
  await open('/', 70);
  expect(await seatsLeft()).toBe(70);
});
