/** What a platform may tell a gate in its answers (`--integrated`): sessions that end, registrations, seats, its build. */
import type { FastifyReply } from 'fastify';
import type { EventInfo } from './events.ts';
import type { Mode } from './mode.ts';
import type { Registrations } from './registrations.ts';

export interface Integration {
  registered(reply: FastifyReply): void;
  ended(reply: FastifyReply): void;
  seats(reply: FastifyReply, event: EventInfo): void;
  build(reply: FastifyReply): void;
}

const silent: Integration = { registered() {}, ended() {}, seats() {}, build() {} };

export function createIntegration(isOn: boolean, mode: Mode, registrations: Registrations): Integration {
  if (!isOn) return silent;
  return {
    registered: (reply) => void reply.header('headgate-session', 'registered'),
    ended: (reply) => void reply.header('headgate-session', 'end'),
    build: (reply) => void reply.header('headgate-build', mode.build),
    seats(reply, event) {
      const left = registrations.seatsLeft(event);
      if (left !== null) reply.header('headgate-seats', String(left));
    },
  };
}
