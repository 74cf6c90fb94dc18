/** The secret that opening draws are made of: it stays with the gateways, so that nobody can compute an order before the opening. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badKeys, writeSecretFile } from './key-files.ts';

/** Never rotated: the commitment to a draw is published long before its opening. */
const FILE = 'draw.secret';
const SECRET_BYTES = 32;

/** Throws HG_KEYS_MISSING where it is not there and must not be made (a shared store: each gateway would have its own). */
export async function openDrawSecret(folder: string, mayMake: boolean): Promise<Buffer> {
  const path = join(folder, FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw badKeys(path, `the draw's secret cannot be read (${error.code})`, error);
  });
  if (text === null) {
    if (!mayMake) throw badKeys(path, 'the draw’s secret is missing; copy it from another gateway');
    const secret = randomBytes(SECRET_BYTES);
    await writeSecretFile(folder, FILE, `${secret.toString('base64url')}\n`);
    return secret;
  }
  const secret = Buffer.from(text.trim(), 'base64url');
  if (secret.length < SECRET_BYTES)
    throw badKeys(path, `the draw's secret must have at least ${SECRET_BYTES} bytes in base64url`);
  return secret;
}
