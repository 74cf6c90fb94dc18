/** Tells what automatic protection does here and now: by upstream and by room, in words of the report. */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { ProtectionReport, RoomProtection, UpstreamProtection } from '../control/words.ts';
import { LEAST_LEARNED } from '../release/base-latency.ts';
import type { Decision } from '../release/decision.ts';
import type { UpstreamState } from '../release/state.ts';
import type { ExternalSignal, RoomOrder } from '../release/words.ts';
import type { ProtectionFigures } from './figures.ts';

export interface ReportParts {
  settings(): Settings;
  decision(): Decision;
  /** The council's clock. */
  nowMs(): number;
  /** Orders in force here. */
  rooms(): Readonly<Record<string, RoomOrder>>;
  shares(): ReadonlyMap<string, number>;
  external(): readonly ExternalSignal[];
  figures: ProtectionFigures;
  clock: Pick<Clock, 'wallMs'>;
}

/** From this part of its limit on, a signal is distress. */
const OVER = 0.9;
const MOST_ROOMS = 200;

export function createProtectionReport(parts: ReportParts): () => ProtectionReport {
  const { settings, decision, figures } = parts;

  /** The council's time in the wall's, as this gateway has it. */
  const wallOf = (councilMs: number) =>
    new Date(parts.clock.wallMs() - Math.max(0, parts.nowMs() - councilMs)).toISOString();

  function upstream(name: string, external: readonly ExternalSignal[]): UpstreamProtection {
    const state = decision().state.upstreams[name];
    const gauges = figures.gauges()[name];
    const share = parts.shares().get(name) ?? null;
    return {
      upstream: name,
      inFlightLimit: share === null ? null : (decision().upstreams[name]?.inFlight ?? null),
      inFlightShare: share,
      ...{ inFlight: gauges?.inFlight.now ?? 0, queued: gauges?.queued ?? 0 },
      baseLatencyMs: baseLatencyMs(state),
      distress: state?.distress ? distressOf(state.distress) : null,
      routes: sufferingRoutes(state),
      signals: external.filter((signal) => signal.upstream === name).map(signalOf),
    };
  }

  const distressOf = ({ signal, value, limit, sinceMs }: NonNullable<UpstreamState['distress']>) => ({
    ...{ signal, value, limit },
    since: wallOf(sinceMs),
  });

  function room([name, { factor, perMinute }]: [string, RoomOrder]): RoomProtection {
    const held = decision().state.held[name];
    const since = held === undefined ? null : wallOf(held.sinceMs);
    return { ...{ room: name, factor, perMinute, since }, why: held?.why ?? 'newcomers' };
  }

  return () => {
    const external = parts.external();
    return {
      mode: settings().protection.mode,
      upstreams: Object.keys(settings().upstreams).map((name) => upstream(name, external)),
      rooms: Object.entries(parts.rooms()).slice(0, MOST_ROOMS).map(room),
      decided: { together: figures.decided.together, alone: figures.decided.alone },
    };
  };
}

/** Mean of what its routes usually take, by how much is known of each; null until one of them is known well enough to be a measure. */
export function baseLatencyMs(state: UpstreamState | undefined): number | null {
  let [sum, weight] = [0, 0];
  for (const { baseMs, learned } of Object.values(state?.routes ?? {})) {
    if (baseMs <= 0 || learned < LEAST_LEARNED) continue;
    sum += baseMs * learned;
    weight += learned;
  }
  return weight === 0 ? null : Math.round((sum / weight) * 10) / 10;
}

function sufferingRoutes(state: UpstreamState | undefined): { route: string; suffers: string }[] {
  return Object.entries(state?.routes ?? {}).flatMap(([route, { suffers }]) =>
    suffers === null ? [] : [{ route, suffers }],
  );
}

function signalOf({ name, value, limit, isStale }: ExternalSignal) {
  const state = isStale ? 'unknown' : value >= limit * OVER ? 'over' : 'ok';
  return { name, value, limit, state } as const;
}
