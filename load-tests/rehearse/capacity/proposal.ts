/** Limits that follow from a capacity, each with its reason. Pure. */
import { stringify } from 'yaml';
import type { Capacity, Limits, Proposal, Search } from './words.ts';

export interface ProposalOptions {
  /** Where no share of the capacity was confirmed, this one is proposed with a warning. */
  margin: number | null;
  /** How long a visitor stays inside, s. */
  staySeconds: number;
  /** As the configuration calls them. */
  room: string;
  upstream: string;
}

const UNCONFIRMED_MARGIN = 0.5;
/** Above what the platform works on at once: a short queue keeps it busy, a long one only makes everybody wait. */
const IN_FLIGHT_ROOM = 1.25;

export function propose(
  capacity: Capacity,
  { margin, staySeconds, room, upstream }: ProposalOptions,
): Proposal {
  const share = margin ?? UNCONFIRMED_MARGIN;
  const admissionsPerMinute = Math.max(1, Math.floor(share * capacity.visitsPerMinute));
  const limits: Limits = {
    admissionsPerMinute,
    sessions: Math.max(1, Math.ceil((admissionsPerMinute / 60) * staySeconds)),
    allowanceInFlight: Math.max(1, Math.round(capacity.inFlight / 2)),
    maxConnections: Math.max(1, Math.ceil(IN_FLIGHT_ROOM * capacity.inFlight)),
  };
  return {
    limits,
    reasons: reasonsOf(capacity, limits, { margin, share, staySeconds }),
    yaml: asYaml(limits, room, upstream),
  };
}

function reasonsOf(
  { visitsPerMinute, requestsPerSecond, inFlight }: Capacity,
  { admissionsPerMinute, sessions, allowanceInFlight, maxConnections }: Limits,
  { margin, share, staySeconds }: { margin: number | null; share: number; staySeconds: number },
): string[] {
  const calm =
    margin === null
      ? 'no share of it was confirmed: try again on a quieter platform before you rely on it'
      : 'confirmed by arrivals at that rate, under which it stayed calm';
  return [
    `admissionsPerMinute ${admissionsPerMinute}: the platform does ${Math.round(visitsPerMinute)} visits a minute (${Math.round(requestsPerSecond)} requests a second); ${Math.round(share * 100)} % of that, ${calm}`,
    `sessions ${sessions}: who is let in stays ${Math.round(staySeconds)} s, so that at ${admissionsPerMinute} a minute so many are inside at once`,
    `maxConnections ${maxConnections}: it works on ${Math.round(inFlight * 10) / 10} requests at once when it does most; a quarter more keep it busy, beyond them answers only wait. It holds for each gateway process: divide it by their number`,
    `allowance.inFlight ${allowanceInFlight}: half of what it works on at once, for requests without a number`,
  ];
}

function asYaml(limits: Limits, room: string, upstream: string): string {
  const { sessions, admissionsPerMinute, allowanceInFlight, maxConnections } = limits;
  return stringify({
    upstreams: { [upstream]: { maxConnections } },
    rooms: {
      [room]: {
        limits: { sessions, admissionsPerMinute },
        allowance: { inFlight: allowanceInFlight },
      },
    },
  });
}

/** `held`: a capacity was found and confirmed. */
export function verdictOf({ outcome, capacity, margin }: Search): 'held' | 'failed' | 'invalid' {
  if (outcome === 'invalid' || capacity === null) return 'invalid';
  return outcome === 'found' && margin !== null ? 'held' : 'failed';
}
