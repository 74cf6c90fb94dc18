/** The life of the admin process: opens its data, takes its place in the deployment, listens, and leaves everything whole. */
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.ts';
import type { AdminStart, StartAdmin } from '../gateway/control/admin-process.ts';
import { ADMIN_PORT, listen, originOf } from '../gateway/listen.ts';
import packageJson from '../package.json' with { type: 'json' };
import { adminMetrics } from './admin-metrics.ts';
import { keepFirstToken, refuseOpenHost } from './auth/first-token.ts';
import { keepObserverToken } from './auth/observer-token.ts';
import { lockControlData } from './data/lock.ts';
import { controlFile, openControlData } from './data/open.ts';
import { createAdminServer } from './http/app.ts';
import { type CompileJudge, createParts, type Parts } from './parts.ts';
import { allRoutes } from './routes.ts';
import { createWatching } from './watching.ts';

/** Beside a gateway, whose visitors come first, a port that is taken is tried again. */
const LISTEN_AGAIN_MS = 10_000;

export const adminStarter =
  (compileJudge: CompileJudge): StartAdmin =>
  async (start) => {
    const { loaded, file, clock, log } = start;
    const { settings } = loaded;
    const { data, unlock } = openOwn(settings, start);
    const parts = createParts(start, data);
    const { publishing, revisions, fleet, ownFile, auditLog } = parts;
    const close = async () => {
      ownFile.stop();
      await fleet.stop();
      await publishing.stop();
      auditLog.close();
      data.close();
      unlock();
    };
    try {
      refuseOpenHost(settings.listen.admin.host, parts.auth);
      await publishing.start();
      revisions.start(loaded, file);
      const watching = createWatching(parts, compileJudge);
      await tellFirstToken(settings, parts, log);
      const server = createAdminServer({
        ...{ routes: allRoutes(parts, watching, clock), auth: parts.auth, data, hub: parts.hub },
        ...{ clock, log, version: packageJson.version, settings, otherAdmin: publishing.heldBy },
      });
      const listening = await keepListening(server, start);
      ownFile.start();
      fleet.start();
      watching.prober.start();
      return {
        url: listening.url,
        takeFile: async (read) => revisions.takeFile(read),
        observerToken: () => keepObserverToken(settings.dataPath, parts.tokens),
        metrics: () =>
          [watching.coverage, watching.drift, watching.notifier]
            .map((part) => part.metrics())
            .concat(adminMetrics(parts))
            .join(''),
        async close() {
          watching.prober.stop();
          await listening.stop();
          await watching.closeProbes();
          await watching.notifier.stop();
          await close();
        },
      };
    } catch (error) {
      await close();
      throw error;
    }
  };

/** Throws AdminError: HG_ADMIN_RUNNING, HG_CONTROL_UNWRITABLE. */
function openOwn({ dataPath }: Settings, { clock, log }: AdminStart) {
  const file = controlFile(dataPath);
  const { release: unlock } = lockControlData(file);
  try {
    return { data: openControlData(file, clock, log), unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function tellFirstToken(
  { dataPath }: Settings,
  { auth, tokens }: Parts,
  log: AdminStart['log'],
): Promise<void> {
  const path = await keepFirstToken(dataPath, auth, tokens);
  if (path !== null)
    log.say('info', { file: path }, 'no admin token is configured: the first one is in this file');
}

async function keepListening(server: FastifyInstance, { loaded, isAlone, log }: AdminStart) {
  const address = loaded.settings.listen.admin;
  let url: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  const attempt = async (): Promise<void> => {
    await listen(server, address, ADMIN_PORT);
    url = originOf(server.server, 'http');
    log.say('info', { admin: url }, 'the admin API listens');
  };
  const again = (error: unknown) => {
    if (isAlone) throw error;
    log.say('error', { error: String(error) }, 'the admin API does not listen; it is tried again');
    timer = setTimeout(() => void attempt().catch(again), LISTEN_AGAIN_MS).unref();
  };
  await server.ready();
  await attempt().catch(again);
  return {
    url: () => url,
    async stop() {
      clearTimeout(timer);
      await server.close();
    },
  };
}
