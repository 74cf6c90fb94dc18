/** The demo platform as what is searched: one visit is a registration from the first page to the last. */
import { startChild } from '../../child-process.ts';
import { healthyMode, type Mode } from '../../platform/mode.ts';
import type { PlatformSetting } from '../command/typed.ts';
import type { Capacity } from './words.ts';

/** Pages 1, four read, four posted, thanks. */
export const REQUESTS_A_VISIT = 10;
/** What these ask the database, as load-tests/platform/routes tells: 2 + 4 × 1 + 4 × 2. */
const QUERIES_A_VISIT = 14;
export const DEMO_ADDRESS = '/ereg/newreg.php?eventid=4711';

export interface DemoPlatform {
  url: string;
  mode: Pick<Mode, 'databaseConnections' | 'queryMs'>;
  stop(): Promise<unknown>;
}

export async function startDemo(setting: PlatformSetting): Promise<DemoPlatform> {
  const { databaseConnections, queryMs } = { ...healthyMode(), ...setting };
  const child = startChild('load-tests/platform/main.ts', ['--port', '0']);
  try {
    const url = (await child.printed(/platform on (http:\/\/[^,\s]+)/))[1]!;
    const mode = { databaseConnections, queryMs };
    const told = await fetch(`${url}/_platform/mode`, { method: 'POST', body: JSON.stringify(mode) });
    if (!told.ok) throw new Error(`the demo platform did not take ${JSON.stringify(mode)}`);
    return { url, mode, stop: () => child.kill('SIGTERM') };
  } catch (error) {
    await child.kill();
    throw error;
  }
}

/** What a pool of connections does when none is ever idle: connections ÷ query time. */
export function trueCapacity({ databaseConnections, queryMs }: DemoPlatform['mode']): Capacity {
  const visitsPerSecond = (databaseConnections * 1_000) / queryMs / QUERIES_A_VISIT;
  return {
    visitsPerMinute: visitsPerSecond * 60,
    requestsPerSecond: visitsPerSecond * REQUESTS_A_VISIT,
    inFlight: databaseConnections,
  };
}
