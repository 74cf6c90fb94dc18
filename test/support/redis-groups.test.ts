import { expect, test } from 'vitest';
import { startReplicas } from './redis-replicas.ts';
import { startSentinels } from './redis-sentinels.ts';

test('a replica has what its primary wrote, until the link between them is cut', async () => {
  const { primary, replica, link, inStep, promote } = await startReplicas();
  await primary.cli('set', 'a', 1);
  await inStep();
  link.set({ mode: 'refuse' });
  await primary.cli('set', 'a', 2);
  expect(await replica.cli('get', 'a')).toBe('1');
  await promote();
  expect(await replica.cli('set', 'b', 1)).toBe('OK');
  expect(await primary.cli('get', 'a')).toBe('2');
});

test('a primary that must have a replica refuses writes once the link is cut', async () => {
  const args = ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '1'];
  const { primary, link } = await startReplicas({ args });
  const write = (value: number) => primary.cli('set', 'a', value).catch(String);
  // On a busy machine its replica may lag for more than a second now and then.
  await expect.poll(() => write(1)).toBe('OK');
  link.set({ mode: 'refuse' });
  await expect.poll(() => write(2)).toMatch(/NOREPLICAS/);
});

test('sentinels fail over, asked and unasked, and lose what was written after the link was cut', async () => {
  const group = await startSentinels();
  const first = await group.primary();
  await first.cli('set', 'a', 1);
  await group.heal();
  await group.cutLink();
  await first.cli('set', 'a', 2);
  const second = await group.failover('asked');
  expect(second).not.toBe(first);
  expect(await second.cli('get', 'a')).toBe('1');
  await group.heal();
  expect(await first.cli('get', 'a')).toBe('1');
  await second.cli('set', 'a', 3);
  await group.heal();
  await group.cutLink();
  await second.cli('set', 'a', 4);
  const third = await group.failover('killed');
  expect(third).toBe(first);
  expect(await third.cli('get', 'a')).toBe('3');
  await group.heal();
});
