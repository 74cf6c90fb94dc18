/** What a visitor in a later lane may do about it: the work that exchanges the place for one in the default lane. */
import type { LiveRoom } from '../rooms.ts';
import type { Ticket } from '../token-claims.ts';
import { isLaterLane } from './lanes.ts';
import type { Price } from './price.ts';
import type { Proofs } from './proof.ts';

export interface OfferedProof {
  /** The proof is this, a dot, and a decimal number. */
  challenge: string;
  /** Zero bits with which the proof's SHA-256 must begin. */
  bits: number;
}

/** `now`: room time, ms. Null: the place is in no later lane, or no proof is asked for. */
export type Offer = (room: LiveRoom, ticket: Ticket, address: string, now: number) => OfferedProof | null;

export function createOffer(price: Pick<Price, 'bits'>, proofs: Pick<Proofs, 'challenge'>): Offer {
  return (room, ticket, address, now) => {
    if (!isLaterLane(ticket.lane) || ticket.provisional !== null) return null;
    const bits = price.bits(room, address);
    if (bits === null) return null;
    return { challenge: proofs.challenge({ room: room.name, ticketId: ticket.id }, bits, now), bits };
  };
}
