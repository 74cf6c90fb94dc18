/** A token that headgate makes by itself, in a file that only its owner can read: the same one from start to start, as long as it is good. */
import { readFileSync } from 'node:fs';
import { writeOwnerOnly } from '../../gateway/owner-only-file.ts';
import { AdminError } from '../errors.ts';
import { MADE_BY_ITSELF, type NewToken, type TokenTable } from './token-table.ts';
import { hashOfSecret, isSameHash, readToken } from './token-text.ts';

/** Made where the file is missing or says nothing good; the one before is withdrawn. Throws AdminError HG_CONTROL_UNWRITABLE. */
export async function keepTokenFile(
  path: string,
  asked: Pick<NewToken, 'name' | 'role' | 'reason'>,
  tokens: TokenTable,
): Promise<void> {
  if (isStillGood(path, tokens)) return;
  for (const { id, name, createdBy } of tokens.list())
    if (createdBy === MADE_BY_ITSELF && name === asked.name)
      tokens.revoke(id, MADE_BY_ITSELF, 'its file is gone');
  const { text } = tokens.add({ ...asked, rooms: null, expiresInHours: null }, MADE_BY_ITSELF);
  await writeOwnerOnly(path, `${text}\n`).catch((error) => {
    throw new AdminError('HG_CONTROL_UNWRITABLE', `${path} cannot be written (${error.code})`, {
      cause: error,
    });
  });
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
