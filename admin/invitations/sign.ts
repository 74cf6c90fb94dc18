/**
 * Signs the invitations of a batch with the batch's own key, which a gateway hands over sealed for one use: the gate's
 * keys never come here, and neither the store nor a report ever holds an invitation.
 */
import { randomBytes } from 'node:crypto';
import { CompactSign, compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import type { CommandWords } from '../../gateway/control/words.ts';

type OpenCommand = Extract<CommandWords, { kind: 'invitations' }>;

/** What a gateway answers. */
interface Opened {
  header: { alg: string; typ: string; kid: string };
  claims: Record<string, string | number>;
  sealedKey: string;
}

const ID_BYTES = 16;
/** So many are signed before other requests have their turn. */
const AT_ONCE = 200;

/** `open` has a gateway carry the command out and answers what it said. */
export async function signBatch(
  batch: OpenCommand['batch'],
  count: number,
  open: (words: OpenCommand) => Promise<unknown>,
): Promise<string[]> {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const opened = await open({ kind: 'invitations', batch, sealTo: { ...(await exportJWK(publicKey)) } });
  const { header, claims, sealedKey } = opened as Opened;
  const { plaintext: key } = await compactDecrypt(sealedKey, privateKey, {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  const sign = () =>
    new CompactSign(
      Buffer.from(JSON.stringify({ ...claims, jti: randomBytes(ID_BYTES).toString('base64url') })),
    )
      .setProtectedHeader(header)
      .sign(key);
  const signed: string[] = [];
  while (signed.length < count) {
    const more = Math.min(AT_ONCE, count - signed.length);
    signed.push(...(await Promise.all(Array.from({ length: more }, sign))));
  }
  return signed;
}
