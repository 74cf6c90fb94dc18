/** The demo platform tells the admin process what came around the gate, once both are up: nothing waits for it, and no start fails by it. */
import type { Settings } from '../config/settings.ts';
import type { AdminProcess } from './control/admin-process.ts';
import type { Log } from './observe/logger.ts';

/** A platform that an observer can be mounted in. */
export interface ObservedPlatform {
  observe(observer: {
    stampKeys: string;
    reportTo: string;
    tokenFile: string;
    log(line: string): void;
  }): Promise<void>;
}

export interface DemoObserverParts {
  platform: ObservedPlatform;
  /** Null as long as it is not up. */
  admin(): AdminProcess | null;
  settings: Pick<Settings, 'keys'>;
  log: Pick<Log, 'say'>;
}

/** The admin process may come up later: its port may be taken for now. */
const LOOK_AGAIN_MS = 1_000;

export function observeDemo(parts: DemoObserverParts): void {
  const again = () => setTimeout(() => observeDemo(parts), LOOK_AGAIN_MS).unref();
  begin(parts).then(
    (isBegun) => isBegun || again(),
    (error) =>
      parts.log.say('warn', { error: String(error) }, 'nobody tells what comes around the gate of the demo'),
  );
}

/** False: there is nobody to tell yet. */
async function begin({ platform, admin, settings, log }: DemoObserverParts): Promise<boolean> {
  const up = admin();
  const reportTo = up?.url() ?? null;
  if (up === null || reportTo === null) return false;
  await platform.observe({
    ...{ stampKeys: settings.keys.path, reportTo, tokenFile: await up.observerToken() },
    log: (line) => log.say('warn', {}, line),
  });
  return true;
}
