/** What differs between gateways, or between them and the world: clocks, keys, builds of the platform. Pure. */
import type { Settings } from '../../config/settings.ts';
import type { GatewayReport, HeardReport } from '../../gateway/control/words.ts';
import { NOTHING_MORE } from './nothing-more.ts';
import type { DriftNow } from './words.ts';

const MOST_CLOCK_MS = 2_000;
/** Keys are handed out gateway by gateway; a rotation takes moments. */
const HAND_OUT_MS = 5_000;

export function* clockDrift({ report: { gateway }, clockAheadMs }: HeardReport): Generator<DriftNow> {
  if (Math.abs(clockAheadMs) <= MOST_CLOCK_MS) return;
  const seconds = (Math.abs(clockAheadMs) / 1_000).toFixed(1);
  const summary = `the clock of gateway ${gateway} is ${seconds} s ${clockAheadMs > 0 ? 'ahead' : 'behind'}`;
  const own = { key: `clock ${gateway}`, kind: 'clock-off', severity: 'warning', summary } as const;
  yield { ...NOTHING_MORE, ...own, gateway, found: Math.round(clockAheadMs), wanted: 0 };
}

export function* buildDrift({ gateway, builds }: GatewayReport, settings: Settings): Generator<DriftNow> {
  for (const { upstream, target, build } of builds) {
    const wanted = settings.upstreams[upstream]?.build ?? null;
    if (wanted === null || wanted === build) continue;
    const path = `upstreams.${upstream}.build`;
    const summary = `${target} runs build ${build}, and ${path} is ${wanted} (seen by gateway ${gateway})`;
    // All gateways see the same target.
    const key = `build ${upstream} ${target}`;
    const own = { key, kind: 'build-differs', severity: 'warning', summary } as const;
    yield { ...NOTHING_MORE, ...own, path, found: build, wanted };
  }
}

export function* keyDrift(live: readonly GatewayReport[]): Generator<DriftNow> {
  const usual = mostCommon(live.map(keysOf));
  for (const report of live) {
    const { gateway, keys } = report;
    const common = { ...NOTHING_MORE, gateway, found: keys.held };
    if (keys.lacking.length > 0) {
      const summary = `gateway ${gateway} lacks the keys ${keys.lacking.join(', ')}, which sign now`;
      const own = { key: `lacking ${gateway}`, kind: 'keys-lacking', severity: 'critical', summary } as const;
      yield { ...common, ...own, wanted: keys.lacking };
    } else if (keysOf(report) !== usual) {
      const summary = `gateway ${gateway} holds other keys than the others: ${keys.held.join(', ')}`;
      const own = { key: `keys ${gateway}`, kind: 'keys-differ', severity: 'warning', summary } as const;
      yield { ...common, ...own, wanted: usual.split(' '), patienceMs: HAND_OUT_MS };
    }
  }
}

function keysOf({ keys }: GatewayReport): string {
  return [...keys.held].sort().join(' ');
}

/** Of as many on both sides, the first. */
function mostCommon(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
