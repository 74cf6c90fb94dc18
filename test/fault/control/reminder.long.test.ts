/** The reminder, by the clock: a minute without a word to visitors reaches the operators by a signed post, and the next word ends it. */
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDeployment } from '../../support/deployment.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { type ReceivedPost, startWebhookReceiver } from '../../support/webhook-receiver.ts';
import { untilSo } from '../../support/within.ts';
import { timeVerdict, verdictOf } from '../timing.ts';

const SECRET = 'between-us-alone';
const AFTER_MS = 60_000;
const WITHIN_MS = 5_000;

it('an incident of which visitors hear nothing is reminded of after its time, by a signed post, and again until somebody writes', async () => {
  const receiver = await startWebhookReceiver();
  const secretFile = join(await tempFolder(), 'secret');
  await writeFile(secretFile, `${SECRET}\n`);
  const { api } = await startDeployment({
    gateways: 3,
    config: `
rooms: { platform: {}, forms: { limits: { sessions: 5 } } }
rules: [{ name: forms, match: { path: /ereg/* }, room: forms }]
admin:
  reminderMinutes: 1
  webhooks: [{ name: operators, url: "${receiver.url}/hook", secretFile: "${secretFile}", events: [reminder] }]
`,
  });
  const delay = measureSchedulingDelay();
  const beganMs = performance.now();
  await api.done('POST', 'messages', { room: 'forms', text: 'We look into it.', severity: 'critical' });
  const reminded = async (count: number) => {
    await untilSo(AFTER_MS + 30_000, `reminder ${count} came`, () => receiver.posts.length >= count, 20);
    return performance.now() - beganMs;
  };
  const firstMs = await reminded(1);
  const secondMs = await reminded(2);
  await api.done('POST', 'messages', { room: 'forms', text: 'It is mended.', resolves: true });
  const delayMs = (await delay.stop()).p99Ms;
  console.log({ firstMs, secondMs, delayMs, posts: receiver.posts.map(({ body }) => body) });

  expect(timeVerdict(firstMs - AFTER_MS, WITHIN_MS, delayMs)).not.toBe('failed');
  expect(firstMs).toBeGreaterThanOrEqual(AFTER_MS - 1_000);
  const apartMs = secondMs - firstMs;
  expect(verdictOf(apartMs >= AFTER_MS - 5_000, delayMs, `${apartMs} ms apart`)).not.toBe('failed');
  for (const post of receiver.posts) {
    expect(post.path).toBe('/hook');
    expect(isSigned(post)).toBe(true);
    expect(JSON.parse(post.body)).toMatchObject({ kind: 'reminder', room: 'forms' });
  }
  expect(receiver.posts).toHaveLength(2);
  const { items } = await api.get<{ items: { kind: string }[] }>('messages');
  expect(items).toHaveLength(2);
}, 240_000);

/** As a receiver checks it: over the time and the very bytes. */
function isSigned({ headers, body }: ReceivedPost): boolean {
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['headgate-signature'] ?? '') ?? [];
  return v1 === createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex');
}
