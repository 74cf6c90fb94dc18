/** The placeholders that every visit fills anew, each escaped for text and for quoted attributes alike. */
import { escapeHtml, safeTarget } from './escape.ts';
import type { Language } from './language.ts';
import { messageList } from './messages.ts';
import type { Slot } from './template.ts';
import type { PageModel } from './words.ts';

export interface PageFacts {
  model: PageModel;
  language: Language;
}

type PageSlot = Slot<PageFacts>;
type Read<T> = (model: PageModel) => T;

const always = () => true;

/** A target that a page leads to; the crowd asks for few, so the last ones are remembered. */
const targets = new Map<string, { shown: string; encoded: string }>();
const MAX_TARGETS = 256;

function targetOf(target: string): { shown: string; encoded: string } {
  const known = targets.get(target);
  if (known !== undefined) return known;
  const safe = safeTarget(target);
  const made = { shown: escapeHtml(safe), encoded: encodeURIComponent(safe.toWellFormed()) };
  if (targets.size >= MAX_TARGETS) targets.clear();
  if (target.length <= 2048) targets.set(target, made);
  return made;
}

function text(read: Read<string | null>): PageSlot {
  return {
    write: ({ model }) => escapeHtml(read(model) ?? ''),
    present: ({ model }) => (read(model) ?? '') !== '',
  };
}

function shownNumber(read: Read<number | null>): PageSlot {
  return {
    write: ({ model, language }) => {
      const value = read(model);
      return value === null ? '' : language.number(value);
    },
    present: ({ model }) => read(model) !== null,
  };
}

function plainNumber(read: Read<number | null>): PageSlot {
  return {
    write: ({ model }) => String(read(model) ?? ''),
    present: ({ model }) => read(model) !== null,
  };
}

function time(read: Read<Date | null>, write: (at: Date, language: Language) => string): PageSlot {
  return {
    write: ({ model, language }) => {
      const at = read(model);
      return at === null ? '' : write(at, language);
    },
    present: ({ model }) => read(model) !== null,
  };
}

/** Percent of the way gone since this visitor joined; null while there is nothing to measure it by. */
export function progressOf({ position, startPosition }: PageModel): number | null {
  if (position === null || startPosition === null || startPosition <= 0) return null;
  const gone = 1 - position / startPosition;
  return Math.round(Math.min(1, Math.max(0, gone)) * 100);
}

/** Whole seconds, rounded up: never sooner than told. */
const pollSeconds: Read<number | null> = ({ pollAfterSeconds }) =>
  pollAfterSeconds === null ? null : Math.max(1, Math.ceil(pollAfterSeconds));

/** Where a form gives a place up; the page that follows leads back to `to`. */
function leaveAddress(model: PageModel, room: string): string {
  return `${escapeHtml(model.prefix)}/rooms/${encodeURIComponent(room)}/leave?to=${targetOf(model.target).encoded}`;
}

/** A reload ends whatever is being read or pressed: without the script a page stands at least this long. */
const LEAST_REFRESH_SECONDS = 5;

const refresh: PageSlot = {
  write: ({ model }) => {
    const poll = pollSeconds(model);
    if (poll === null) return '';
    const seconds = Math.max(LEAST_REFRESH_SECONDS, poll);
    return `<noscript><meta http-equiv="refresh" content="${seconds};url=${targetOf(model.target).shown}"></noscript>`;
  },
  present: ({ model }) => model.pollAfterSeconds !== null,
};

const leave: PageSlot = {
  write: ({ model }) => (model.room === null ? '' : leaveAddress(model, model.room)),
  present: ({ model }) => model.room !== null && model.hasPlace,
};

const heldRooms: PageSlot = {
  write: ({ model, language }) =>
    model.heldRooms
      .map(
        (room) =>
          `<li><span>${escapeHtml(room)}</span><form method="post" action="${leaveAddress(model, room)}"><button class="quiet">${language.html(language.texts.leaveYes)}</button></form></li>`,
      )
      .join(''),
  present: ({ model }) => model.heldRooms.length > 0,
};

/** The state that a ticket tells while this page is right. */
function stateShown({ kind }: PageModel): string {
  return kind === 'maintenance' ? 'paused' : kind;
}

/** What the script goes by, as attributes of the main element. */
const data: PageSlot = {
  write: ({ model, language }) => {
    const ticket =
      model.room === null ? '' : `${escapeHtml(model.prefix)}/rooms/${encodeURIComponent(model.room)}/ticket`;
    const opens = model.opensAt === null ? '' : model.opensAt.getTime();
    return `data-headgate="${stateShown(model)}" data-poll="${pollSeconds(model) ?? ''}" data-ticket="${ticket}" data-target="${targetOf(model.target).shown}" data-number="${model.number ?? ''}" data-position="${model.position ?? ''}" data-start="${model.startPosition ?? ''}" data-now="${model.now.getTime()}" data-opens="${opens}" data-texts="${language.scriptTexts}"`;
  },
  present: always,
};

export const SLOTS: Record<string, PageSlot> = {
  title: text(({ page, room }) => page?.title ?? room),
  room: text(({ room }) => room),
  prefix: text(({ prefix }) => prefix),
  kind: text(({ kind }) => kind),
  number: shownNumber(({ number }) => number),
  position: shownNumber(({ position }) => position),
  lane: text(({ lane }) => lane),
  invited: { write: () => '', present: ({ model }) => model.invitation === 'invited' },
  invitationRefused: {
    write: () => '',
    present: ({ model }) => model.invitation === 'refused' && model.hasPlace,
  },
  kept: { write: () => '', present: ({ model }) => model.hasPlace },
  'number.plain': plainNumber(({ number }) => number),
  'position.plain': plainNumber(({ position }) => position),
  'start.plain': plainNumber(({ startPosition }) => startPosition),
  wait: { write: ({ model, language }) => language.wait(model.expectedWait), present: always },
  progress: plainNumber(progressOf),
  poll: plainNumber(pollSeconds),
  now: time(
    ({ now }) => now,
    (at) => String(at.getTime()),
  ),
  opensAt: time(
    ({ opensAt }) => opensAt,
    (at, language) => language.dateTime(at),
  ),
  'opensAt.iso': time(
    ({ opensAt }) => opensAt,
    (at) => at.toISOString(),
  ),
  maintenance: text(({ maintenanceText }) => maintenanceText),
  draw: text(({ drawCommitment }) => drawCommitment),
  status: plainNumber(({ status }) => status),
  detail: text(({ detail }) => detail),
  requestId: text(({ requestId }) => requestId),
  target: { write: ({ model }) => targetOf(model.target).shown, present: always },
  messages: {
    write: ({ model, language }) => messageList(model.messages, language),
    present: ({ model }) => model.messages.length > 0,
  },
  proof: text(({ proof }) => proof),
  data,
  refresh,
  leave,
  heldRooms,
};
