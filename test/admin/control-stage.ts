/** An admin process's control parts on a real database, a link in memory, gateways that are played, and a clock moved by hand. */
import { join } from 'node:path';
import { createAuditLog } from '../../admin/audit-log/audit-log.ts';
import { createPublisher } from '../../admin/control/publisher.ts';
import { createPublishing } from '../../admin/control/publishing.ts';
import type { AdminEvent } from '../../admin/control/words.ts';
import { openControlData } from '../../admin/data/open.ts';
import { createDrift } from '../../admin/drift/drift.ts';
import { createFleet } from '../../admin/fleet/fleet.ts';
import { createEventHub } from '../../admin/http/events.ts';
import { createPins } from '../../admin/pins/pins.ts';
import { createRevisions } from '../../admin/revisions/revisions.ts';
import { compareConfigs } from '../../config/compare.ts';
import { parseConfig } from '../../config/load.ts';
import type { ControlLink } from '../../gateway/control/link.ts';
import { createMemoryLink } from '../../gateway/control/memory-link.ts';
import { complete } from '../config/marked-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type FakeGateway, fakeGateway } from './fake-gateway.ts';

export const RULES = `rules:
  - { name: assets, match: { path: /assets/* }, action: bypass }
  - { name: reinstalled, match: { path: /mw/* }, room: platform }
`;
export const CONFIG = complete(RULES);

export interface HandClock {
  ms: number;
  wallMs(): number;
  monotonicMs(): number;
}

export function handClock(): HandClock {
  const clock = { ms: 1_000_000, wallMs: () => 1_700_000_000_000 + clock.ms, monotonicMs: () => clock.ms };
  return clock;
}

export type Admin = Awaited<ReturnType<typeof openAdmin>>;

/** The parts of one admin process. Opened again on the same folder it is the next one. */
export async function openAdmin(folder: string, link: ControlLink, clock: HandClock) {
  const said: string[] = [];
  const log = {
    say: (_level: string, facts: object, message: string) =>
      void said.push(`${message} ${JSON.stringify(facts)}`),
  };
  const data = openControlData(join(folder, 'control.sqlite'), clock, log);
  const auditLog = createAuditLog(data, clock);
  const hub = createEventHub(clock.wallMs, 'test');
  const events: AdminEvent[] = [];
  hub.on((event) => void events.push(event));
  const around = { folder, env: {}, running: load(CONFIG).settings };
  const publisher = createPublisher({ data, clock });
  const fleet = createFleet({ link, publisher, clock, log });
  const parts = { data, publisher, fleet, auditLog, hub, clock, log, around };
  const revisions = createRevisions(parts);
  const { active, adopt } = revisions;
  const publishing = createPublishing({ publisher, link, log, name: 'host-1 process 1', adopt });
  // The file says all the while what it said at first.
  const ownFile = load(CONFIG);
  const pins = createPins(parts);
  const drift = createDrift({
    ...parts,
    active,
    ownFile: () => compareConfigs(ownFile, active.read().config),
  });
  return {
    ...{ ...parts, revisions, publishing, pins, drift, events, said },
    actions: () =>
      auditLog
        .list({ limit: 500 })
        .items.map(({ action }) => action)
        .reverse(),
    /** As a process that was killed leaves it. */
    abandon: () => data.close(),
  };
}

export function load(text: string, file = 'headgate.yaml') {
  const loaded = parseConfig(text, file, {});
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded;
}

export interface Stage {
  clock: HandClock;
  link: ControlLink;
  folder: string;
  gateways: FakeGateway[];
  admin: Admin;
  /** Plays so many seconds, in halves. `until` ends them sooner; answers how long it took. */
  play(seconds: number, until?: () => boolean): Promise<number>;
  restartAdmin(text?: string): Promise<void>;
}

export async function openStage(names: readonly string[], text = CONFIG): Promise<Stage> {
  const clock = handClock();
  const link = createMemoryLink(clock);
  const folder = await tempFolder();
  const gateways = names.map((name) => fakeGateway(name, link, clock.wallMs));

  const stage: Stage = {
    ...{ clock, link, folder, gateways },
    admin: await openAdmin(folder, link, clock),
    async play(seconds, until = () => false) {
      for (let played = 0; played < seconds; played += 0.5) {
        if (until()) return played;
        clock.ms += 500;
        for (const gateway of gateways) await gateway.tick(0.5);
        await stage.admin.publishing.round();
        await stage.admin.fleet.round();
      }
      return seconds;
    },
    async restartAdmin(next = text) {
      stage.admin.abandon();
      stage.admin = await openAdmin(folder, link, clock);
      await begin(next);
    },
  };
  const begin = async (config: string) => {
    await stage.admin.publishing.round();
    stage.admin.revisions.start(load(config), 'headgate.yaml');
  };
  await begin(text);
  await stage.play(3);
  return stage;
}
