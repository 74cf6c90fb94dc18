/** The live rooms of this gateway: made when first entered, bounded for each template, forgotten when nothing would be lost. */
import type { Launch, RoomSettings, Settings } from '../../config/settings.ts';
import type { RoomView } from '../line/words.ts';
import { type Store, StoreLost } from '../store/store.ts';
import { compileRoomLookup, type NamedRoom, otherRoomOf } from './classify-room.ts';
import { lawOf } from './law.ts';

export interface LiveRoom {
  readonly name: string;
  /** Key of `settings.rooms` whose law it has. */
  template: string;
  /** Name in metrics: its own, or the template's beyond the first hundred rooms by capture. */
  readonly label: string;
  settings: RoomSettings;
  /** Requests without a number in flight under the room's allowance. */
  numberless: number;
}

export interface Rooms {
  /** The room if it is live. */
  get(name: string): LiveRoom | undefined;
  /** The live room, made where it is new; `~other` of its template when that has no room left. */
  enter(name: string, template: string): LiveRoom | Promise<LiveRoom>;
  /** The room that an outsider means by a name; null: no room can have it. */
  named(name: string): NamedRoom | null;
  /** As visitors are to see it: held while its store is lost and nobody is let in. */
  view(room: LiveRoom): RoomView;
  all(): Iterable<LiveRoom>;
  launchOf(name: string): Launch | undefined;
  /**
   * Writes the new law into every live room: that of its own name where the configuration names it by now. Rooms whose
   * template is gone keep the old one until they are empty.
   */
  reload(settings: Settings): Promise<void>;
  /** Forgets what nobody uses; returns how many rooms went. */
  sweep(): Promise<number>;
}

const LABELLED_ROOMS = 100;

export function createRooms(
  initial: Settings,
  store: Store,
  commitment: (room: string, launch: Launch) => string,
  seen: (view: RoomView) => RoomView = (view) => view,
): Rooms {
  let settings = initial;
  const live = new Map<string, LiveRoom>();
  const making = new Map<string, Promise<LiveRoom>>();
  const perTemplate = new Map<string, number>();
  const labelled = new Set<string>();
  let lookUp = compileRoomLookup(settings);

  const launchOf = (name: string) => settings.launches.find((launch) => launch.room === name);
  const configure = async (name: string, template: string) => {
    const roomSettings = settings.rooms[template] as RoomSettings;
    const law = lawOf(roomSettings, settings.keys.ticketHours, launchOf(name), (launch) =>
      commitment(name, launch),
    );
    await store.configure(name, law, settings.revision);
    return roomSettings;
  };
  const make = async (name: string, template: string): Promise<LiveRoom> => {
    const roomSettings = await configure(name, template);
    const label = hasOwnLabel(name, template) ? name : template;
    const room: LiveRoom = { name, template, label, settings: roomSettings, numberless: 0 };
    live.set(name, room);
    making.delete(name);
    return room;
  };
  const makeOnce = (name: string, template: string) => {
    const underWay = making.get(name);
    if (underWay) return underWay;
    const promise = make(name, template).catch((error) => {
      making.delete(name);
      count(perTemplate, template, -1);
      throw error;
    });
    making.set(name, promise);
    count(perTemplate, template, 1);
    return promise;
  };
  const hasOwnLabel = (name: string, template: string) => {
    if (!template.includes('{') || labelled.has(name)) return true;
    // Also those that were forgotten: metrics keep a label for as long as the process lives.
    if (labelled.size >= LABELLED_ROOMS) return false;
    labelled.add(name);
    return true;
  };
  /** What cannot be asked is in use. */
  const forgotten = (name: string) =>
    store.forget(name).catch((error) => {
      if (error instanceof StoreLost) return false;
      throw error;
    });
  const hasRoomLeft = (name: string, template: string) =>
    !template.includes('{') ||
    name === otherRoomOf(template).room ||
    (perTemplate.get(template) ?? 0) < (settings.rooms[template]?.maxRooms ?? 0);

  const moveToTemplate = (room: LiveRoom) => {
    const named = lookUp(room.name);
    if (named?.room !== room.name || named.template === room.template) return;
    count(perTemplate, room.template, -1);
    count(perTemplate, named.template, 1);
    room.template = named.template;
  };

  return {
    get: (name) => live.get(name),
    enter(name, template) {
      const room = live.get(name);
      if (room) return room;
      if (hasRoomLeft(name, template) || making.has(name)) return makeOnce(name, template);
      const other = otherRoomOf(template).room;
      return live.get(other) ?? makeOnce(other, template);
    },
    named: (name) => lookUp(name),
    view: (room) => seen(store.view(room.name) as RoomView),
    all: () => live.values(),
    launchOf,
    async reload(next) {
      settings = next;
      lookUp = compileRoomLookup(settings);
      for (const room of live.values()) {
        moveToTemplate(room);
        if (settings.rooms[room.template]) room.settings = await configure(room.name, room.template);
      }
    },
    async sweep() {
      let gone = 0;
      for (const room of [...live.values()]) {
        if (!room.template.includes('{') || room.numberless > 0 || store.isLost(room.name)) continue;
        if (isUsed(store.view(room.name))) continue;
        // Not live before it is forgotten: who comes meanwhile makes it anew, and never meets a room that is gone.
        live.delete(room.name);
        count(perTemplate, room.template, -1);
        if (await forgotten(room.name)) gone++;
        else if (!live.has(room.name) && !making.has(room.name)) {
          live.set(room.name, room);
          count(perTemplate, room.template, 1);
        }
      }
      return gone;
    },
  };
}

/** As far as the last view can tell, without asking. */
function isUsed(view: RoomView | undefined): boolean {
  return view !== undefined && (view.sessions > 0 || view.waiting > 0);
}

function count(counts: Map<string, number>, key: string, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change);
}
