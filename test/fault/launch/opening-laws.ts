/** What holds of every opening, however busy the machine: nobody before the time, one order at all gateways, and nothing to compute it from. */
import { createHash } from 'node:crypto';
import { proveDraw } from '../../../gateway/draw/proof.ts';
import type { OpeningOutcome } from './opening.ts';

/** Answers of before the time that told anything but to wait. */
export function earlyEntries({ told, opensAtMs }: OpeningOutcome): string[] {
  return told
    .filter(({ atMs, state }) => atMs < opensAtMs && state !== 'prequeue')
    .map(
      ({ atMs, gateway, state }) =>
        `${opensAtMs - atMs} ms before the opening gateway ${gateway} said ${state}`,
    );
}

/** Numbers that a gateway gave and the published seed does not. */
export function undrawnNumbers({ numbers, after }: OpeningOutcome): string[] {
  const { commitment, seed, size, base } = after.draw!;
  const draw = { room: after.room, commitment, seed: seed!, size: size!, base };
  return numbers.flatMap((ofGateway, gateway) =>
    ofGateway.flatMap((place, index) => {
      const held = { room: null, prequeueNumber: index + 1, place };
      const { ok, said } = proveDraw({ draw, held, notedCommitment: null, all: false });
      return ok ? [] : [`gateway ${gateway}: ${said.join(' ')}`];
    }),
  );
}

/** Where the seed, or the secret that it is made of, stood readable before the opening, in any writing. */
export function seedLeaks({ readable, after, drawSecret }: OpeningOutcome): string[] {
  const secrets = [Buffer.from(after.draw!.seed!, 'hex'), Buffer.from(drawSecret, 'base64url')];
  const written = secrets.flatMap((secret) => [
    ...(['hex', 'base64', 'base64url', 'latin1'] as const).map((encoding) => secret.toString(encoding)),
    secret.toString('hex').toUpperCase(),
  ]);
  return Object.entries(readable).flatMap(([where, text]) =>
    written.some((secret) => text.includes(secret)) ? [where] : [],
  );
}

/** Everything public before the opening, tried as the seed itself: no guess gives the commitment. */
export function guessedSeeds({ readable, before }: OpeningOutcome): string[] {
  const { commitment } = before.draw!;
  const words =
    Object.values(readable)
      .join(' ')
      .match(/[\w-]{16,}/g) ?? [];
  return [...new Set(words)].filter((word) =>
    [Buffer.from(word), Buffer.from(word, 'hex'), Buffer.from(word, 'base64url')].some(
      (bytes) => createHash('sha256').update(bytes).digest('hex') === commitment,
    ),
  );
}
