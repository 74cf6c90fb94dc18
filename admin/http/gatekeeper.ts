/** Lets nobody under /v1 who has not signed in, and slows down who guesses. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../gateway/clock.ts';
import { createFailures } from '../auth/failures.ts';
import type { Auth, SignIn } from '../auth/words.ts';
import { AdminError } from '../errors.ts';
import type { Actor } from '../words.ts';

const GUARDED = '/v1';

const actors = new WeakMap<FastifyRequest, Actor>();

/** Who asks. Only of requests under /v1. */
export function actorOf(request: FastifyRequest): Actor {
  const actor = actors.get(request);
  if (actor === undefined) throw new Error('a route outside of /v1 has asked who asks');
  return actor;
}

export function guard(server: FastifyInstance, auth: Auth, clock: Clock): void {
  const failures = createFailures(clock);
  server.addHook('onRequest', async (request) => {
    const path = request.routeOptions.url ?? request.url;
    if (!path.startsWith(GUARDED)) return;
    const signIn = await auth.signIn(request.headers.authorization);
    // A good token passes also from an address where somebody guesses: operators share addresses, and 256 bits are not guessed.
    if (signIn.kind === 'actor') actors.set(request, signIn.actor);
    else throw refusal(signIn, signIn.isGuess ? failures.note(request.ip) : null);
  });
}

function refusal(signIn: SignIn & { kind: 'refused' }, retryAfterSeconds: number | null): AdminError {
  if (retryAfterSeconds === null) return new AdminError(signIn.code, signIn.detail);
  const detail = `too many sign-ins failed from this address; try again in ${retryAfterSeconds} s, with a good token`;
  return new AdminError('HG_TOO_MANY_FAILURES', detail, { retryAfterSeconds });
}
