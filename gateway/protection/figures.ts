/** Counts what automatic protection did, for metrics and reports: who reads the forwarder's gauges last would miss what others read. */
import type { UpstreamGauges } from '../forward/gauges.ts';
import type { DeciderFigures } from '../release/decider.ts';

export interface ProtectionFigures {
  decided: DeciderFigures & { /** Rounds that broke. */ failed: number };
  saw(gauges: Readonly<Record<string, UpstreamGauges>>): void;
  /** As they were read last. */
  gauges(): Readonly<Record<string, UpstreamGauges>>;
  /** Since the start, by upstream and class. */
  shed(): Iterable<{ upstream: string; class: string; count: number }>;
}

export function createFigures(): ProtectionFigures {
  let last: Readonly<Record<string, UpstreamGauges>> = {};
  const shed = new Map<string, { upstream: string; class: string; count: number }>();

  function count(upstream: string, trafficClass: string, more: number): void {
    const key = `${upstream}\n${trafficClass}`;
    const known = shed.get(key);
    if (known) known.count += more;
    else shed.set(key, { upstream, class: trafficClass, count: more });
  }

  return {
    decided: { together: 0, alone: 0, unread: 0, failed: 0 },
    saw(gauges) {
      last = gauges;
      for (const [upstream, { shed: lately }] of Object.entries(gauges))
        for (const [trafficClass, more] of Object.entries(lately)) count(upstream, trafficClass, more);
    },
    gauges: () => last,
    shed: () => shed.values(),
  };
}
