/** Webhooks: what happens is told, signed, until it is heard; nobody waits for it, and nothing of it is lost in a restart. */
import { createHmac } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { AdminEvent } from '../../admin/control/words.ts';
import { pauseMs } from '../../admin/notify/back-off.ts';
import { bodyOf } from '../../admin/notify/body.ts';
import { noticeOf } from '../../admin/notify/notice.ts';
import { createNotifier } from '../../admin/notify/notifier.ts';
import { outcomeOf } from '../../admin/notify/post.ts';
import { createWaitingNotices } from '../../admin/notify/waiting-notices.ts';
import type { Waiting } from '../../admin/notify/words.ts';
import { type AdminHere, adminHere, configHere } from '../support/admin-here.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const FINDING: AdminEvent = {
  kind: 'finding',
  room: 'event-4711',
  summary: 'two of three addresses of event-4711 are not in its line',
  severity: 'critical',
  data: { id: 'f1', share: 0.6 },
};

const yaml = (webhooks: object[], more: object = {}) =>
  JSON.stringify({
    upstreams: { platform: { targets: ['http://127.0.0.1:9'] } },
    rooms: { platform: {} },
    default: { room: 'platform', upstream: 'platform' },
    admin: { webhooks, ...more },
  });

interface Options {
  admin?: AdminHere;
  folder?: string;
  haste?: number;
  withinMs?: number;
}

async function notifierHere(text: string, { admin, folder = '/', haste = 1_000, withinMs }: Options = {}) {
  const here = admin ?? (await adminHere());
  const config = configHere(text, folder);
  let ids = 0;
  const notifier = createNotifier({
    ...{ ...here, config, random: () => 0.5, newId: () => `n${process.hrtime.bigint()}-${++ids}`, haste },
    ...(withinMs !== undefined && { withinMs }),
  });
  cleanUpLater(() => notifier.stop());
  const figure = (outcome: string) =>
    Number(
      new RegExp(`deliveries_total\\{webhook="ops",outcome="${outcome}"\\} (\\d+)`).exec(
        notifier.metrics(),
      )?.[1],
    );
  return {
    ...here,
    config,
    notifier,
    figure,
    tell: (event: Partial<AdminEvent> = {}) => here.hub.emit({ ...FINDING, ...event }),
  };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 5 });

