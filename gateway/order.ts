/** Makes of a judged request the order to the forwarder: the same bytes, with the gate's stamp and the request's id. */
import type { IncomingMessage } from 'node:http';
import type { Settings } from '../config/settings.ts';
import { signStamp } from './audit/stamp.ts';
import type { Clock } from './clock.ts';
import type { AnswerAdditions, ForwardOrder, PlatformAnswer } from './forward/words.ts';
import type { Passage } from './in-flight.ts';
import type { RequestTrace } from './observe/traces.ts';
import type { KeyRing } from './request/keys.ts';
import type { NetworkMatcher } from './request/networks.ts';
import type { Classified, JudgedRequest } from './request/words.ts';

export type Passable = Classified & { kind: 'room' | 'bypass' };

export interface Ordered {
  request: IncomingMessage;
  id: string;
  judged: JudgedRequest;
  classified: Passable;
  /** null: a rule let it by. */
  room: string | null;
  /** Its session began with an earlier request. */
  isInside: boolean;
  trace?: RequestTrace | null;
}

/** Stamps remembered within a second. */
const MAX_STAMPS = 1_000;

/** Where the stamp names no room. */
const NO_ROOM = '-';
/** A rehearsal's stamps all name it, those that name no room as well: an observer keeps them out of its books by that. */
const noRoomOf = (rehearsal: string | null) => (rehearsal === null ? NO_ROOM : `~${rehearsal}~${NO_ROOM}`);

export function createOrders(parts: {
  settings: Settings;
  ring: KeyRing;
  trusts: NetworkMatcher;
  clock: Clock;
  /** Null: the requests are real visitors'. */
  rehearsal: string | null;
}) {
  const { settings, ring, trusts, clock, rehearsal } = parts;
  const noRoom = noRoomOf(rehearsal);

  /** Within one second everybody asks a launch's page alike: the same stamp serves them all. */
  let second = 0;
  const stamps = new Map<string, string>();

  function stamp({ judged, classified, room }: Ordered): string {
    const unixSeconds = Math.floor(clock.wallMs() / 1_000);
    if (unixSeconds !== second) {
      stamps.clear();
      second = unixSeconds;
    }
    const { method, authority, target } = judged;
    const known = `${method} ${authority} ${target} ${room} ${classified.class}`;
    const remembered = stamps.get(known);
    if (remembered !== undefined) return remembered;
    const { kid, sign } = ring.set.stamp;
    const facts = {
      unixSeconds,
      room: room ?? noRoom,
      class: classified.class,
      method,
      host: authority,
      pathAndQuery: target,
    };
    const made = signStamp(kid, sign, facts);
    if (stamps.size < MAX_STAMPS) stamps.set(known, made);
    return made;
  }

  return (
    ordered: Ordered,
    onAnswer: (answer: PlatformAnswer) => AnswerAdditions,
    passage: Passage,
  ): ForwardOrder => {
    const { judged, request, id, classified } = ordered;
    const add = ['headgate-stamp', stamp(ordered), 'x-request-id', id];
    if (rehearsal !== null) add.push('headgate-rehearsal', rehearsal);
    if (ordered.trace) add.push(...ordered.trace.sent(classified.upstream));
    return {
      upstream: classified.upstream,
      method: judged.method,
      target: judged.target,
      authority: judged.authority,
      scheme: judged.scheme,
      clientAddress: judged.clientAddress,
      trustForwarded: trusts(request.socket.remoteAddress ?? ''),
      add,
      cookiePrefix: settings.cookies.prefix,
      rank: { class: classified.class, inside: ordered.isInside, room: ordered.room },
      onAnswer(answer) {
        passage.onAnswer(answer);
        return onAnswer(answer);
      },
      follower: passage,
    };
  };
}

export type Orders = ReturnType<typeof createOrders>;
