/** Makes of a judged request the order to the forwarder: the same bytes, with the gate's stamp and the request's id. */
import type { IncomingMessage } from 'node:http';
import type { Settings } from '../config/settings.ts';
import { signStamp } from './audit/stamp.ts';
import type { Clock } from './clock.ts';
import type { AnswerAdditions, ForwardOrder, PlatformAnswer } from './forward/words.ts';
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
}

/** Where the stamp names no room. */
const NO_ROOM = '-';

export function createOrders(parts: {
  settings: Settings;
  ring: KeyRing;
  trusts: NetworkMatcher;
  clock: Clock;
}) {
  const { settings, ring, trusts, clock } = parts;

  function stamp({ judged, classified, room }: Ordered): string {
    const key = ring.set.stamp;
    return signStamp(key.kid, key.sign, {
      unixSeconds: Math.floor(clock.wallMs() / 1_000),
      room: room ?? NO_ROOM,
      class: classified.class,
      method: judged.method,
      host: judged.authority,
      pathAndQuery: judged.target,
    });
  }

  return (ordered: Ordered, onAnswer: (answer: PlatformAnswer) => AnswerAdditions): ForwardOrder => {
    const { judged, request, id, classified } = ordered;
    return {
      upstream: classified.upstream,
      method: judged.method,
      target: judged.target,
      authority: judged.authority,
      scheme: judged.scheme,
      clientAddress: judged.clientAddress,
      trustForwarded: trusts(request.socket.remoteAddress ?? ''),
      add: ['headgate-stamp', stamp(ordered), 'x-request-id', id],
      cookiePrefix: settings.cookies.prefix,
      onAnswer,
    };
  };
}

export type Orders = ReturnType<typeof createOrders>;
