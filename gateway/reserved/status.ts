/** What everybody may know of a room: one document of the same bytes for all, made at most twice a second. */
import { createHash } from 'node:crypto';
import { maintenanceLeft } from '../../config/maintenance.ts';
import type { Maintenance } from '../../config/settings.ts';
import { answerPrepared, type PreparedAnswer, prepareAnswer } from '../answer.ts';
import type { Clock } from '../clock.ts';
import type { Exchange } from '../exchange.ts';
import type { RoomView } from '../line/words.ts';
import type { Message } from '../page/words.ts';
import type { JudgedRequest } from '../request/words.ts';

const FRESH_MS = 500;
/** Rooms come and go; so many documents are kept. */
const MOST_MADE = 2_000;

export interface StatusDocument {
  room: string;
  epoch: number;
  state: RoomView['state'];
  issued: number;
  serving: number;
  waiting: number;
  callsPerMinute: number | null;
  opensAt: string | null;
  /** When a paused or offline line opens by itself; null: nobody has said. */
  reopensAt: string | null;
  seatsLeft: number | null;
  /** The one that is on, and those to come; nobody is let in meanwhile, and places are kept. */
  maintenance: { from: string; until: string; text: string | null }[];
  lanes: Record<string, { issued: number; serving: number }>;
  messages: readonly Message[];
  /** `base`: the last number that was given before the prequeue, from which its numbers and ranks are counted. */
  draw: { commitment: string; seed: string | null; size: number | null; base: number } | null;
  at: string;
}

export interface StatusSources {
  view(room: string): RoomView | undefined;
  messages(room: string | null): readonly Message[];
  maintenance(room: string): readonly Maintenance[];
  /** The draw's seed, hex, once it may be known. */
  seed(view: RoomView): string | null;
  clock: Clock;
}

const JSON_TYPE = ['content-type', 'application/json; charset=utf-8'];

interface Made {
  whole: PreparedAnswer;
  /** Headers where the visitor has it already; flat name, value list. */
  unchanged: string[];
  etag: string;
  atMs: number;
}

export function createStatus(sources: StatusSources) {
  const made = new Map<string, Made>();

  const documentOf = (view: RoomView): StatusDocument => ({
    room: view.room,
    epoch: view.epoch,
    state: view.state,
    issued: view.issued,
    serving: view.serving,
    waiting: view.waiting,
    callsPerMinute: rounded(view.callsPerMinute.one ?? view.callsPerMinute.five),
    opensAt: isoOrNull(view.opensAt),
    reopensAt: isoOrNull(view.stateUntil),
    seatsLeft: view.seatsLeft,
    maintenance: maintenanceLeft(sources.maintenance(view.room), view.at).map(told),
    lanes: view.lanes,
    messages: sources.messages(view.room),
    draw: view.draw ? drawOf(view.draw, sources.seed(view)) : null,
    at: new Date(view.at).toISOString(),
  });
  const make = (room: string, nowMs: number): Made | null => {
    const view = sources.view(room);
    if (!view) return null;
    const body = JSON.stringify(documentOf(view));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const caching = ['cache-control', 'public, max-age=1', 'etag', etag];
    const whole = prepareAnswer([...JSON_TYPE, ...caching], body);
    const fresh = { whole, unchanged: ['headgate-state', 'bypassed', ...caching], etag, atMs: nowMs };
    if (made.size >= MOST_MADE) made.clear();
    made.set(room, fresh);
    return fresh;
  };

  return {
    documentOf,
    /** False: nobody knows the room. */
    send(exchange: Exchange, room: string): boolean {
      const nowMs = sources.clock.monotonicMs();
      const known = made.get(room);
      const document = known && nowMs - known.atMs < FRESH_MS ? known : make(room, nowMs);
      if (!document) return false;
      exchange.state = 'bypassed';
      if (exchange.request.headers['if-none-match'] !== document.etag)
        answerPrepared(exchange, 200, document.whole);
      else exchange.response.writeHead(304, document.unchanged).end();
      return true;
    },
  };
}

/** The room whose status is polled; null: another address. Most of what comes under the prefix is this, and needs no router. */
export function polledRoom(prefix: string, { method, path }: JudgedRequest): string | null {
  const before = prefix.length + ROOMS.length;
  if (method !== 'GET' || !path.endsWith(STATUS) || !path.startsWith(ROOMS, prefix.length)) return null;
  const room = path.slice(before, -STATUS.length);
  return room.includes('/') ? null : room;
}

const ROOMS = '/rooms/';
const STATUS = '/status';

export type Status = ReturnType<typeof createStatus>;

function drawOf({ commitment, size, base }: NonNullable<RoomView['draw']>, seed: string | null) {
  return { commitment, seed, size, base };
}

function told({ fromMs, untilMs, text }: Maintenance) {
  return { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString(), text };
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function rounded(rate: number | null): number | null {
  return rate === null ? null : Math.round(rate * 10) / 10;
}
