/** The link of a gateway and an admin that are one process. */
import type { Clock } from '../clock.ts';
import type { ControlLink } from './link.ts';
import type { GatewayReport, Published } from './words.ts';

export function createMemoryLink(clock: Clock): ControlLink {
  let document: Published | null = null;
  const reports = new Map<string, { report: GatewayReport; heardMs: number }>();
  const listeners: (() => void)[] = [];

  return {
    nowMs: async () => clock.wallMs(),
    published: async (serial) => (document !== null && document.serial > serial ? document : null),
    publishedMark: async () => document,
    async publish(next) {
      if (document !== null && document.serial >= next.serial) return document.serial === next.serial;
      document = next;
      for (const listener of listeners) listener();
      return true;
    },
    async report(report) {
      reports.set(report.gateway, { report, heardMs: clock.wallMs() });
    },
    async reports(withinMs) {
      const since = clock.wallMs() - withinMs;
      return [...reports.values()]
        .filter(({ heardMs }) => heardMs >= since)
        .map(({ report, heardMs }) => ({ report, heardMs, clockAheadMs: 0 }));
    },
    async forget(gateway) {
      reports.delete(gateway);
    },
    holdAdmin: async () => ({ kind: 'held' }),
    releaseAdmin: async () => {},
    onPublish: (listener) => void listeners.push(listener),
  };
}
