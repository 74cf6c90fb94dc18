/** Where the programs are that the tests need beyond npm, and which of Debian's packages has each. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Tool {
  /** What tests call it, and Debian's package. */
  name: string;
  /** Names it goes by. */
  commands: readonly string[];
  neededFor: string;
}

export const TOOLS = {
  redis: { name: 'redis-server', commands: ['redis-server'], neededFor: 'the Redis store' },
  redisCli: { name: 'redis-tools', commands: ['redis-cli'], neededFor: 'looks into Redis, and its clusters' },
  faketime: { name: 'faketime', commands: ['faketime'], neededFor: 'clocks that jump' },
  chromium: {
    name: 'chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    neededFor: 'journeys in a browser',
  },
  nginx: { name: 'nginx', commands: ['nginx'], neededFor: 'the caching proxy in front' },
} as const satisfies Record<string, Tool>;

/** Path of the tool's program; null where it is not installed. */
export function findTool(tool: Tool, path = process.env.PATH ?? ''): string | null {
  // Debian keeps servers in sbin, which is not on every user's PATH.
  const folders = [...path.split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const command of tool.commands) {
    const found = folders.map((folder) => join(folder, command)).find(isExecutable);
    if (found) return found;
  }
  return null;
}

/** Path of the tool's program; throws where it is not installed, so that no test is skipped in silence. */
export function toolPath(tool: Tool): string {
  const path = findTool(tool);
  if (path === null) throw new Error(`${tool.name} is not installed, and is needed for ${tool.neededFor}`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
