/** A folder of signing keys that several gateways share, made as an operator makes it. */
import { join } from 'node:path';
import { startChild } from '../../load-tests/child-process.ts';
import { tempFolder } from './temp-folder.ts';

/** Resolves with the path of the keys folder. */
export async function sharedKeys(): Promise<string> {
  const data = await tempFolder();
  const made = startChild('gateway/main.ts', ['keys', 'new'], { HEADGATE_DATA: data });
  if ((await made.ended) !== 0) throw new Error(`no keys were made:\n${made.output()}`);
  return join(data, 'keys');
}
