/** A gateway and the folder of overrides: what is written there is obeyed, acknowledged, told in the log, and goes when its time is over. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Log } from '../../gateway/observe/logger.ts';
import { type FollowedOverrides, followOverrides } from '../../gateway/overrides/follow.ts';
import { overrideFolder, type StoredOverride, writeOverride } from '../../gateway/overrides/override-file.ts';
import { handClock } from '../store/hand-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';

const running: FollowedOverrides[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

async function stage() {
  const data = await tempFolder();
  const clock = handClock();
  const lines: { level: string; message: string; facts: Record<string, unknown> }[] = [];
  const log: Log = {
    say: (level, facts, message) => void lines.push({ level, message, facts: { ...facts } }),
    sample: (_key, level, facts, message) => void lines.push({ level, message, facts: { ...facts() } }),
    adjust() {},
    close() {},
  };
  const folder = overrideFolder(data);
  const slotFolder = join(data, 'gateways', '1');
  return {
    ...{ clock, lines, folder, slotFolder },
    give: (change: Partial<StoredOverride> = {}) => {
      const since = clock.wallMs();
      const plain = { id: 'a', room: 'event-1', action: 'pause', limit: null, reason: 'why', since } as const;
      return writeOverride(folder, { ...plain, until: since + 60_000, ...change });
    },
    start: async () => {
      const followed = followOverrides({ folder, slotFolder, clock, log, pollMs: 5 });
      running.push(followed);
      await followed.start((room) => room.startsWith('event-'));
      return followed;
    },
    acknowledged: async () => JSON.parse(await readFile(join(slotFolder, 'overrides.json'), 'utf8')),
    told: (message: string) => lines.filter((line) => line.message === message),
  };
}

describe('a gateway', () => {
  it('obeys from its start what stands in the folder, and says so in its slot', async () => {
    const { give, start, acknowledged } = await stage();
    await give();
    await give({ id: 'b', room: 'nowhere' });
    const followed = await start();
    expect(followed.of('event-1')?.action).toBe('pause');
    expect(await acknowledged()).toEqual({
      pid: process.pid,
      overrides: [
        { room: 'event-1', id: 'a', isKnown: true },
        { room: 'nowhere', id: 'b', isKnown: false },
      ],
    });
  });

  it('says that it obeys none where none is there', async () => {
    const { start, acknowledged } = await stage();
    await start();
    expect(await acknowledged()).toEqual({ pid: process.pid, overrides: [] });
  });

  it('obeys within its next look what is written or lifted while it runs', async () => {
    const { give, start, folder, acknowledged } = await stage();
    const followed = await start();
    const file = await give();
    await expect.poll(() => followed.of('event-1')?.id, { interval: 5 }).toBe('a');
    await expect.poll(async () => (await acknowledged()).overrides.length, { interval: 5 }).toBe(1);
    await writeFile(file, 'damaged');
    await expect.poll(() => followed.of('event-1')?.id).toBe('a');
    await rm(file);
    await expect.poll(() => followed.of('event-1'), { interval: 5 }).toBeUndefined();
    await expect.poll(async () => (await acknowledged()).overrides.length, { interval: 5 }).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('removes the file when its time is over, also one that ended while no gateway ran', async () => {
    const { clock, give, start, folder, told } = await stage();
    await give({ id: 'long ago', room: 'event-2' });
    clock.advance(60_000);
    await give();
    const followed = await start();
    expect(await readdir(folder)).toEqual(['event-1.json']);
    expect(followed.of('event-2')).toBeUndefined();
    clock.advance(60_000);
    expect(followed.of('event-1')).toBeUndefined();
    await expect.poll(() => readdir(folder), { interval: 5 }).toEqual([]);
    expect(told('an override ends').map(({ facts }) => [facts.room, facts.why])).toEqual([
      ['event-1', 'over'],
    ]);
  });

  it('tells of it when it begins, each minute and when it ends, with the reason', async () => {
    const { clock, give, start, told } = await stage();
    await give({ until: clock.wallMs() + 180_000 });
    await start();
    expect(told('an override begins')).toMatchObject([
      { level: 'warn', facts: { room: 'event-1', action: 'pause', reason: 'why' } },
    ]);
    for (const minutes of [1, 2]) {
      clock.advance(60_000);
      await expect.poll(() => told('an override is in force').length, { interval: 5 }).toBe(minutes);
    }
    clock.advance(60_000);
    await expect.poll(() => told('an override ends').length, { interval: 5 }).toBe(1);
  });

  it('counts what a bypass lets by, and says so each ten seconds', async () => {
    const { clock, give, start, told } = await stage();
    const LOUD = 'BYPASS BY OVERRIDE: requests are forwarded without a look at the line';
    await give({ action: 'bypass' });
    await give({ id: 'b', room: 'event-2' });
    const followed = await start();
    expect([1, 2, 3].map(() => followed.letsBy('event-1'))).toEqual([true, true, true]);
    expect([followed.letsBy('event-2'), followed.letsBy('event-3')]).toEqual([false, false]);
    clock.advance(10_000);
    await expect.poll(() => told(LOUD).length, { interval: 5 }).toBe(1);
    followed.letsBy('event-1');
    clock.advance(10_000);
    await expect.poll(() => told(LOUD).length, { interval: 5 }).toBe(2);
    expect(told(LOUD).map(({ level, facts }) => [level, facts.requests, facts.requestsInAll])).toEqual([
      ['warn', 3, 3],
      ['warn', 1, 4],
    ]);
  });

  it('goes on where a file is damaged, and says it once', async () => {
    const { give, start, folder, told } = await stage();
    await give();
    await writeFile(join(folder, 'event-2.json'), '{"headgate":');
    const followed = await start();
    expect(followed.of('event-1')?.id).toBe('a');
    expect(followed.of('event-2')).toBeUndefined();
    await give({ id: 'c', room: 'event-3' });
    await expect.poll(() => followed.of('event-3')?.id, { interval: 5 }).toBe('c');
    expect(told('an override file is damaged and changes nothing; lift or write it anew')).toMatchObject([
      { level: 'error', facts: { file: join(folder, 'event-2.json') } },
    ]);
  });

  it('obeys also where it cannot say so', async () => {
    const { give, start, slotFolder, lines } = await stage();
    await mkdir(join(slotFolder, 'overrides.json'), { recursive: true });
    await give();
    const followed = await start();
    expect(followed.of('event-1')?.id).toBe('a');
    expect(lines.some(({ level }) => level === 'error')).toBe(true);
  });
});
