/** Opens a gateway's ways to its configuration: the link to the admin process, the last known good on disk, its own file. */
import { dirname, resolve } from 'node:path';
import { DEFAULT_FILE, type LoadResult, loadConfig } from '../../config/load.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../observe/logger.ts';
import type { ReportFigures } from '../observe/telemetry-metrics.ts';
import type { OpenedStore } from '../open-store.ts';
import { type Chosen, chooseConfiguration } from './choose.ts';
import { watchFile } from './file-watch.ts';
import { createFollower, type Follower, type FollowerParts } from './follower.ts';
import { lastKnownGood } from './last-known-good.ts';
import type { ControlLink } from './link.ts';
import { openControlLink } from './open-link.ts';

/** Where a gateway's configuration comes from besides what it was started with. */
export interface Origins {
  /** Null: without a configuration file. */
  file: string | null;
  env: NodeJS.ProcessEnv;
  /** To an admin of this very process; null: by the store, where it is shared. */
  link: ControlLink | null;
}

export interface OpenedControl {
  chosen: Chosen;
  /** Null: there is nobody to report to. */
  reports: ReportFigures | null;
  follow(parts: Pick<FollowerParts, 'take' | 'carryOut' | 'facts'>): Follower;
  close(): Promise<void>;
}

export async function openControl(
  loaded: Extract<LoadResult, { ok: true }>,
  { file, env, link }: Origins,
  opened: OpenedStore,
  clock: Clock,
  log: Log,
): Promise<OpenedControl> {
  const { settings } = loaded;
  const isShared = link === null && settings.store.kind === 'redis';
  const shared = isShared ? await openControlLink(settings.store, log, true) : null;
  const common = {
    link: link ?? shared?.link ?? null,
    disk: lastKnownGood(settings.dataPath, file),
    gateway: opened.slot.id,
    folder: dirname(resolve(file ?? DEFAULT_FILE)),
    env,
  };
  const chosen = await chooseConfiguration({ ...common, file: loaded, log: log.say });
  const reports: ReportFigures = { sent: 0, failed: 0, skipped: 0 };
  return {
    chosen,
    reports: common.link === null ? null : reports,
    follow: (parts) =>
      createFollower({
        ...{ ...common, ...parts, chosen, reports, clock, log, running: settings },
        fileWatch: (active) => watchFile({ file, load: (path) => loadConfig(path, env), active }),
      }),
    close: async () => shared?.close(),
  };
}
