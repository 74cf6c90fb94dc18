/** Judges a load by the laws of the line, over everybody whom any of its processes sent. */
import { calledOutOfOrder, changedNumbers, grownPositions, sharedNumbers } from '../laws.ts';
import type { Law, LoadLaws, LoadResult } from '../load-words.ts';
import type { Evidence } from './worker-words.ts';

/** Gateways see each other's calls at their next tick, and a view is up to a second old. */
const TOLERANCE_MS = 1_500;
const EXAMPLES = 5;

export function judgeLaws(evidence: readonly Evidence[]): LoadLaws {
  const visitors = evidence.filter(({ isTab }) => !isTab);
  return {
    grownPositions: lawOf(grownPositions(evidence)),
    changedNumbers: lawOf(changedNumbers(evidence)),
    sharedNumbers: lawOf(sharedNumbers(visitors)),
    calledOutOfOrder: lawOf(calledOutOfOrder(evidence, TOLERANCE_MS)),
    lostPlaces: lawOf(lostPlaces(evidence)),
  };
}

function lostPlaces(evidence: readonly Evidence[]): string[] {
  return evidence.flatMap(({ group, room, number, lostPlaces: unknown, outcome }) => [
    ...(unknown > 0
      ? [`${group}, ${room} ${number}: told ${unknown} times that there is no such ticket`]
      : []),
    ...(outcome === 'thrown-out' ? [`${group}, ${room} ${number}: was inside and was told to wait`] : []),
  ]);
}

function lawOf(breaches: readonly string[]): Law {
  return { breaches: breaches.length, examples: breaches.slice(0, EXAMPLES) };
}

/** Of all who were admitted, by group, real ms. */
export function waitsOf(evidence: readonly Evidence[]): LoadResult['waitsMs'] {
  return byGroup(evidence, ({ admittedAtMs }) => admittedAtMs);
}

/** Of all who were in line until it was stopped, by group, real ms. */
export function unendedWaitsOf(evidence: readonly Evidence[]): LoadResult['unendedWaitsMs'] {
  return byGroup(evidence, ({ admittedAtMs, goneAtMs, outcome }) =>
    admittedAtMs === null && outcome === 'stopped' ? goneAtMs : null,
  );
}

/** `endOf`: until when somebody waited; null: does not count. */
function byGroup(
  evidence: readonly Evidence[],
  endOf: (one: Evidence) => number | null,
): Record<string, number[]> {
  const waits: Record<string, number[]> = {};
  for (const one of evidence) {
    const endMs = one.isTab ? null : endOf(one);
    if (endMs === null) continue;
    waits[one.group] ??= [];
    waits[one.group]!.push(endMs - one.arrivedAtMs);
  }
  return waits;
}

export function drawOf(evidence: readonly Evidence[], beginsAtMs: number): LoadResult['draw'] {
  return evidence.flatMap(({ group, isTab, room, lane, number, arrivedAtMs }) =>
    isTab || number === null || room === null
      ? []
      : [{ group, room, lane: lane ?? 'default', arrivedAtMs: arrivedAtMs - beginsAtMs, rank: number }],
  );
}
