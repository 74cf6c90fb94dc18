/** Where Debian keeps a shared library, whatever the machine's architecture. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Path of `name` within a folder of libraries; throws where it is not installed. */
export function findLibrary(name: string): string {
  const folders = ['/usr/lib', '/usr/local/lib'].filter((folder) => existsSync(folder));
  const paths = folders.flatMap((folder) => [
    join(folder, name),
    ...readdirSync(folder)
      .filter((entry) => entry.includes('-linux-'))
      .map((entry) => join(folder, entry, name)),
  ]);
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}
