/** Makes the parts of the admin process and hands each what it needs of the others. */
import { dirname, resolve } from 'node:path';
import { DEFAULT_FILE, loadConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { Judge } from '../gateway/audit/judge-words.ts';
import type { AdminStart } from '../gateway/control/admin-process.ts';
import { watchFile } from '../gateway/control/file-watch.ts';
import { createAuditLog } from './audit-log/audit-log.ts';
import { createAuth } from './auth/sign-in.ts';
import { createTokenTable } from './auth/token-table.ts';
import { createPublisher } from './control/publisher.ts';
import { createPublishing } from './control/publishing.ts';
import type { ControlData } from './data/words.ts';
import { createFleet } from './fleet/fleet.ts';
import { createEventHub } from './http/events.ts';
import { createPins } from './pins/pins.ts';
import { createRevisions } from './revisions/revisions.ts';
import { createRooms } from './rooms/rooms.ts';

export type Parts = ReturnType<typeof createParts>;

/** What the gate's rules make of a request: handed in by whoever may know the gate. */
export type CompileJudge = (settings: Settings) => Judge;

export function createParts(start: AdminStart, data: ControlData) {
  const { clock, log, link, env, file, loaded } = start;
  const { settings } = loaded;
  const hub = createEventHub(clock.wallMs, undefined, (error) =>
    log.say('error', { error: String(error) }, 'somebody who listens to events failed'),
  );
  const auditLog = createAuditLog(data, clock, log);
  const tokens = createTokenTable(data, clock, auditLog);
  const auth = createAuth({
    ...{ tokens, clock, log, oidc: settings.admin.oidc },
    environmentToken: env.HEADGATE_ADMIN_TOKEN,
  });
  const publisher = createPublisher({ data, clock });
  const fleet = createFleet({ link, publisher, clock, log });
  const around = { folder: dirname(resolve(file ?? DEFAULT_FILE)), env, running: settings };
  const common = { data, fleet, publisher, auditLog, hub, clock, log, around };
  const revisions = createRevisions(common);
  const { active, changes } = revisions;
  const publishing = createPublishing({ publisher, link, log, adopt: revisions.adopt, name: start.name });
  const ownFile = watchFile({
    file,
    load: (path) => loadConfig(path, env),
    active: () => active.read().config,
  });
  return {
    ...{ data, hub, auditLog, tokens, auth, publisher, fleet, revisions, publishing, ownFile, common },
    pins: createPins(common),
    rooms: createRooms({ ...common, config: active, changes }),
  };
}
