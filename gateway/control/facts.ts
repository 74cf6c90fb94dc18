/** What a gateway reports of itself: revision, keys, platform, traffic, rooms, requests in flight, decisions. */
import { hostname } from 'node:os';
import type { Settings } from '../../config/settings.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { RoomView } from '../line/words.ts';
import { type HealthSources, readiness } from '../observe/health.ts';
import type { KeyRing } from '../request/keys.ts';
import type { Overrides } from '../request/overrides.ts';
import type { LiveRoom, Rooms } from '../request/rooms.ts';
import type { ReportFacts } from './follower.ts';
import type { GatewayReport, ProtectionReport, RoomReport } from './words.ts';

/** What is seen of the traffic; made when it is asked for. */
export interface ObservedFacts {
  totals(): GatewayReport['totals'];
  traffic(): GatewayReport['traffic'];
  builds(): GatewayReport['builds'];
  decisions(): GatewayReport['decisions'];
  inFlight(most: number): GatewayReport['inFlight'];
  inFlightCount(): number;
  /** Why the gate does with this room what it does. */
  why(view: RoomView, room: LiveRoom): string;
}

export interface FactsParts {
  gateway: string;
  settings(): Settings;
  health: HealthSources;
  ring: KeyRing;
  rooms: Rooms;
  overrides: Overrides;
  observed: ObservedFacts;
  protection(): ProtectionReport;
}

const MOST_ROOMS = 200;
const MOST_IN_FLIGHT = 50;
const STARTED_AT = new Date().toISOString();

export function reportFacts(parts: FactsParts): ReportFacts {
  const { settings, health, observed, rooms } = parts;
  const { body } = readiness(health);
  const live = [...rooms.all()];
  return {
    ...{ gateway: parts.gateway, host: hostname(), pid: process.pid, version: packageJson.version },
    ...{
      startedAt: STARTED_AT,
      revision: settings().revision,
      keys: keyFacts(parts.ring, body.missingKeys ?? []),
    },
    ...{ ready: body.ready, store: body.store, upstreams: body.upstreams },
    ...{ totals: observed.totals(), traffic: observed.traffic(), builds: observed.builds() },
    rooms: busiest(live.map((room) => roomReport(room, parts))),
    roomCount: live.length,
    inFlight: observed.inFlight(MOST_IN_FLIGHT),
    inFlightCount: observed.inFlightCount(),
    decisions: observed.decisions(),
    protection: parts.protection(),
    overrides: parts.overrides.all().map(({ room, action, limit, reason, since, until }) => ({
      ...{ room, action, limit, reason },
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
    })),
  };
}

export function roomReport(
  room: LiveRoom,
  { rooms, observed }: { rooms: Pick<Rooms, 'view'>; observed: Pick<FactsParts['observed'], 'why'> },
): RoomReport {
  const view = rooms.view(room);
  // Up to a thousand ids a room and second, which nobody would read.
  const told = { ...view, endedSessions: [] };
  return { view: told, template: room.template, mode: room.settings.mode, why: observed.why(view, room) };
}

/** Rooms that were named in the configuration come first, then by load. */
function busiest(reports: RoomReport[]): RoomReport[] {
  const rank = ({ view, template }: RoomReport) =>
    view.room === template ? Infinity : view.waiting + view.sessions;
  return reports.sort((a, b) => rank(b) - rank(a) || 0).slice(0, MOST_ROOMS);
}

function keyFacts({ set }: KeyRing, lacking: readonly string[]): GatewayReport['keys'] {
  const current = set.maySign ? [set.ticket.kid, set.pass.kid] : [];
  const held = [set.tickets, set.passes, set.stamps].flatMap((keys) => [...keys.keys()]);
  return { current, held, lacking };
}
