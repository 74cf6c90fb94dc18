/** Where nobody has configured a way to sign in: a token in a file that only its owner can read, and the loopback alone to listen on. */
import { join } from 'node:path';
import { AdminError } from '../errors.ts';
import { keepTokenFile } from './token-file.ts';
import type { TokenTable } from './token-table.ts';
import type { Auth } from './words.ts';

const NAME = 'first start';

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
  await keepTokenFile(path, { name: NAME, role: 'admin', reason: 'none is configured' }, tokens);
  return path;
}
