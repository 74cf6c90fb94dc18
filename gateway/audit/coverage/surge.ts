/**
 * Finds unqueued traffic that presses on the platform though it names no event: while the platform suffers, or while a line
 * stands and the load climbs all the same. Pure.
 */
import type { AddressCount } from '../../control/words.ts';
import type { FoundNow } from '../words.ts';
import { suffers } from './evidence.ts';
import { sum } from './merge.ts';
import { percent } from './texts.ts';
import type { CalmLoad, Merged, Situation } from './words.ts';

/** Of the platform's requests, from which one address counts. */
const LEAST_SHARE = 0.1;
/** What no rule expected may be much while all is well; it is told from this share on. */
const LEAST_UNRULED_SHARE = 0.25;
/** By so much must unqueued traffic, and all traffic, have grown. */
const UNQUEUED_CLIMB = 1.5;
const LOAD_CLIMB = 1.2;
/** Addresses that are told at once. */
const MOST = 3;

export function surges(merged: Merged, situation: Situation, load: CalmLoad): FoundNow[] {
  const why = pressure(merged, situation, load);
  if (why === null) return [];
  return merged.byAddress
    .filter((entry) => entry.names === null && isMuch(entry, merged, situation))
    .sort((one, other) => other.forwarded - one.forwarded)
    .slice(0, MOST)
    .map((entry) => surge(entry, merged, why));
}

/** Past every line, and neither an asset nor staff. */
export function isBypassed({ outcome, forwarded, class: trafficClass }: AddressCount): boolean {
  return outcome === 'bypassed' && forwarded > 0 && trafficClass !== 'asset' && trafficClass !== 'staff';
}

function isMuch(entry: AddressCount, { forwarded }: Merged, { settings, rooms }: Situation): boolean {
  if (entry.forwarded < settings.audit.leastRequests) return false;
  if (isBypassed(entry)) return entry.forwarded >= LEAST_SHARE * forwarded;
  const isQueued = rooms.some(({ view }) => view.room === entry.room && view.state !== 'open');
  return entry.rule === null && entry.room === settings.default.room && !isQueued
    ? entry.forwarded >= LEAST_UNRULED_SHARE * forwarded
    : false;
}

function pressure(merged: Merged, { settings, rooms, calm }: Situation, load: CalmLoad): string | null {
  if (suffers(merged, settings.audit.leastRequests)) {
    const failed = sum(merged.byAddress, (entry) => entry.failed);
    return `the platform fails ${percent(failed / merged.forwarded)} of its requests`;
  }
  const engaged = rooms.find(({ view }) => view.state === 'engaged');
  if (engaged === undefined || calm === null) return null;
  const climbs =
    load.forwardedPerMinute >= LOAD_CLIMB * calm.forwardedPerMinute &&
    load.unqueuedPerMinute - calm.unqueuedPerMinute >= settings.audit.leastRequests &&
    load.unqueuedPerMinute >= UNQUEUED_CLIMB * calm.unqueuedPerMinute;
  return climbs
    ? `room ${engaged.view.room} is engaged and the load of the platform climbs all the same`
    : null;
}

function surge(entry: AddressCount, merged: Merged, why: string): FoundNow {
  const share = entry.forwarded / merged.forwarded;
  const way = entry.rule === null ? 'without any rule' : `by the bypass ${JSON.stringify(entry.rule)}`;
  return {
    key: `surge|${entry.host}${entry.pathShape}`,
    kind: 'unqueued-surge',
    // What no rule knows is in the default room, and waits as soon as that one fills.
    severity: entry.rule === null ? 'info' : 'warning',
    summary: `${entry.host}${entry.pathShape} takes ${percent(share)} of the platform’s requests ${way}, while ${why}.`,
    evidence: {
      host: entry.host,
      pathShape: entry.pathShape,
      share,
      addressShare: share,
      requestsPerMinute: Math.round((entry.forwarded * 60) / merged.windowSeconds),
      examples: entry.examples,
    },
    room: entry.room,
    proposedRule: null,
  };
}
