/** What the next shift must know, gathered from the admin's data: how things stand, what is open, what changed and why. */
import type { DatabaseSync } from 'node:sqlite';
import type { Published } from '../../gateway/control/words.ts';
import { hasTable, readEntries } from './entries.ts';
import { readState } from './read.ts';
import type { Entry, StateNow } from './words.ts';

export interface Handover {
  at: string;
  hours: number;
  /** Null: nothing was ever written down. */
  state: StateNow | null;
  /** Seconds since it was; more than two minutes: the admin process does not run. */
  stateAgeSeconds: number | null;
  /** Pins, messages, revisions in force; null: nothing was published. */
  published: InForce | null;
  /** Open ones. */
  incidents: readonly Incident[];
  changes: readonly Entry[];
  /** Findings, drift and decisions of the shift, by how grave they are. */
  seen: readonly Entry[];
  /** What to watch, in sentences. */
  watch: readonly string[];
}

export interface Incident {
  /** Null: the whole platform. */
  room: string | null;
  /** ISO 8601. */
  openedAt: string;
  /** When visitors heard of it last. */
  updatedAt: string;
}

/** Without the configurations' texts: a note travels further than they may. */
export interface InForce extends Pick<Published, 'pins' | 'messages'> {
  revision: number;
  staged: { revision: number; gateways: readonly string[] } | null;
}

const HOUR_MS = 3_600_000;

export function readHandover(db: DatabaseSync, hours: number, nowMs: number): Handover {
  const span = { fromMs: nowMs - hours * HOUR_MS, toMs: nowMs, room: null, rooms: null };
  const entries = readEntries(db, span);
  const state = readState(db);
  const published = readPublished(db);
  const handover = {
    at: new Date(nowMs).toISOString(),
    ...{ hours, state, published, incidents: readIncidents(db) },
    stateAgeSeconds: state === null ? null : Math.round((nowMs - Date.parse(state.at)) / 1_000),
    changes: entries.filter(({ kind }) => kind === 'change' || kind === 'message'),
    seen: entries.filter(({ kind }) => kind !== 'change' && kind !== 'message'),
  };
  return { ...handover, watch: whatToWatch(handover, nowMs) };
}

function readPublished(db: DatabaseSync): InForce | null {
  if (!hasTable(db, 'published')) return null;
  const row = db.prepare('SELECT document FROM published').get();
  if (!row) return null;
  const { active, staged, pins, messages } = JSON.parse(String(row.document)) as Published;
  return {
    ...{ revision: active.number, pins, messages },
    staged: staged && { revision: staged.number, gateways: staged.gateways },
  };
}

function readIncidents(db: DatabaseSync): Incident[] {
  if (!hasTable(db, 'incidents')) return [];
  const rows = db
    .prepare(
      `SELECT room, opened_at AS openedAt, updated_at AS updatedAt FROM incidents
       WHERE resolved_at IS NULL ORDER BY opened_at`,
    )
    .all();
  return rows.map((row) => ({ ...row }) as unknown as Incident);
}

/** A launch within so long is the next shift's. */
const NEXT_SHIFT_MS = 12 * HOUR_MS;
const STALE_SECONDS = 180;

function whatToWatch(handover: Omit<Handover, 'watch'>, nowMs: number): string[] {
  const { state, published, stateAgeSeconds, incidents, changes } = handover;
  const staged = published?.staged;
  return [
    ...(state === null || (stateAgeSeconds ?? 0) > STALE_SECONDS
      ? ['The admin process wrote nothing lately: is it running?']
      : []),
    ...(staged
      ? [
          `Revision ${staged.revision} runs on ${staged.gateways.length} gateway(s) only: it is being activated.`,
        ]
      : []),
    ...incidents.map(
      ({ room, updatedAt }) =>
        `The incident of ${room ?? 'the platform'} is open; visitors heard of it last at ${updatedAt}.`,
    ),
    ...(state === null ? [] : watchState(state, nowMs)),
    ...(published?.pins.length
      ? ['Pins are in force: a deploy that says otherwise is reported, not obeyed.']
      : []),
    ...failures(changes),
  ];
}

function watchState(state: StateNow, nowMs: number): string[] {
  const { gateways, findings, drift, overrides, launches, rooms } = state;
  const unwell = gateways.filter(({ ready, store, silent }) => silent || !ready || store !== 'ok');
  const closed = rooms.filter(({ state: at }) => ['paused', 'offline', 'held'].includes(at));
  const lined = rooms.filter(({ waiting }) => waiting > 0);
  const soon = launches.filter(
    ({ opensAt }) => Date.parse(opensAt) > nowMs && Date.parse(opensAt) - nowMs < NEXT_SHIFT_MS,
  );
  return [
    ...unwell.map(
      ({ gateway, silent, store }) =>
        `Gateway ${gateway} ${silent ? 'is silent' : store === 'ok' ? 'is not ready' : 'has lost its store'}.`,
    ),
    ...findings
      .filter(({ severity }) => severity === 'critical')
      .map(({ summary }) => `Critical finding: ${summary}`),
    ...drift.map(({ summary }) => `Drift: ${summary}`),
    ...closed.map(
      ({ room, state: at, stateUntil }) =>
        `${room} is ${at}${stateUntil ? ` until ${stateUntil}` : ' until somebody reopens it'}.`,
    ),
    ...lined.map(({ room, waiting }) => `${waiting} ${waiting === 1 ? 'waits' : 'wait'} in ${room}.`),
    ...overrides.map(({ room, action, until }) => `The override “${action}” of ${room} ends at ${until}.`),
    ...soon.map(({ name, opensAt, state: at }) => `${name} opens at ${opensAt}; its readiness is ${at}.`),
  ];
}

function failures(changes: readonly Entry[]): string[] {
  const failed = new Map<string, number>();
  for (const { action } of changes)
    if (action.endsWith('.failed')) failed.set(action, (failed.get(action) ?? 0) + 1);
  return [...failed].map(([action, times]) => `${action} happened ${times} time(s): see below.`);
}
