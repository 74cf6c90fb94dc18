/** The whole admin API with its parts behind it, a link in memory, and one gateway that answers nothing. */
import { createBatchTable } from '../../../admin/invitations/table.ts';
import { createParts } from '../../../admin/parts.ts';
import { allRoutes } from '../../../admin/routes.ts';
import { createWatching } from '../../../admin/watching.ts';
import type { Route } from '../../../admin/words.ts';
import { parseConfig } from '../../../config/load.ts';
import { createAuditJudge } from '../../../gateway/audit-judge.ts';
import { systemClock } from '../../../gateway/clock.ts';
import { createMemoryLink } from '../../../gateway/control/memory-link.ts';
import { createLog } from '../../../gateway/observe/logger.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { type AdminStage, adminStage } from './admin-stage.ts';
import { OWN_ROOM } from './role-table.ts';

export const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:9000"] } }
rooms: { platform: {}, ${OWN_ROOM}: { limits: { sessions: 10 } } }
rules: [{ name: forms, match: { path: /ereg/* }, room: ${OWN_ROOM} }]
default: { room: platform, upstream: platform }
launches: [{ name: ${OWN_ROOM}, room: ${OWN_ROOM}, opensAt: 2030-12-01T15:00:00Z }]
`;

export interface WholeApi extends AdminStage {
  /** A message of the own room. */
  messageId: string;
  /** A batch of invitations into the own room. */
  batchId: string;
}

export async function wholeApi(): Promise<WholeApi> {
  const loaded = parseConfig(CONFIG, 'headgate.yaml', {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const log = createLog({ level: 'silent', samplePerSecond: 1 }, systemClock);
  let messageId = '';
  const stage = await adminStage({
    routes({ data }) {
      const parts = createParts(
        {
          ...{ loaded, file: null, env: {}, link: createMemoryLink(systemClock), name: 'here' },
          ...{ isAlone: false, clock: systemClock, log },
        },
        data,
      );
      parts.revisions.start(loaded, null);
      const watching = createWatching(parts, createAuditJudge);
      cleanUpLater(async () => {
        await watching.notifier.stop();
        await watching.closeProbes();
      });
      const admin = { name: 'token:x', role: 'admin', rooms: null } as const;
      messageId = watching.messages.post(admin, { room: OWN_ROOM, text: 'Soon.' }).id;
      createBatchTable(data).add(BATCH);
      return allRoutes(parts, watching, systemClock).filter(isNotStaged);
    },
  });
  return Object.assign(stage, { messageId, batchId: BATCH.id });
}

const BATCH = {
  ...{ id: 'batch-1', room: OWN_ROOM, lane: 'default', count: 3, note: null, by: 'token:x' },
  ...{ at: '2026-12-01T15:00:00.000Z', expiresAt: '2099-12-01T15:00:00.000Z', revokedAt: null },
};

/** Tokens and audit log are the stage's own. */
function isNotStaged({ path }: Route): boolean {
  return !path.startsWith('/v1/tokens') && path !== '/v1/audit-log';
}
