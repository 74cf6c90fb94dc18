/** How the webhooks fare, for Prometheus. Labels are the configuration's names. */
import type { DeliveryOutcome } from './words.ts';

const OUTCOMES: readonly DeliveryOutcome[] = ['delivered', 'retried', 'failed', 'dropped'];

export function createDeliveryFigures() {
  const counts = new Map<string, Record<DeliveryOutcome, number>>();
  const know = (webhook: string) => {
    const known = counts.get(webhook) ?? { delivered: 0, retried: 0, failed: 0, dropped: 0 };
    counts.set(webhook, known);
    return known;
  };
  return {
    /** From now on it is told, also while nothing was sent: an alert needs the zero. */
    know,
    count: (webhook: string, outcome: DeliveryOutcome) => void know(webhook)[outcome]++,
    text(waiting: readonly [string, number][]): string {
      const deliveries = [...counts].flatMap(([webhook, count]) =>
        OUTCOMES.map(
          (outcome) =>
            `headgate_webhook_deliveries_total{webhook="${label(webhook)}",outcome="${outcome}"} ${count[outcome]}`,
        ),
      );
      const queues = waiting.map(
        ([webhook, count]) => `headgate_webhook_waiting{webhook="${label(webhook)}"} ${count}`,
      );
      return `${[
        '# HELP headgate_webhook_deliveries_total Posts to webhooks, by what came of them',
        '# TYPE headgate_webhook_deliveries_total counter',
        ...deliveries,
        '# HELP headgate_webhook_waiting Notices that a webhook does not have yet',
        '# TYPE headgate_webhook_waiting gauge',
        ...queues,
      ].join('\n')}\n`;
    },
  };
}

/** By Prometheus' text format. */
function label(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
