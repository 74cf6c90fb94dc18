/** What holds of every sale of seats: all are sold, once, and nobody inside hears that there is none. */
import type { Outcome } from '../../../load-tests/visitors/words.ts';
import type { SeatsOutcome, SeatsRun } from './seats.ts';

export function breachesOf(outcome: SeatsOutcome, run: SeatsRun): string[] {
  const { sold, records, requestsWhenSoldOut, toldWhenSoldOut } = outcome;
  const registered = records.filter(({ outcome: end }) => end === 'registered');
  const inside = records.filter(({ admittedAtMs }) => admittedAtMs !== null);
  const disappointed = inside.filter(({ outcome: end }) => !isFairEnd(end));
  const unseen = registered.filter(({ sawConfirmation }) => sawConfirmation !== true);
  const outside = records.filter(
    ({ admittedAtMs, outcome: end }) => admittedAtMs === null && end !== 'soldout',
  );
  return [
    ...(sold === run.seats ? [] : [`${sold} of ${run.seats} seats were sold`]),
    ...(registered.length === sold ? [] : [`${registered.length} registered, and ${sold} were sold`]),
    ...disappointed.map(({ outcome: end, number }) => `${number} was inside and ended as ${end}`),
    ...unseen.map(({ number }) => `${number} registered and did not see it`),
    ...outside.map(
      ({ outcome: end, number }) => `${number} waited and was told ${end}, not that it is sold out`,
    ),
    ...(requestsWhenSoldOut === 0
      ? []
      : [`${requestsWhenSoldOut} requests reached the platform when all was sold`]),
    ...(toldWhenSoldOut.join() === 'soldout' ? [] : [`late comers were told ${toldWhenSoldOut.join(', ')}`]),
  ];
}

/** Whoever was inside ended as was planned: with a seat, or by giving it up. */
function isFairEnd(end: Outcome | null): boolean {
  return end === 'registered' || end === 'left';
}