describe('a webhook', () => {
  test('is told what happens as JSON, with an address for people', async () => {
    const receiver = await startWebhookReceiver();
    const { tell } = await notifierHere(
      yaml([{ name: 'ops', url: `${receiver.url}/hook` }], { publicUrl: 'https://gate.example.com/' }),
    );
    tell();
    await until(() => expect(receiver.posts).toHaveLength(1));
    const { path, headers, body } = receiver.posts[0]!;
    expect(path).toBe('/hook');
    const told = JSON.parse(body);
    expect(told).toEqual({
      ...{ id: expect.any(String), at: expect.stringMatching(/^\d{4}-.*Z$/), kind: 'finding' },
      ...{ severity: 'critical', room: 'event-4711', summary: FINDING.summary, data: FINDING.data },
      link: 'https://gate.example.com/v1/findings',
    });
    expect(headers['headgate-webhook-id']).toBe(told.id);
    expect(headers['headgate-signature']).toBeUndefined();
  });

  test('hears of the kinds that it asked for alone', async () => {
    const receiver = await startWebhookReceiver();
    const { tell } = await notifierHere(yaml([{ name: 'ops', url: receiver.url, events: ['drift'] }]));
    tell();
    tell({ kind: 'room' });
    tell({ kind: 'drift', summary: 'gateway b runs revision 3' });
    await until(() => expect(receiver.posts).toHaveLength(1));
    expect(JSON.parse(receiver.posts[0]!.body).kind).toBe('drift');
  });

  test('can check by its secret that a post is ours and of now; another secret needs no restart', async () => {
    const receiver = await startWebhookReceiver();
    const folder = await tempFolder();
    await writeFile(join(folder, 'ops.secret'), 'first\n');
    const { tell } = await notifierHere(
      yaml([{ name: 'ops', url: receiver.url, secretFile: 'ops.secret' }]),
      { folder },
    );
    const check = (index: number, secret: string) => {
      const { headers, body } = receiver.posts[index]!;
      const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['headgate-signature'] ?? '') ?? [];
      expect(v1).toBe(createHmac('sha256', secret).update(`${t}.${body}`).digest('hex'));
      expect(Math.abs(Number(t) - Date.now() / 1_000)).toBeLessThan(120);
    };
    tell();
    await until(() => expect(receiver.posts).toHaveLength(1));
    check(0, 'first');
    await writeFile(join(folder, 'ops.secret'), 'second');
    tell();
    await until(() => expect(receiver.posts).toHaveLength(2));
    check(1, 'second');
  });

  test('whose secret is gone is told nothing unsigned, and everything once it is back', async () => {
    const receiver = await startWebhookReceiver();
    const folder = await tempFolder();
    const file = join(folder, 'ops.secret');
    await writeFile(file, 'secret');
    const text = yaml([{ name: 'ops', url: receiver.url, secretFile: file }]);
    const { tell, figure, logged } = await notifierHere(text, { haste: 10 });
    await rm(file);
    tell();
    await until(() => expect(figure('retried')).toBeGreaterThan(0));
    expect(receiver.posts).toEqual([]);
    expect(JSON.stringify(logged)).toContain('ENOENT');
    await writeFile(file, 'secret');
    await until(() => expect(receiver.posts).toHaveLength(1));
    expect(receiver.posts[0]!.headers['headgate-signature']).toBeDefined();
  });

  test('for Slack gets a text that reads well by itself', async () => {
    const notice = noticeOf(
      { ...FINDING, summary: 'shares: <b> & more' },
      { id: 'n', atMs: 0, publicUrl: 'https://gate.example.com' },
    );
    const body = JSON.parse(bodyOf(notice, 'slack'));
    expect(body.text).toBe('Critical: Coverage finding in event-4711. shares: &lt;b&gt; &amp; more');
    expect(body.attachments[0].blocks[0].text.text).toContain('<https://gate.example.com/v1/findings|More');
  });

  test('never gets a configuration or a secret', () => {
    const data = {
      proposedRule: { yaml: 'a rule', config: 'store: { password: x }' },
      note: 'Bearer abcdefghijkl',
      big: '',
    };
    const notice = noticeOf({ ...FINDING, data }, { id: 'n', atMs: 0, publicUrl: null });
    expect(notice.data).toEqual({ proposedRule: { yaml: 'a rule' }, note: 'Bearer [redacted]', big: '' });
    const huge = noticeOf(
      { ...FINDING, data: { big: 'x'.repeat(1e6) } },
      { id: 'n', atMs: 0, publicUrl: null },
    );
    expect(huge.data).toBeNull();
  });
});

describe('a webhook that does not hear', () => {
  test('is told again under the same id until it answers well', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answers = [503, 429, 500, 200];
    const { tell, figure } = await notifierHere(yaml([{ name: 'ops', url: receiver.url }]));
    tell();
    await until(() => expect(figure('delivered')).toBe(1));
    expect(receiver.posts).toHaveLength(4);
    expect(new Set(receiver.posts.map(({ headers }) => headers['headgate-webhook-id'])).size).toBe(1);
    expect(figure('retried')).toBe(3);
  });

  test('five times is given up, in the log and in the audit log', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answers = [503];
    const { tell, figure, auditLog, logged } = await notifierHere(yaml([{ name: 'ops', url: receiver.url }]));
    tell();
    await until(() => expect(figure('failed')).toBe(1));
    expect(receiver.posts).toHaveLength(5);
    const [entry] = auditLog.list({ limit: 10 }).items;
    expect(entry).toMatchObject({
      actor: 'headgate',
      action: 'webhook.failed',
      subject: 'ops',
      reason: 'it answered 503',
    });
    expect(logged.some(({ level }) => level === 'error')).toBe(true);
    // An address may hold a secret.
    expect(JSON.stringify([logged, entry])).not.toContain(receiver.url);
  });

  test.each([400, 401, 404, 410, 'redirect' as const])('for good (%s) is asked once', async (answer) => {
    const receiver = await startWebhookReceiver();
    receiver.answers = [answer];
    const { tell, figure } = await notifierHere(yaml([{ name: 'ops', url: receiver.url }]));
    tell();
    await until(() => expect(figure('failed')).toBe(1));
    expect(receiver.posts.map(({ path }) => path)).toEqual(['/']);
  });

  test('because it hangs is left after a while, and holds up neither others nor who tells', async () => {
    const slow = await startWebhookReceiver();
    const quick = await startWebhookReceiver();
    slow.answers = ['hang'];
    const { tell, figure } = await notifierHere(
      yaml([
        { name: 'ops', url: slow.url },
        { name: 'chat', url: quick.url },
      ]),
      { withinMs: 100 },
    );
    for (let count = 0; count < 6; count++) tell();
    // All of them, while the first one has not failed for good; one that was heard too late comes again under its id.
    const heard = () => new Set(quick.posts.map(({ headers }) => headers['headgate-webhook-id']));
    await until(() => expect(heard().size).toBe(6));
    await until(() => expect(figure('failed')).toBeGreaterThan(0));
    await until(() => expect(slow.hanging()).toBeLessThanOrEqual(2));
  });

  test('because nothing is there is tried again', async () => {
    const { tell, figure } = await notifierHere(yaml([{ name: 'ops', url: 'http://127.0.0.1:1' }]));
    tell();
    await until(() => expect(figure('failed')).toBe(1));
    expect(figure('retried')).toBe(4);
  });

  test('waits longer each time, about three minutes in all, and as long as it asks for', () => {
    const pauses = [1, 2, 3, 4].map((tries) => pauseMs(tries, 0.5, null));
    expect(pauses).toEqual([2_000, 10_000, 40_000, 120_000]);
    expect(pauseMs(1, 0, null)).toBe(1_500);
    expect(pauseMs(1, 1, null)).toBe(2_500);
    expect(pauseMs(1, 0.5, 30_000)).toBe(30_000);
    expect(outcomeOf(429, '60')).toMatchObject({ kind: 'retry', afterMs: 60_000 });
    expect(outcomeOf(429, '999999')).toMatchObject({ kind: 'retry', afterMs: 300_000 });
  });
});

