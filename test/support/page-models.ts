/** Visitors to show pages to: one plausible model a page, and the pages of one room. */
import type { RoomView, ViewState } from '../../gateway/line/words.ts';
import type { PageSettings } from '../../gateway/page/look.ts';
import { createPages, type Pages } from '../../gateway/page/pages.ts';
import type { PageKind, PageModel } from '../../gateway/page/words.ts';

export const SUMMIT: PageSettings = {
  title: 'Autumn Summit 2026',
  logo: null,
  colour: '#0b7a5c',
  templates: null,
  frameAncestors: "'self'",
};

const MESSAGES = [
  {
    at: '2026-12-01T15:04:00Z',
    text: 'Registration is going well. Everybody who is in line now will be served today.',
  },
  { at: '2026-12-01T14:50:00Z', text: 'The doors open at 15:00 UTC.' },
];

export function loadedPages(...rooms: PageSettings[]): Pages {
  const loaded = createPages(rooms);
  if (loaded.kind === 'refused') throw new Error(JSON.stringify(loaded.problems));
  return loaded.pages;
}

export function pageModel(
  kind: PageKind,
  page: PageSettings | null,
  changes: Partial<PageModel> = {},
): PageModel {
  const inLine = ['waiting', 'paused', 'maintenance', 'offline', 'held'].includes(kind);
  const hasNumber = inLine || kind === 'prequeue' || kind === 'called';
  return {
    kind,
    lane: null,
    invitation: null,
    room: 'event-4711',
    page,
    prefix: '/.headgate',
    number: hasNumber ? 1208 : null,
    hasPlace: hasNumber,
    position: inLine ? 312 : null,
    startPosition: inLine ? 896 : null,
    expectedWait: kind === 'waiting' ? { low: 120, high: 240 } : null,
    pollAfterSeconds: hasNumber || kind === 'failed' ? 8 : null,
    opensAt: kind === 'prequeue' || kind === 'maintenance' ? new Date('2026-12-01T15:30:00Z') : null,
    now: new Date('2026-12-01T15:05:00Z'),
    state: kind === 'waiting' ? 'engaged' : 'open',
    messages: inLine ? MESSAGES : [],
    requestId: '4f1c-77a2',
    drawCommitment:
      kind === 'prequeue' ? '9b74c9897bac770ffc029102a200c5de5f8c0b2a7a1b7d5f2e6a1f0c3d4e5f60' : null,
    maintenanceText: kind === 'maintenance' ? 'We are moving to a faster database.' : null,
    target: '/ereg/newreg.php?eventid=4711&lang=en',
    status: 200,
    detail: kind === 'refused' ? 'eventid occurs twice: 4711 and 4712' : null,
    heldRooms: kind === 'too-many-places' ? ['event-1', 'event-2', 'spring-gala', 'workshop-day'] : [],
    proof: null,
    ...changes,
  };
}

export function roomView(room: string, state: ViewState, waiting: number): RoomView {
  return {
    room,
    epoch: 1,
    seq: 1,
    fence: 0,
    revision: 1,
    at: Date.UTC(2026, 11, 1, 15, 5),
    state,
    operatorState: 'open',
    stateRev: 0,
    stateUntil: null,
    maintenance: null,
    rate: { factor: 1, perMinute: null },
    lanes: { default: { issued: waiting + 500, serving: 500 } },
    issued: waiting + 500,
    serving: 500,
    waiting,
    returners: 0,
    sessions: 480,
    limits: { sessions: 500, admissionsPerMinute: 300, seats: null, submitReserve: 10 },
    seatsLeft: null,
    seatsRev: 0,
    callsPerMinute: { one: waiting > 0 ? 296 : null, five: null },
    cost: 0.7,
    outstanding: 12,
    admissions: 500,
    opensAt: null,
    draw: null,
    endedSessions: [],
    holdUntil: 0,
    losses: 0,
    share: { slots: 9, perMinute: 300 },
    silent: [],
  };
}
