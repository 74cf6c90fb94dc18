/** Who was heard of, and how long ago: by the link's time when a report was read, and by this process's steady clock since. */
import type { Clock } from '../../gateway/clock.ts';
import type { HeardReport } from '../../gateway/control/words.ts';

export interface Heard {
  /** Reports of the last moments; false: somebody who was live is not among them, and may have said goodbye. */
  takeLive(reports: readonly HeardReport[], linkNowMs: number): boolean;
  /** All reports that the link still has: who is not among them has said goodbye. */
  takeAll(reports: readonly HeardReport[], linkNowMs: number): void;
  live(): readonly HeardReport[];
  silent(): readonly HeardReport[];
  /** The link's time, as well as it is known. */
  linkNowMs(): number;
}

interface Known {
  heard: HeardReport;
  /** Monotonic ms. */
  atMs: number;
}

export function createHeard(clock: Clock, silentMs: number, rememberedMs: number): Heard {
  const known = new Map<string, Known>();
  /** The link's time less this process's steady clock; null: the link was not reached yet. */
  let aheadMs: number | null = null;

  const take = (reports: readonly HeardReport[], linkNowMs: number) => {
    const nowMs = clock.monotonicMs();
    aheadMs = linkNowMs - nowMs;
    for (const heard of reports)
      known.set(heard.report.gateway, { heard, atMs: nowMs - Math.max(0, linkNowMs - heard.heardMs) });
  };
  const ageMs = ({ atMs }: Known) => clock.monotonicMs() - atMs;
  const heardOf = (isWanted: (one: Known) => boolean) =>
    [...known.values()]
      .filter(isWanted)
      .map(({ heard }) => heard)
      .sort((a, b) => a.report.gateway.localeCompare(b.report.gateway));

  return {
    takeLive(reports, linkNowMs) {
      take(reports, linkNowMs);
      const named = new Set(reports.map(({ report }) => report.gateway));
      return [...known.values()].every((one) => ageMs(one) > silentMs || named.has(one.heard.report.gateway));
    },
    takeAll(reports, linkNowMs) {
      known.clear();
      take(
        reports.filter(({ heardMs }) => linkNowMs - heardMs <= rememberedMs),
        linkNowMs,
      );
    },
    live: () => heardOf((one) => ageMs(one) <= silentMs),
    silent: () => heardOf((one) => ageMs(one) > silentMs),
    linkNowMs: () => (aheadMs === null ? clock.wallMs() : clock.monotonicMs() + aheadMs),
  };
}
