/** Fills in what follows from a validated configuration: reserves, allowances, paths, times, targets. */
import { resolve } from 'node:path';
import { originOf, parseTime } from './formats.ts';
import type { Config } from './schema.ts';
import type {
  Launch,
  Maintenance,
  RehearsalTarget,
  RoomSettings,
  Settings,
  Target,
  UpstreamSettings,
} from './settings.ts';

type RawRoom = Config['rooms'][string];
type RawUpstream = Config['upstreams'][string];

/** Of `sessions`, kept for form posts of visitors whose lease lapsed. */
const RESERVE_SHARE = 0.02;
const ALLOWANCE_SHARE = 0.25;
const LEAST_ALLOWANCE = 10;

/** `folder`: of the configuration file; files that it names are beside it, while data lies in the working folder. */
export function derive(config: Config, dataPath: string, folder: string): Settings {
  const { rooms, upstreams, launches, keys, store, listen, admin, rehearsal, ...rest } = config;
  return {
    ...rest,
    listen: { ...listen, gateway: { ...listen.gateway, ...tlsFiles(listen.gateway.tls, folder) } },
    admin: { ...admin, webhooks: admin.webhooks.map((webhook) => deriveWebhook(webhook, folder)) },
    rooms: mapValues(rooms, (room) => deriveRoom(room, folder)),
    upstreams: mapValues(upstreams, (upstream) => deriveUpstream(upstream, folder)),
    launches: launches.map(deriveLaunch),
    keys: { ...keys, path: keys.path ?? joined(dataPath, 'keys') },
    store: { ...store, path: store.path ?? dataPath, ...storeTls(store.tls, folder) },
    rehearsal: {
      ...rehearsal,
      targets: mapValues(rehearsal.targets, (target) => deriveRehearsal(target, folder)),
    },
    dataPath,
  };
}

function deriveRoom(room: RawRoom, folder: string): RoomSettings {
  const { sessions, submitReserve } = room.limits;
  const { logo, templates } = room.page;
  return {
    ...room,
    limits: { ...room.limits, submitReserve: submitReserve ?? Math.floor((sessions ?? 0) * RESERVE_SHARE) },
    allowance: { inFlight: room.allowance.inFlight ?? leastAllowance(sessions) },
    lanes: { default: 1, ...room.lanes },
    maintenance: room.maintenance.map(deriveMaintenance).sort((a, b) => a.fromMs - b.fromMs),
    known: room.known === 'any' ? 'any' : new Set(room.known.map(String)),
    page: { ...room.page, logo: beside(folder, logo), templates: beside(folder, templates) },
  };
}

function deriveMaintenance({ from, until, text }: RawRoom['maintenance'][number]): Maintenance {
  return { fromMs: parseTime(from)!, untilMs: parseTime(until)!, text };
}

function leastAllowance(sessions: number | null): number {
  return Math.max(LEAST_ALLOWANCE, Math.floor((sessions ?? 0) * ALLOWANCE_SHARE));
}

function deriveUpstream(upstream: RawUpstream, folder: string): UpstreamSettings {
  return {
    ...upstream,
    targets: upstream.targets.map(deriveTarget),
    tls: { ...upstream.tls, ca: beside(folder, upstream.tls.ca) },
  };
}

function deriveTarget(target: RawUpstream['targets'][number]): Target {
  const { url, weight = 1 } = typeof target === 'string' ? { url: target } : target;
  return { url: originOf(url) ?? url, weight };
}

function deriveLaunch({ opensAt, ...launch }: Config['launches'][number]): Launch {
  return { ...launch, opensAtMs: parseTime(opensAt)! };
}

function deriveWebhook(webhook: Config['admin']['webhooks'][number], folder: string) {
  return { ...webhook, secretFile: beside(folder, webhook.secretFile) };
}

function deriveRehearsal(target: RehearsalTarget, folder: string): RehearsalTarget {
  return {
    ...target,
    url: originOf(target.url) ?? target.url,
    admin: target.admin === null ? null : originOf(target.admin),
    adminTokenFile: beside(folder, target.adminTokenFile),
  };
}

function tlsFiles(tls: Config['listen']['gateway']['tls'], folder: string) {
  return tls === undefined ? {} : { tls: { cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) } };
}

function storeTls(tls: Config['store']['tls'], folder: string) {
  return tls?.ca === undefined ? {} : { tls: { ...tls, ca: resolve(folder, tls.ca) } };
}

function beside(folder: string, file: string | null): string | null {
  return file === null ? null : resolve(folder, file);
}

/** As `path.join`, but a leading `./` stays: paths read as they were written. */
function joined(folder: string, name: string): string {
  return `${folder.replace(/\/+$/, '')}/${name}`;
}

/** Without a prototype: names come from requests, and `constructor` is nobody's room. */
function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  const mapped: Record<string, B> = Object.create(null);
  for (const [key, value] of Object.entries(record)) mapped[key] = map(value);
  return mapped;
}