describe('what was not delivered', () => {
  test('is delivered after a restart, under the same id', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answers = [503];
    const text = yaml([{ name: 'ops', url: receiver.url }]);
    const first = await notifierHere(text, { haste: 1 });
    first.tell();
    first.tell({ summary: 'another' });
    await until(() => expect(receiver.posts).toHaveLength(2));
    const ids = receiver.posts.map(({ headers }) => headers['headgate-webhook-id']);
    await first.notifier.stop();
    first.close();
    receiver.posts.length = 0;
    receiver.answers = [200];

    const admin = await adminHere({ folder: first.dataPath });
    const second = await notifierHere(text, { admin });
    await until(() => expect(second.figure('delivered')).toBe(2));
    expect(receiver.posts.map(({ headers }) => headers['headgate-webhook-id']).sort()).toEqual(ids.sort());
    await second.notifier.stop();
    expect(admin.data.db.prepare('SELECT count(*) AS n FROM webhook_queue').get()).toEqual({ n: 0 });
  });

  test('to a webhook that is no longer configured is forgotten', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answers = [503];
    const here = await notifierHere(yaml([{ name: 'ops', url: receiver.url }]), { haste: 1 });
    here.tell();
    await until(() => expect(receiver.posts).toHaveLength(1));
    here.config.change(yaml([]));
    await here.notifier.stop();
    expect(here.data.db.prepare('SELECT count(*) AS n FROM webhook_queue').get()).toEqual({ n: 0 });
  });

  test('is delivered also while the disk takes nothing', async () => {
    const receiver = await startWebhookReceiver();
    const here = await notifierHere(yaml([{ name: 'ops', url: receiver.url }]));
    here.data.db.exec('DROP TABLE webhook_queue');
    here.tell();
    await until(() => expect(here.figure('delivered')).toBe(1));
  });

  test('is bounded: the oldest of the least important leaves', () => {
    const queue = createWaitingNotices(3);
    const add = (id: string, severity: 'critical' | 'warning' | 'info'): string | undefined => {
      const notice = { ...noticeOf({ ...FINDING, severity }, { id, atMs: 0, publicUrl: null }) };
      const waiting: Waiting = { webhook: 'ops', tries: 0, dueMs: 0, notice };
      return queue.add(waiting)?.notice.id;
    };
    add('c1', 'critical');
    add('i1', 'info');
    add('i2', 'info');
    expect(add('w1', 'warning')).toBe('i1');
    expect(add('c2', 'critical')).toBe('i2');
    expect(add('c3', 'critical')).toBe('w1');
    expect(add('c4', 'critical')).toBe('c1');
    expect(queue.all().map(({ notice }) => notice.id)).toEqual(['c2', 'c3', 'c4']);
  });

  test('beyond the bound is counted', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answers = ['hang'];
    const { tell, figure, notifier } = await notifierHere(yaml([{ name: 'ops', url: receiver.url }]));
    for (let count = 0; count < 600; count++) tell({ severity: 'info' });
    expect(figure('dropped')).toBe(100);
    expect(notifier.metrics()).toContain('headgate_webhook_waiting{webhook="ops"} 500');
  });
});
