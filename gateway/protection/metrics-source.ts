/** What automatic protection tells of itself as metrics, made of its report when it is asked for. */
import type { ProtectionReport } from '../control/words.ts';
import type { ProtectionSource } from '../observe/protection-metrics.ts';
import type { ProtectionFigures } from './figures.ts';

export function protectionMetrics(
  report: () => ProtectionReport,
  figures: ProtectionFigures,
  labelOf: (room: string) => string,
): ProtectionSource {
  return {
    upstreams: () =>
      report().upstreams.map(({ upstream, inFlightLimit, baseLatencyMs, distress }) => ({
        ...{ upstream, inFlightLimit, suffers: distress !== null },
        baseSeconds: baseLatencyMs === null ? null : baseLatencyMs / 1_000,
      })),
    rooms: () =>
      report().rooms.map(({ room, factor, perMinute }) => ({ label: labelOf(room), factor, perMinute })),
    shed: figures.shed,
    decided: () => figures.decided,
  };
}
