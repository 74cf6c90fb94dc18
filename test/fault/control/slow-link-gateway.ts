/** A gateway of which only the link to the admin process goes through Redis: `node slow-link-gateway.ts <config> <redis url>`. */
import { loadConfig, parseConfig } from '../../../config/load.ts';
import { systemClock } from '../../../gateway/clock.ts';
import type { ControlLink } from '../../../gateway/control/link.ts';
import { openControlLink } from '../../../gateway/control/open-link.ts';
import { createLog } from '../../../gateway/observe/logger.ts';
import { startGateway } from '../../../gateway/start.ts';

/** So that an answer that takes ten seconds is slow, and not lost. */
const COMMAND_MS = 60_000;

const [file, redisUrl] = process.argv.slice(2) as [string, string];

function read(text?: string) {
  const loaded = text === undefined ? loadConfig(file, process.env) : parseConfig(text, file, {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded;
}

const { store } = read(`
store: { kind: redis, url: "${redisUrl}", commandMs: ${COMMAND_MS} }
upstreams: { platform: { targets: ["http://127.0.0.1:9"] } }
rooms: { platform: {} }
default: { room: platform, upstream: platform }
`).settings;
const log = createLog({ level: 'silent', samplePerSecond: 1 }, systemClock);
const opened = await openControlLink(store, log, true);

let [now, most] = [0, 0];
const link: ControlLink = {
  ...opened.link,
  async report(report) {
    most = Math.max(most, ++now);
    await opened.link.report(report).finally(() => now--);
  },
};
const gateway = await startGateway(read(), () => read(), {
  origins: { file, env: process.env, link },
  moreMetrics: () => `test_reports_at_once ${most}\n`,
});

process.on('SIGTERM', async () => {
  await gateway.drain({ delaySeconds: 0 });
  process.exit(0);
});
