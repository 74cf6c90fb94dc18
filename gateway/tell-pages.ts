/** Which page a person is shown for what is told, and with which status. */
import type { Maintenance } from '../config/settings.ts';
import { CATALOGUE, type ErrorCode } from './errors.ts';
import type { PageKind } from './page/words.ts';
import type { Tell } from './request/admission.ts';
import type { LiveRoom } from './request/rooms.ts';

const PAGE_OF_CODE: Partial<Record<ErrorCode, PageKind>> = {
  HG_WAITING: 'waiting',
  HG_NOT_SENT: 'not-sent',
  HG_PREQUEUE: 'prequeue',
  HG_PAUSED: 'paused',
  HG_OFFLINE: 'offline',
  HG_HELD: 'held',
  HG_STORE_LOST: 'held',
  HG_UNKNOWN_KEY: 'held',
  HG_KEYS_MISSING: 'held',
  HG_SOLD_OUT: 'soldout',
  HG_ENDED: 'ended',
  HG_TOO_MANY_PLACES: 'too-many-places',
  HG_UPSTREAM_FAILED: 'failed',
  HG_UPSTREAM_DOWN: 'failed',
  HG_UPSTREAM_TIMEOUT: 'failed',
  HG_UPSTREAM_BUSY: 'failed',
  HG_CANCELLED: 'failed',
  HG_SHED: 'busy',
  HG_TOO_MANY_NUMBERS: 'busy',
};

/** Pages that a person is told with the waiting status (200 by default): some caches hand a 503 on whatever it says. */
const WAITING_PAGES: ReadonlySet<PageKind> = new Set<PageKind>([
  'waiting',
  'called',
  'not-sent',
  'prequeue',
  'paused',
  'maintenance',
  'offline',
  'held',
  'soldout',
  'ended',
]);

export function pageOf({ state, code }: Tell, maintenance: Maintenance | null): PageKind {
  if (state === 'called') return 'called';
  if (code === 'HG_PAUSED' && maintenance !== null) return 'maintenance';
  return PAGE_OF_CODE[code] ?? 'refused';
}

/** Who sent a form is told first that nothing was sent. */
export function troublePage(method: string, code: ErrorCode): PageKind {
  const kind = PAGE_OF_CODE[code] ?? 'refused';
  return kind === 'busy' && method === 'POST' ? 'busy-form' : kind;
}

/** Without keys the balancer is to choose another gateway, and nothing is on the page that a cache could hand on. */
export function statusOf({ code }: Tell, kind: PageKind, room: LiveRoom): number {
  const mayBe200 = WAITING_PAGES.has(kind) && code !== 'HG_KEYS_MISSING';
  return mayBe200 ? room.settings.waitStatus : CATALOGUE[code].status;
}
