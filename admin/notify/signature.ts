/** Proof that a post is ours and not an old one: HMAC-SHA-256 over its time and its body. */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export const SIGNATURE_HEADER = 'headgate-signature';

/** `t=<unix s>,v1=<hex>`; the receiver computes v1 over `<t>.<body>` and refuses a t that is minutes off. */
export function signature(secret: string, unixSeconds: number, body: string): string {
  const proof = createHmac('sha256', secret).update(`${unixSeconds}.${body}`).digest('hex');
  return `t=${unixSeconds},v1=${proof}`;
}

export type SecretRead = { kind: 'read'; secret: string } | { kind: 'missing'; why: string };

/** Read anew each time, so that another secret needs no restart. The line's end that editors add is no part of it. */
export async function readSecret(file: string): Promise<SecretRead> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    return secret === '' ? { kind: 'missing', why: `${file} is empty` } : { kind: 'read', secret };
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return { kind: 'missing', why: `${file} cannot be read (${code})` };
  }
}
