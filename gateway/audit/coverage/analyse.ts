/** Analyses what all gateways saw in the last minute: the gate's part of the coverage, and everything that is found in it. Pure. */
import type { AddressCount } from '../../control/words.ts';
import type { FoundNow } from '../words.ts';
import { holeFindings } from './hole-findings.ts';
import { type Hole, holesOf } from './holes.ts';
import { silentLaunches } from './launch-silence.ts';
import { mergeWindows, sum } from './merge.ts';
import { isBypassed, surges } from './surge.ts';
import type { Analysis, CalmLoad, CoveredAddress, GateCoverage, Merged, Situation } from './words.ts';

/** Addresses told in `coverage.gate.byAddress`. */
const TOLD = 100;

export function analyse(situation: Situation): Analysis {
  const merged = mergeWindows(situation.windows);
  const holes = holesOf(merged, situation);
  const unqueued = unqueuedOf(merged, holes);
  const load = loadOf(merged, unqueued);
  const found = holeFindings(holes, merged, situation);
  const told = new Set(holes.map(({ room }) => room));
  const others = [...silentLaunches(merged, situation, told), ...surges(merged, situation, load)];
  const all = [...found, ...others];
  return {
    windowSeconds: merged.windowSeconds,
    // Made when it is asked for: an audit of a log looks at thousands of minutes for their findings alone.
    get gate() {
      return gateOf(merged, unqueued, all);
    },
    found: all,
    load,
  };
}

/** Past every line by a bypass, or through a hole in one. */
function unqueuedOf(merged: Merged, holes: readonly Hole[]): number {
  const inHoles = new Set<AddressCount>(holes.flatMap(({ place }) => place?.entries ?? []));
  return sum(merged.byAddress, (entry) => (inHoles.has(entry) || isBypassed(entry) ? entry.forwarded : 0));
}

function loadOf({ forwarded, windowSeconds }: Merged, unqueued: number): CalmLoad {
  const perMinute = 60 / windowSeconds;
  return { forwardedPerMinute: forwarded * perMinute, unqueuedPerMinute: unqueued * perMinute };
}

/** Without a gateway nobody watched, and without a request there was nothing to see: neither is green. */
function gateOf(merged: Merged, unqueued: number, found: readonly FoundNow[]): GateCoverage {
  const isRed = found.some(({ severity }) => severity !== 'info');
  const isSeen = merged.requests > 0;
  return {
    state: isRed ? 'red' : isSeen ? 'green' : 'unknown',
    requests: merged.requests,
    unqueuedShare: merged.forwarded === 0 ? 0 : unqueued / merged.forwarded,
    byAddress: coveredAddresses(merged),
  };
}

function coveredAddresses(merged: Merged): CoveredAddress[] {
  const rows = new Map<string, CoveredAddress>();
  for (const { host, pathShape, room, outcome, requests } of merged.byAddress) {
    const key = JSON.stringify([host, pathShape, room, outcome]);
    const before = rows.get(key)?.requests ?? 0;
    const total = before + requests;
    rows.set(key, {
      host,
      pathShape,
      room,
      outcome,
      requests: total,
      share: total / Math.max(1, merged.requests),
    });
  }
  return [...rows.values()].sort((one, other) => other.requests - one.requests).slice(0, TOLD);
}
