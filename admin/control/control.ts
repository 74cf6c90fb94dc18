/** The parts that rule the gateways, put together: what is published, the fleet, revisions, pins, drift. */
import type { Clock } from '../../gateway/clock.ts';
import type { ControlLink } from '../../gateway/control/link.ts';
import type { ControlData } from '../data/words.ts';
import { createDrift, type Drift } from '../drift/drift.ts';
import { driftRoutes } from '../drift/routes.ts';
import { createFleet, type RunningFleet } from '../fleet/fleet.ts';
import { fleetRoutes } from '../fleet/routes.ts';
import type { AdminLog } from '../log.ts';
import { createPins, type Pins } from '../pins/pins.ts';
import { pinRoutes } from '../pins/routes.ts';
import type { FileTaken } from '../revisions/from-file.ts';
import type { Surroundings } from '../revisions/read-text.ts';
import { createRevisions, type Revisions } from '../revisions/revisions.ts';
import { revisionRoutes } from '../revisions/routes.ts';
import type { GoodLoad } from '../revisions/words.ts';
import type { Route } from '../words.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { createPublishing, type Publishing } from './publishing.ts';
import type { AuditLog, EventHub } from './words.ts';

export interface ControlParts {
  data: ControlData;
  link: ControlLink;
  auditLog: AuditLog;
  hub: EventHub;
  clock: Clock;
  log: AdminLog;
  around: Surroundings;
  /** Of this process, for whoever wants to know which admin process runs. */
  holder: string;
}

export interface Control {
  publisher: Publisher;
  publishing: Publishing;
  fleet: RunningFleet;
  revisions: Revisions;
  pins: Pins;
  drift: Drift;
  routes: Route[];
  /**
   * `file` null: without a configuration file. Throws AdminError: HG_ADMIN_RUNNING, HG_REVISION_INVALID, HG_CONTROL_UNWRITABLE.
   */
  start(loaded: GoodLoad, file: string | null): Promise<FileTaken>;
  stop(): Promise<void>;
}

export function createControl({ holder, ...parts }: ControlParts): Control {
  const publisher = createPublisher(parts);
  const fleet = createFleet({ ...parts, publisher });
  const common = { ...parts, publisher, fleet };
  const revisions = createRevisions(common);
  const publishing = createPublishing({ ...common, name: holder, adopt: revisions.adopt });
  const pins = createPins(common);
  const drift = createDrift({ ...common, active: revisions.active, ownFile: revisions.fileDiffers });
  fleet.onRound(() => publishing.hear(Math.max(0, ...fleet.gateways().map(({ report }) => report.serial))));

  return {
    ...{ publisher, publishing, fleet, revisions, pins, drift },
    routes: [
      ...fleetRoutes(fleet),
      ...revisionRoutes({ revisions, fleet }),
      ...pinRoutes(pins),
      ...driftRoutes(drift),
    ],
    async start(loaded, file) {
      await publishing.start();
      const taken = revisions.start(loaded, file);
      fleet.start();
      return taken;
    },
    async stop() {
      await fleet.stop();
      await publishing.stop();
    },
  };
}
