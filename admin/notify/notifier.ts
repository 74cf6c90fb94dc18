/** Tells the configured webhooks what happens: signed, retried, bounded, across restarts, and never in anybody's way. */
import { Agent } from 'undici';
import type { Clock } from '../../gateway/clock.ts';
import type { ActiveConfig, AdminEvent, AuditLog, EventHub } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { AdminLog } from '../log.ts';
import { createDelivery, type Delivery, type DeliveryParts } from './delivery.ts';
import { createDeliveryFigures } from './figures.ts';
import { noticeOf } from './notice.ts';
import { createStoredNotices } from './stored-notices.ts';
import type { Webhook } from './words.ts';

const POST_MS = 5_000;

export interface NotifierParts {
  data: ControlData;
  config: Pick<ActiveConfig, 'settings' | 'onChange'>;
  hub: EventHub;
  auditLog: AuditLog;
  clock: Clock;
  log: AdminLog;
  random(): number;
  newId(): string;
  /** Until a post counts as failed, and what divides the pauses between tries: for tests. */
  withinMs?: number;
  haste?: number;
}

export interface Notifier {
  /** For the metrics port, in Prometheus' text. */
  metrics(): string;
  /** Waits for nobody: what is not delivered is on the disk. */
  stop(): Promise<void>;
}

export function createNotifier(parts: NotifierParts): Notifier {
  const { config, clock } = parts;
  const stored = createStoredNotices(parts.data, parts.log);
  const figures = createDeliveryFigures();
  const dispatcher = new Agent({ connections: 2, connect: { timeout: parts.withinMs ?? POST_MS } });
  const deliveries = new Map<string, Delivery>();
  const following = deliveryParts(parts, stored, figures, dispatcher);

  const follow = () => {
    const webhooks = new Map(config.settings().admin.webhooks.map((webhook) => [webhook.name, webhook]));
    for (const [name, delivery] of deliveries) {
      if (webhooks.has(name)) continue;
      delivery.stop('drop');
      deliveries.delete(name);
    }
    for (const [name, webhook] of webhooks) {
      figures.know(name);
      const delivery = deliveries.get(name);
      if (delivery) delivery.follow(webhook);
      else deliveries.set(name, createDelivery(webhook, following));
    }
  };

  const tell = (event: AdminEvent) => {
    const { webhooks, publicUrl } = config.settings().admin;
    const interested = webhooks.filter((webhook) => wants(webhook, event));
    if (interested.length === 0) return;
    const notice = noticeOf(event, { id: parts.newId(), atMs: clock.wallMs(), publicUrl });
    for (const { name } of interested) {
      const waiting = { webhook: name, notice, tries: 0 };
      stored.keep(waiting);
      deliveries.get(name)?.take(waiting);
    }
  };

  follow();
  for (const waiting of stored.read()) {
    const delivery = deliveries.get(waiting.webhook);
    if (delivery) delivery.take(waiting);
    else stored.forget(waiting);
  }
  config.onChange(follow);
  parts.hub.on(tell);

  return {
    metrics: () => figures.text([...deliveries].map(([name, delivery]) => [name, delivery.waiting()])),
    async stop() {
      for (const delivery of deliveries.values()) delivery.stop();
      stored.flush();
      await dispatcher.destroy();
    },
  };
}

function wants({ events }: Webhook, { kind }: AdminEvent): boolean {
  return (events as readonly string[]).includes(kind);
}

function deliveryParts(
  { clock, random, log, auditLog, withinMs = POST_MS, haste = 1 }: NotifierParts,
  stored: ReturnType<typeof createStoredNotices>,
  figures: ReturnType<typeof createDeliveryFigures>,
  dispatcher: Agent,
): DeliveryParts {
  return {
    ...{ clock, random, dispatcher, withinMs, haste },
    onChange: stored.keep,
    onRetry({ webhook, tries }, why) {
      figures.count(webhook, 'retried');
      log.say('warn', { webhook, tries, why }, 'a webhook was not told yet');
    },
    onGone({ webhook, notice, tries, ...waiting }, outcome, why) {
      figures.count(webhook, outcome);
      stored.forget({ ...waiting, webhook, notice, tries });
      if (outcome !== 'failed') return;
      log.say('error', { webhook, kind: notice.kind, tries, why }, 'a webhook was never told');
      noteFailure(auditLog, log, { webhook, kind: notice.kind, id: notice.id, tries, why });
    },
  };
}

function noteFailure(
  auditLog: AuditLog,
  log: AdminLog,
  failure: { webhook: string; kind: string; id: string; tries: number; why: string | null },
): void {
  try {
    const { webhook, why, ...after } = failure;
    auditLog.append({
      ...{ actor: 'headgate', action: 'webhook.failed', subject: webhook },
      ...{ reason: why, before: null, after },
    });
  } catch (error) {
    log.say('error', { error: String(error) }, 'the audit log takes nothing');
  }
}
