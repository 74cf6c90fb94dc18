/** Proves a draw from what was published: the seed is the one committed to, and a ticket's place is what the seed makes of its number. Pure. */
import { drawCommitment, drawOf } from '../line/draw.ts';
import type { HeldPlace, Proof, PublishedDraw } from './words.ts';

export interface ProofAsked {
  draw: PublishedDraw;
  held: HeldPlace | null;
  /** Written down before the opening; null: nobody did. */
  notedCommitment: string | null;
  /** Whether all places are to be worked out. */
  all: boolean;
}

interface Judged {
  holds: boolean;
  text: string;
}

export function proveDraw({ draw, held, notedCommitment, all }: ProofAsked): Proof {
  const { room, commitment, seed, size, base } = draw;
  const seedDigest = drawCommitment(Buffer.from(seed, 'hex'));
  const rank = drawOf(Buffer.from(seed, 'hex'), size);
  const drawn = held && isDrawn(held, draw) ? base + rank(held.prequeueNumber - base) : null;
  const isPermutation = all ? isBijective(rank, size) : null;
  const judged = [
    seedIsCommitted(commitment, seedDigest),
    ...(notedCommitment === null ? [] : [sameCommitment(commitment, notedCommitment)]),
    ...(held === null ? [] : judgePlace(held, draw, drawn)),
    ...(isPermutation === null ? [] : [judgeAll(isPermutation, draw)]),
  ];
  return {
    ok: judged.every(({ holds }) => holds),
    ...{ room, commitment, seedDigest, seed, size, base },
    ticket: held && { prequeueNumber: held.prequeueNumber, place: held.place, drawn },
    isPermutation,
    said: judged.map(({ text }) => text),
  };
}

function seedIsCommitted(commitment: string, digest: string): Judged {
  const holds = commitment === digest;
  return holds
    ? { holds, text: `The seed is the one that was committed to: its SHA-256 is ${commitment}.` }
    : {
        holds,
        text: `The seed is NOT the one that was committed to: its SHA-256 is ${digest}, the commitment ${commitment}.`,
      };
}

function sameCommitment(published: string, noted: string): Judged {
  const holds = published === noted;
  return holds
    ? { holds, text: 'The commitment is the same that you noted.' }
    : { holds, text: `The commitment is NOT the one that you noted: ${noted} became ${published}.` };
}

function isDrawn({ prequeueNumber }: HeldPlace, { base, size }: PublishedDraw): boolean {
  return prequeueNumber > base && prequeueNumber <= base + size;
}

function judgePlace(held: HeldPlace, draw: PublishedDraw, drawn: number | null): Judged[] {
  if (held.room !== null && draw.room !== null && held.room !== draw.room)
    return [{ holds: false, text: `The ticket is of ${held.room}, and the draw of ${draw.room}.` }];
  const { prequeueNumber: number, place } = held;
  const { base, size } = draw;
  if (drawn === null)
    return [
      {
        holds: false,
        text: `Number ${number} took no part: numbers ${base + 1} to ${base + size} were drawn.`,
      },
    ];
  const which = base === 0 ? `Number ${number}` : `Number ${number}, in the draw ${number - base}`;
  const what = `${which} of ${size} was drawn to place ${drawn}`;
  if (place === null) return [{ holds: true, text: `${what}.` }];
  return place === drawn
    ? [{ holds: true, text: `${what}, and that is the place it has.` }]
    : [{ holds: false, text: `${what}, and it has ${place}: that is NOT what was drawn.` }];
}

function judgeAll(holds: boolean, { base, size }: PublishedDraw): Judged {
  const which = `places ${base + 1} to ${base + size}`;
  return {
    holds,
    text: holds ? `All of ${which} were given, each once.` : `NOT all of ${which} were given once.`,
  };
}

function isBijective(rank: (k: number) => number, size: number): boolean {
  const given = new Uint8Array(size);
  for (let k = 1; k <= size; k++) given[rank(k) - 1]! += 1;
  return given.every((times) => times === 1);
}
