/** Signs in by bearer tokens of an OpenID Connect issuer. An issuer that cannot be reached costs nobody more than a few seconds, and a clear refusal. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../../gateway/clock.ts';
import type { AdminLog } from '../log.ts';
import { type ClaimNames, readClaims } from './claims.ts';
import type { SignIn } from './words.ts';

export interface OidcSettings extends ClaimNames {
  issuer: string;
  audience: string;
}

/** Public keys alone: a token signed with what everybody knows is none. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 30;
const TIMEOUT_MS = 3_000;
/** After a failure the issuer is left alone for so long. */
const COOL_DOWN_MS = 10_000;
/** Unknown keys make us ask again at most so often. */
const KEYS_COOL_DOWN_MS = 30_000;
/** A key that the issuer withdraws is believed for so long. */
const KEYS_MAX_AGE_MS = 600_000;
const MOST_NAME_LENGTH = 200;

class IssuerUnreachable extends Error {}

export function createOidc(
  settings: OidcSettings,
  clock: Clock,
  log: AdminLog,
): (token: string) => Promise<SignIn> {
  const keys = discoveredKeys(settings.issuer, clock);
  const { issuer, audience } = settings;
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(clock.wallMs()),
      });
      return actorOf(payload, settings);
    } catch (error) {
      return refusal(error, log);
    }
  };
}

function actorOf(claims: Record<string, unknown>, settings: OidcSettings): SignIn {
  const read = readClaims(claims, settings);
  const detail = `the issuer’s token names no role of this API in the claim ${settings.rolesClaim}`;
  if (read === null) return { kind: 'refused', code: 'HG_FORBIDDEN', detail, isGuess: false };
  const subject = String(claims.sub)
    .slice(0, MOST_NAME_LENGTH)
    .replace(/\p{Cc}/gu, ' ');
  return { kind: 'actor', actor: { name: `oidc:${subject}`, ...read } };
}

function refusal(error: unknown, log: AdminLog): SignIn {
  const isOutage =
    error instanceof IssuerUnreachable || error instanceof errors.JWKSTimeout || !isJose(error);
  if (isOutage) log.say('warn', { error: String(error) }, 'the issuer’s keys could not be read');
  const detail = isOutage
    ? 'the issuer of this token cannot be reached, so it cannot be verified'
    : 'the issuer’s token is not good (signature, issuer, audience or time)';
  return { kind: 'refused', code: 'HG_UNAUTHENTICATED', detail, isGuess: !isOutage };
}

/** A bare JOSEError: the issuer answered its keys' address with something else. */
function isJose(error: unknown): boolean {
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

/** Finds the keys by the issuer's discovery document, when they are first needed. */
function discoveredKeys(issuer: string, clock: Clock): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | null = null;
  let failedMs = Number.NEGATIVE_INFINITY;
  const find = () => {
    if (clock.monotonicMs() - failedMs < COOL_DOWN_MS) throw new IssuerUnreachable('asked a moment ago');
    found ??= discover(issuer).catch((error) => {
      found = null;
      failedMs = clock.monotonicMs();
      throw new IssuerUnreachable(String(error), { cause: error });
    });
    return found;
  };
  return async (header, token) => (await find())(header, token);
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  if (!answer.ok) throw new Error(`discovery answered ${answer.status}`);
  const document = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (document.issuer !== issuer) throw new Error('the discovery document is of another issuer');
  return createRemoteJWKSet(new URL(String(document.jwks_uri)), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: KEYS_COOL_DOWN_MS,
    cacheMaxAge: KEYS_MAX_AGE_MS,
  });
}
