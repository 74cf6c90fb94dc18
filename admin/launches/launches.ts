/** Launches of the active revision, each with its readiness: a checklist that is green only where somebody looked and all was well. */

import type { Launch } from '../../config/settings.ts';
import { roomKey } from '../../config/template.ts';
import type { JudgeOf } from '../../gateway/audit/coverage/words.ts';
import type { RoomReport } from '../../gateway/control/words.ts';
import type { ActiveConfig, Fleet } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import { configurationOf } from '../rehearsals/configuration.ts';
import { createRehearsalTable, type RehearsalTable } from '../rehearsals/table.ts';
import { gatewaysAgree, keysOutlastTheLaunch, rehearsed } from './gateway-items.ts';
import { overall } from './item.ts';
import { directPathRefused, observerHeard, proberSeesTheMarker } from './outside-items.ts';
import { addressesReachTheRoom, drawReady, limitsSet, lineOpens, outsideMaintenance } from './room-items.ts';
import type {
  Facts,
  LaunchDocument,
  ReadinessDocument,
  ReadinessItem,
  SeenCoverage,
  SeenDrift,
} from './words.ts';

export interface LaunchesParts {
  config: ActiveConfig;
  fleet: Pick<Fleet, 'gateways' | 'silent'>;
  /** The room as a gateway tells of it. */
  room(name: string): RoomReport | undefined;
  judgeOf: JudgeOf;
  /** Null: nobody looks. */
  coverage(): SeenCoverage | null;
  drift(): readonly SeenDrift[] | null;
  data: ControlData;
  clock: { wallMs(): number };
}

export interface Launches {
  /** By opening. */
  list(): LaunchDocument[];
  /** Throws AdminError HG_NOT_THERE. */
  readiness(launch: string): ReadinessDocument;
  /** Which room it opens; null: there is no such launch. */
  roomOf(launch: string): string | null;
}

/** In the order in which they are told. */
const ITEMS: readonly ((facts: Facts) => ReadinessItem | null)[] = [
  ...[addressesReachTheRoom, limitsSet, lineOpens, outsideMaintenance, drawReady],
  ...[proberSeesTheMarker, directPathRefused, observerHeard],
  ...[gatewaysAgree, keysOutlastTheLaunch, rehearsed],
];

export function createLaunches(parts: LaunchesParts): Launches {
  const rehearsals = createRehearsalTable(parts.data);
  const launches = () => parts.config.settings().launches;
  const named = (name: string) => launches().find((launch) => launch.name === name);
  const readinessOf = (launch: Launch) => readiness(factsOf(parts, rehearsals, launch));
  return {
    roomOf: (name) => named(name)?.room ?? null,
    list: () =>
      [...launches()]
        .sort((a, b) => a.opensAtMs - b.opensAtMs)
        .map((launch) => documentOf(launch, readinessOf(launch).state)),
    readiness(name) {
      const launch = named(name);
      if (launch) return readinessOf(launch);
      throw new AdminError('HG_NOT_THERE', `no launch ${name} is configured`);
    },
  };
}

function factsOf(parts: LaunchesParts, rehearsals: Pick<RehearsalTable, 'last'>, launch: Launch): Facts {
  const { config, fleet, judgeOf, clock } = parts;
  const settings = config.settings();
  const key = roomKey(launch.room, Object.keys(settings.rooms));
  return {
    ...{ launch, settings, judgeOf, nowMs: clock.wallMs() },
    room: key === null ? null : (settings.rooms[key] ?? null),
    seen: parts.room(launch.room) ?? null,
    ...{ active: config.active().number, staged: config.staged(), published: config.published() },
    ...{ gateways: fleet.gateways(), silent: fleet.silent() },
    ...{ coverage: parts.coverage(), drift: parts.drift() },
    ...{ rehearsal: rehearsals.last(launch.name), configuration: configurationOf(config) },
  };
}

function readiness(facts: Facts): ReadinessDocument {
  const items = ITEMS.map((item) => item(facts)).filter((item) => item !== null);
  return { launch: facts.launch.name, revision: facts.active, state: overall(items), items };
}

function documentOf(launch: Launch, state: LaunchDocument['state']): LaunchDocument {
  const { opensAtMs, name, room, prequeueMinutes, draw, addresses, expectedPeakPerMinute } = launch;
  const opensAt = new Date(opensAtMs).toISOString();
  return { name, room, opensAt, prequeueMinutes, draw, addresses, expectedPeakPerMinute, state };
}
