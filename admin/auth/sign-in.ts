/** Finds who asks: by a token of this API, by the configured admin token, or by an issuer's token. */
import type { Clock } from '../../gateway/clock.ts';
import { AdminError } from '../errors.ts';
import type { AdminLog } from '../log.ts';
import { createOidc, type OidcSettings } from './oidc.ts';
import { ENVIRONMENT_NAME, MADE_BY_ITSELF, type TokenTable } from './token-table.ts';
import { hashOfSecret, isSameHash, readToken } from './token-text.ts';
import type { Auth, SignIn, TokenView } from './words.ts';

export interface AuthParts {
  tokens: TokenTable;
  /** HEADGATE_ADMIN_TOKEN. */
  environmentToken: string | undefined;
  oidc: OidcSettings | null;
  clock: Clock;
  log: AdminLog;
}

const LEAST_TOKEN_LENGTH = 20;

const NO_TOKEN: SignIn = refused('send `authorization: Bearer <token>`', false);
const BAD_TOKEN: SignIn = refused('this token is unknown, expired or withdrawn', true);
/** Compared with where there is no such token, so that its absence takes as long. */
const NO_HASH = hashOfSecret('');

/** Throws AdminError HG_CONFIG where HEADGATE_ADMIN_TOKEN is too short. */
export function createAuth({ tokens, environmentToken, oidc, clock, log }: AuthParts): Auth {
  const environmentHash = readEnvironmentToken(environmentToken);
  const byIssuer = oidc && createOidc(oidc, clock, log);

  const byTable = (text: string): SignIn => {
    const read = readToken(text);
    const found = read && tokens.find(read.id);
    const isSame = isSameHash(hashOfSecret(read?.secret ?? ''), found?.hash ?? NO_HASH);
    if (!found || !isSame || !tokens.isGood(found.view)) return BAD_TOKEN;
    const { name, role, rooms } = found.view;
    noteUse(tokens, found.view, log);
    return { kind: 'actor', actor: { name: `token:${name}`, role, rooms } };
  };

  return {
    async signIn(authorization) {
      if (authorization === undefined || authorization.trim() === '') return NO_TOKEN;
      const text = bearerOf(authorization);
      if (text === null) return refused('only bearer tokens are taken', true);
      // Node hands header bytes on as Latin-1, each a character.
      const hash = hashOfSecret(Buffer.from(text, 'latin1'));
      if (environmentHash && isSameHash(hash, environmentHash))
        return { kind: 'actor', actor: { name: `token:${ENVIRONMENT_NAME}`, role: 'admin', rooms: null } };
      return byIssuer && looksLikeJwt(text) ? byIssuer(text) : byTable(text);
    },
    isConfigured: () =>
      environmentHash !== null ||
      oidc !== null ||
      tokens.list().some((view) => isForPeople(view) && tokens.isGood(view)),
  };
}

/** Nobody can look at anything with what an observer has, or with what headgate made by itself. */
function isForPeople({ createdBy, role }: TokenView): boolean {
  return createdBy !== MADE_BY_ITSELF && role !== 'observer';
}

function readEnvironmentToken(text: string | undefined): Buffer | null {
  const token = text?.trim() ?? '';
  if (token === '') return null;
  if (token.length >= LEAST_TOKEN_LENGTH) return hashOfSecret(Buffer.from(token));
  throw new AdminError(
    'HG_CONFIG',
    `HEADGATE_ADMIN_TOKEN: must have at least ${LEAST_TOKEN_LENGTH} characters, so that it cannot be guessed (environment)`,
  );
}

/** A disk that takes nothing keeps nobody out who only wants to look. */
function noteUse(tokens: TokenTable, view: Parameters<TokenTable['noteUse']>[0], log: AdminLog): void {
  try {
    tokens.noteUse(view);
  } catch (error) {
    log.say('warn', { error: (error as Error).message }, 'the use of a token was not written down');
  }
}

function bearerOf(authorization: string): string | null {
  const [scheme, ...rest] = authorization.trim().split(' ');
  return scheme?.toLowerCase() === 'bearer' ? rest.join(' ').trim() : null;
}

function looksLikeJwt(text: string): boolean {
  return text.split('.').length === 3;
}

function refused(detail: string, isGuess: boolean): SignIn {
  return { kind: 'refused', code: 'HG_UNAUTHENTICATED', detail, isGuess };
}
