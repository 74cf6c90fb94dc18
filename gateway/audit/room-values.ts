/** Remembers by which values live rooms are named (`4711` names `event-4711`), and finds those values in requests that went elsewhere. */
import { captureNames } from '../../config/pattern.ts';
import type { Settings } from '../../config/settings.ts';
import { isTemplate, matchTemplate, OTHER, otherRoom, roomKey } from '../../config/template.ts';
import { Likely } from './likely.ts';
import type { NamedRoom } from './named-room.ts';

/** A room is live for so long after its last request. */
const LIVE_MS = 60_000;
const MOST_VALUES = 4_096;
/** Shorter values are part of too many addresses by chance. */
const SHORTEST_VALUE = 3;
const LONGEST_VALUE = 64;

interface Known {
  named: NamedRoom;
  /** Infinity: a launch's. */
  untilMs: number;
}

export interface RoomValues {
  /** A request was judged to this room, of this template. */
  learn(room: string, template: string, nowMs: number): void;
  /** The live room that is named by this part of a text. */
  find(text: string, start: number, end: number, nowMs: number): NamedRoom | null;
  /** What `find` may find. */
  readonly likely: Likely;
  /** Whether anything could be found. */
  readonly isEmpty: boolean;
  /** The launches' rooms count as live. */
  follow(settings: Settings): void;
}

export function createRoomValues(): RoomValues {
  const byValue = new Map<string, Known>();
  /** By room: its value; null: it has none that could be found. */
  const valueByRoom = new Map<string, string | null>();
  const likely = new Likely();

  function add(value: string, known: Known): void {
    if (!byValue.has(value)) likely.add(value);
    byValue.set(value, known);
  }

  function drop(value: string): void {
    if (byValue.delete(value)) likely.delete(value);
  }

  function forgetOld(nowMs: number): void {
    for (const [value, { untilMs }] of byValue) if (untilMs < nowMs) drop(value);
    for (const [room, value] of valueByRoom)
      if (value === null || !byValue.has(value)) valueByRoom.delete(room);
  }

  function remember(room: string, template: string, nowMs: number): string | null {
    if (valueByRoom.size >= MOST_VALUES) forgetOld(nowMs);
    if (valueByRoom.size >= MOST_VALUES) return null;
    const value = soleValue(room, template);
    valueByRoom.set(room, value);
    return value;
  }

  return {
    likely,
    learn(room, template, nowMs) {
      const known = valueByRoom.get(room);
      const value = known === undefined ? remember(room, template, nowMs) : known;
      if (value === null) return;
      const present = byValue.get(value);
      if (present === undefined)
        add(value, { named: { room, other: otherRoom(template) }, untilMs: nowMs + LIVE_MS });
      else if (present.untilMs !== Infinity) present.untilMs = nowMs + LIVE_MS;
    },
    find(text, start, end, nowMs) {
      if (!likely.has(text, start, end)) return null;
      const known = byValue.get(text.slice(start, end).toLowerCase());
      return known !== undefined && known.untilMs >= nowMs ? known.named : null;
    },
    get isEmpty() {
      return byValue.size === 0;
    },
    follow(settings) {
      for (const [value, { untilMs }] of byValue) if (untilMs === Infinity) drop(value);
      const templates = Object.keys(settings.rooms);
      for (const { room } of settings.launches) {
        const template = roomKey(room, templates);
        const value = template === null ? null : soleValue(room, template);
        if (value !== null)
          add(value, { named: { room, other: otherRoom(template as string) }, untilMs: Infinity });
      }
    },
  };
}

/** In small letters; null where the template has several captures, for one of them alone names no room. */
function soleValue(room: string, template: string): string | null {
  if (!isTemplate(template) || captureNames(template).length !== 1) return null;
  const [value] = Object.values(matchTemplate(template, room) ?? {});
  if (value === undefined || value === OTHER || value.length < SHORTEST_VALUE) return null;
  return value.length > LONGEST_VALUE ? null : value.toLowerCase();
}
