/** Begins a session that was given: its lease is remembered, and its visitor gets a pass. */
import type { RoomView, SessionFacts } from '../line/words.ts';
import type { Inside, PassOn } from './admission.ts';
import type { AdmitAsk, NewcomerWatch } from './admit.ts';
import type { Lease, Leases } from './leases.ts';
import { issuePass, passFacts } from './passes.ts';
import type { Tokens } from './tokens.ts';

export interface PlaceFacts {
  id: string;
  lane: string;
  epoch: number;
  number: number;
}

export type Begin = (
  ask: AdmitAsk,
  view: RoomView,
  place: PlaceFacts,
  session: SessionFacts,
  more?: { dropRooms?: readonly string[]; isNew?: boolean },
) => Promise<PassOn>;

export interface BeginParts {
  leases: Leases;
  tokens: Tokens;
  protection: Pick<NewcomerWatch, 'admitted'>;
}

export function createBegin({ leases, tokens, protection }: BeginParts): Begin {
  return async (ask, view, place, session, { dropRooms = [], isNew = false } = {}) => {
    protection.admitted(ask.room);
    const lease = leases.keep(ask.room.name, session, true);
    const facts = passFacts(place, session, view.fence, isNew);
    const pass = await issuePass(tokens, ask.room, view, facts, ask.bind);
    return passOn(lease, pass, true, dropRooms);
  };
}

export function passOn(
  lease: Lease,
  pass: string,
  isNew: boolean,
  dropRooms: readonly string[] = [],
): PassOn {
  const inside: Inside = { lease, pass, isNew, isFirst: lease.isAnswering, hasBegun: false, dropRooms };
  return { kind: 'pass-on', state: 'admitted', inside, release: null };
}
