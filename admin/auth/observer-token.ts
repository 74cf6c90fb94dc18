/** A token for an observer on this host, which nobody has to make by hand. */
import { join } from 'node:path';
import { keepTokenFile } from './token-file.ts';
import type { TokenTable } from './token-table.ts';

const NAME = 'observer of this host';

/** The path of its file. Throws AdminError HG_CONTROL_UNWRITABLE, HG_CONFLICT. */
export async function keepObserverToken(dataPath: string, tokens: TokenTable): Promise<string> {
  const path = join(dataPath, 'admin', 'observer-token');
  await keepTokenFile(path, { name: NAME, role: 'observer', reason: 'for the demo platform' }, tokens);
  return path;
}
