/** What observers within the platform saw that should not be: requests without a stamp, and stamps that are wrong. Pure. */
import type { FoundNow } from '../../gateway/audit/words.ts';
import type { ObservedAddress } from '../observer/words.d.ts';
import { isAround, isMuch, type Observed } from './observations.ts';

/** Hosts that are told one by one; whoever comes around the gate may name any. */
const MOST_HOSTS = 5;
const EXAMPLES = 4;
const NETWORKS = 10;
/** From this share on it is critical. */
const CRITICAL = 0.02;

export function observedFindings(observed: Observed | null): FoundNow[] {
  if (observed === null || observed.requests === 0) return [];
  return [...(isAround(observed) ? aroundTheGate(observed) : []), ...wrongStamps(observed)];
}

/** One for each of the busiest hosts; of all hosts together where none of them is much. */
function aroundTheGate(observed: Observed): FoundNow[] {
  const unstamped = observed.byAddress
    .map((one) => ({ ...one, unstamped: one.unstamped - one.refused }))
    .filter((one) => one.unstamped > 0);
  const hosts = [...Map.groupBy(unstamped, ({ host }) => host)]
    .map(([host, addresses]) => ({ host, addresses, unstamped: sum(addresses) }))
    .filter((one) => isMuch(one.unstamped, observed.requests))
    .sort((one, other) => other.unstamped - one.unstamped)
    .slice(0, MOST_HOSTS);
  if (hosts.length === 0) return [around(null, unstamped, observed.unstamped - observed.refused, observed)];
  return hosts.map(({ host, addresses, unstamped: count }) => around(host, addresses, count, observed));
}

function around(
  host: string | null,
  addresses: readonly ObservedAddress[],
  count: number,
  observed: Observed,
): FoundNow {
  const busiest = [...addresses].sort((one, other) => other.unstamped - one.unstamped);
  const share = count / observed.requests;
  const where = host === null ? 'many hosts' : `${host}${busiest[0]?.pathShape ?? ''}`;
  return {
    key: `around|${host ?? '*'}`,
    kind: 'around-the-gate',
    severity: share >= CRITICAL ? 'critical' : 'warning',
    summary: `${(share * 100).toFixed(1)} % of the platform’s requests reached the platform around the gate, without a stamp: ${where}, ${count} in the last minute.`,
    evidence: {
      host,
      pathShape: busiest[0]?.pathShape ?? null,
      share,
      addressShare: (busiest[0]?.unstamped ?? 0) / observed.requests,
      requestsPerMinute: perMinute(count, observed),
      examples: distinct(busiest.flatMap(({ examples, pathShape }) => [pathShape, ...examples])).slice(
        0,
        EXAMPLES,
      ),
      networks: distinct(busiest.flatMap(({ networks }) => networks)).slice(0, NETWORKS),
    },
    room: null,
    proposedRule: null,
  };
}

function wrongStamps(observed: Observed): FoundNow[] {
  const { wrong, requests } = observed;
  const forged = wrong.forged + wrong.malformed + wrong.unknownKey;
  const found: FoundNow[] = [];
  if (isMuch(wrong.clock, requests))
    found.push(
      wrongStamp(
        'clock',
        wrong.clock,
        'are more than 5 minutes off: a gateway’s clock is wrong, or stamps are replayed',
        observed,
      ),
    );
  if (isMuch(forged, requests)) {
    const kinds = `${wrong.forged} forged, ${wrong.malformed} malformed, ${wrong.unknownKey} of an unknown key`;
    found.push(
      wrongStamp(
        'forged',
        forged,
        `do not verify (${kinds}): they were not signed for their request, or the observer lacks a key`,
        observed,
      ),
    );
  }
  return found;
}

function wrongStamp(which: string, count: number, why: string, observed: Observed): FoundNow {
  const share = count / observed.requests;
  return {
    key: `stamp|${which}`,
    kind: 'stamp-wrong',
    severity: 'warning',
    summary: `The stamps of ${(share * 100).toFixed(1)} % of the platform’s requests ${why}.`,
    evidence: {
      host: null,
      pathShape: null,
      share,
      addressShare: share,
      requestsPerMinute: perMinute(count, observed),
      examples: [],
    },
    room: null,
    proposedRule: null,
  };
}

function perMinute(count: number, { windowSeconds }: Observed): number {
  return Math.round((count * 60) / windowSeconds);
}

function sum(addresses: readonly ObservedAddress[]): number {
  return addresses.reduce((total, one) => total + one.unstamped, 0);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
