/** The secret that opening draws are made of: it stays with the gateways, so that nobody can compute an order before the opening. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badKeys, writeSecretFile } from './key-files.ts';

/** Never rotated: the commitment to a draw is published long before its opening. */
export const DRAW_FILE = 'draw.secret';
const SECRET_BYTES = 32;

/** Makes it where there is none; with a shared store only the command line may, or each gateway would have its own. */
export async function openDrawSecret(folder: string): Promise<Buffer> {
  const held = await readDrawSecret(folder);
  if (held) return held;
  const secret = randomBytes(SECRET_BYTES);
  await writeSecretFile(folder, DRAW_FILE, `${secret.toString('base64url')}\n`);
  return secret;
}

/** Null where there is none. Throws HG_KEYS_MISSING for a file that cannot be one. */
export async function readDrawSecret(folder: string): Promise<Buffer | null> {
  const path = join(folder, DRAW_FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw badKeys(path, `the draw's secret cannot be read (${error.code})`, error);
  });
  if (text === null) return null;
  const secret = Buffer.from(text.trim(), 'base64url');
  if (secret.length < SECRET_BYTES)
    throw badKeys(path, `the draw's secret must have at least ${SECRET_BYTES} bytes in base64url`);
  return secret;
}

/** Tells two secrets apart and tells nothing of either: the store may know it. */
export function drawPrint(secret: Buffer): string {
  return createHash('sha256').update('headgate draw print\n').update(secret).digest('base64url').slice(0, 22);
}
