/** What the gate tells at one moment: its rooms' public views, its coverage and findings, and its processes' metrics. */
import { fetchJson, LOOK_MS } from './fetch-json.ts';
import { type RoomInLine, waitingInAll } from './line-length.ts';
import type { LimitedRoom } from './platform-figures.ts';
import { createGrowth, createWindow } from './rates.ts';
import type { AdminAccess, Figures } from './words.ts';

export interface GateParts {
  /** Where gateways answer visitors, and the prefix of their reserved paths; any one of them is asked. */
  origins(): readonly string[];
  prefix: string;
  /** Of every gateway. */
  metrics: readonly string[];
  admin: AdminAccess | null;
  nowMs(): number;
}

export interface GateLook {
  figures: Figures;
  /** Rooms that have a limit of sessions. */
  limited: readonly LimitedRoom[];
}

interface RoomSeen extends RoomInLine {
  room: string;
  epoch: number;
  serving: number;
}

interface Coverage {
  gate: { state: string; unqueuedShare: number };
  findings: readonly { severity: string }[];
}

const WINDOW_MS = 5_000;
const MINUTE_S = 60;
const MOST_LISTED = 200;
const MEGABYTE = 1_000_000;

export function watchGate(parts: GateParts): () => Promise<GateLook> {
  const rates = createRates(parts.nowMs);
  return async () => {
    const [rooms, coverage, alarms, limited, metrics] = await Promise.all([
      roomsOf(parts),
      parts.admin?.ask<Coverage>('GET', 'coverage').catch(() => null) ?? null,
      alarmsOf(parts.admin),
      limitsOf(parts.admin),
      Promise.all(parts.metrics.map(metricsOf)),
    ]);
    const open = coverage?.findings.filter(({ severity }) => severity !== 'info');
    return {
      limited,
      figures: {
        'line.waiting': rooms && waitingInAll(rooms),
        'line.called': rooms && rates.called(rooms),
        'gate.unqueuedShare':
          coverage === null || coverage.gate.state === 'unknown' ? null : coverage.gate.unqueuedShare,
        'gate.findings': open?.length ?? null,
        'gate.alarms': alarms,
        'gate.shedPerSecond': rates.shed(metrics),
        'gate.memoryMb': most(metrics.map(memoryMb)),
      },
    };
  };
}

function createRates(nowMs: () => number) {
  const [called, shed] = [createGrowth(), createGrowth()];
  const [calledOver, shedOver] = [createWindow(WINDOW_MS), createWindow(WINDOW_MS)];
  return {
    called(rooms: readonly RoomSeen[]): number | null {
      for (const { room, epoch, serving } of rooms) called.take(`${room} ${epoch}`, serving);
      const grown = calledOver.grownBy(nowMs(), called.total());
      return grown && (grown.count / grown.seconds) * MINUTE_S;
    },
    shed(metrics: readonly (string | null)[]): number | null {
      metrics.forEach((text, index) => {
        if (text !== null) shed.take(String(index), sumOfMetric(text, 'headgate_shed_total'));
      });
      const grown = shedOver.grownBy(nowMs(), shed.total());
      return grown && grown.count / grown.seconds;
    },
  };
}

/** By the first gateway that answers; null: none does. */
async function roomsOf({ origins, prefix }: GateParts): Promise<readonly RoomSeen[] | null> {
  for (const origin of origins()) {
    const headers = { accept: 'application/json' };
    const status = await fetchJson<{ rooms: RoomSeen[] }>(
      `${origin}${prefix}/status`,
      { headers },
      LOOK_MS,
    ).catch(() => null);
    if (status !== null) return status.rooms;
  }
  return null;
}

async function alarmsOf(admin: AdminAccess | null): Promise<number | null> {
  if (admin === null) return null;
  try {
    const list = <T>(path: string) =>
      admin.ask<{ items: T[] }>('GET', `${path}limit=${MOST_LISTED}`).then(({ items }) => items);
    const [findings, leaks] = await Promise.all([
      list<{ severity: string }>('findings?'),
      list<unknown>('decisions?kind=leak&'),
    ]);
    return findings.filter(({ severity }) => severity !== 'info').length + leaks.length;
  } catch {
    return null;
  }
}

async function limitsOf(admin: AdminAccess | null): Promise<LimitedRoom[]> {
  type Room = { room: string; limits: { sessions: number | null } };
  const rooms = await admin?.ask<{ items: Room[] }>('GET', `rooms?limit=${MOST_LISTED}`).catch(() => null);
  return (rooms?.items ?? []).flatMap(({ room, limits: { sessions } }) =>
    sessions === null ? [] : [{ room, sessions }],
  );
}

async function metricsOf(origin: string): Promise<string | null> {
  const answer = await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(LOOK_MS) }).catch(() => null);
  return answer === null ? null : await answer.text().catch(() => null);
}

/** All lines of one metric, whatever their labels. */
function sumOfMetric(text: string, name: string): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    const isIt = line.startsWith(name) && (line[name.length] === ' ' || line[name.length] === '{');
    if (isIt) sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
}

function memoryMb(metrics: string | null): number | null {
  return metrics === null ? null : sumOfMetric(metrics, 'process_resident_memory_bytes') / MEGABYTE;
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
