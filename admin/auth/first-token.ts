/** Where nobody has configured a way to sign in: a token in a file that only its owner can read, and the loopback alone to listen on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOwnerOnly } from '../../gateway/owner-only-file.ts';
import { AdminError } from '../errors.ts';
import { FIRST_TOKEN_BY } from './sign-in.ts';
import type { TokenTable } from './token-table.ts';
import { hashOfSecret, isSameHash, readToken } from './token-text.ts';
import type { Auth } from './words.ts';

const FIRST_TOKEN_NAME = 'first start';

/** Throws AdminError HG_CONFIG: without a configured token the API is for this host alone. */
export function refuseOpenHost(host: string, auth: Pick<Auth, 'isConfigured'>): void {
  if (isLoopback(host) || auth.isConfigured()) return;
  throw new AdminError(
    'HG_CONFIG',
    `listen.admin.host: ${host} can be reached by others, and no token is configured; set HEADGATE_ADMIN_TOKEN or admin.oidc, or make one with "headgate keys token new --role admin --name <name>", or listen on 127.0.0.1`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The path of the file with the first token, made where it is missing; null where a token is configured. Throws AdminError HG_CONTROL_UNWRITABLE. */
export async function keepFirstToken(
  dataPath: string,
  auth: Pick<Auth, 'isConfigured'>,
  tokens: TokenTable,
): Promise<string | null> {
  if (auth.isConfigured()) return null;
  const path = join(dataPath, 'admin', 'token');
  if (isStillGood(path, tokens)) return path;
  for (const view of tokens.list())
    if (view.createdBy === FIRST_TOKEN_BY) tokens.revoke(view.id, FIRST_TOKEN_BY, 'its file is gone');
  const { text } = tokens.add(
    {
      name: FIRST_TOKEN_NAME,
      role: 'admin',
      rooms: null,
      expiresInHours: null,
      reason: 'none is configured',
    },
    FIRST_TOKEN_BY,
  );
  await writeOwnerOnly(path, `${text}\n`).catch((error) => {
    throw new AdminError('HG_CONTROL_UNWRITABLE', `${path} cannot be written (${error.code})`, {
      cause: error,
    });
  });
  return path;
}

function isStillGood(path: string, tokens: TokenTable): boolean {
  const read = readToken(textOf(path).trim());
  const found = read && tokens.find(read.id);
  return !!found && tokens.isGood(found.view) && isSameHash(hashOfSecret(read.secret), found.hash);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, or not to be read: another one is made.
    return '';
  }
}
