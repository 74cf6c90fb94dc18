/** Changes a room's limits, mode and seats: limits and mode as a revision of the configuration, seats as a word to the room. */
import { parseDocument } from 'yaml';
import { roomKey } from '../../config/template.ts';
import type { RoomReport } from '../../gateway/control/words.ts';
import { AdminError } from '../errors.ts';
import type { Actor } from '../words.ts';
import { lookForRoom, refuseStale } from './find-room.ts';
import type { RoomsInside } from './parts.ts';
import { type RoomValues, setValues, writtenValues } from './room-config.ts';
import { invalid, timeAhead } from './times.ts';
import type { RoomChangeBody } from './words.ts';

export interface AskedChange {
  actor: Actor;
  room: string;
  body: RoomChangeBody;
  ifMatch: string | null;
}

/** `report` null: no gateway has said yet that it obeys the revision. */
export interface ChangedRoom {
  report: RoomReport | null;
  /** Null: the configuration was not changed. */
  revision: number | null;
}

/** Throws AdminError: what `ConfigChanges.amend` throws, HG_NOT_THERE, HG_CONFLICT (pinned), HG_PRECONDITION_FAILED, HG_NO_GATEWAY. */
export function changeRoom(inside: RoomsInside, asked: AskedChange): Promise<ChangedRoom> {
  const { room, body } = asked;
  const values = valuesOf(body);
  if (Object.keys(values).length === 0 && body.seats === undefined)
    throw invalid('limits', 'or seats or mode must be there');
  const untilMs = timeAhead(body.until, 'until', inside.clock.wallMs());
  return inside.inTurn(room, async () => {
    const report = await lookForRoom(inside, room);
    refuseStale(asked.ifMatch, room, report, inside.count.of(room));
    refusePinned(inside, room, Object.keys(values));
    const before = valuesBefore(inside, room, values, body, report);
    return written(inside, asked, { before, values, untilMs });
  });
}

interface Planned {
  before: RoomValues;
  /** Of the configuration. */
  values: RoomValues;
  untilMs: number | null;
}

/** Log and end are on the disk before anything is done: a change whose end is forgotten would stay for good. */
async function written(inside: RoomsInside, asked: AskedChange, planned: Planned): Promise<ChangedRoom> {
  const { data, auditLog, count, reverts } = inside;
  const { room, body, actor } = asked;
  const all = body.seats === undefined ? planned.values : { ...planned.values, seats: body.seats };
  const rows = reverts.of(room);
  const entry = { actor: actor.name, action: 'room.change', subject: room, reason: body.reason };
  data.transaction(() => {
    count.add(room);
    reverts.plan({ ...planned, room, values: all, by: actor.name, reason: body.reason });
    auditLog.append({ ...entry, before: planned.before, after: { ...all, until: body.until ?? null } });
  });
  try {
    const changed = await carriedOut(inside, asked, planned.values);
    announce(inside, asked, all);
    return changed;
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    data.transaction(() => {
      reverts.put(room, Object.keys(all), rows);
      auditLog.append({ ...entry, action: 'room.change.failed', before: all, after: { failure } });
    });
    throw error;
  }
}

async function carriedOut(inside: RoomsInside, asked: AskedChange, values: RoomValues): Promise<ChangedRoom> {
  const { room, actor, body } = asked;
  const hasValues = Object.keys(values).length > 0;
  const revision = hasValues ? await amended(inside, room, values, actor, body.reason) : null;
  if (body.seats !== undefined)
    inside.known.note(await inside.gateway.change({ kind: 'seats', room, seats: body.seats }));
  if (revision === null) return { report: inside.known.get(room) ?? null, revision };
  return { report: await inside.settled.wait(room, revision), revision };
}

/** The number of the revision that says so. */
export async function amended(
  { changes, config }: Pick<RoomsInside, 'changes' | 'config'>,
  room: string,
  values: RoomValues,
  actor: Actor,
  reason: string,
): Promise<number> {
  const { number } = await changes.amend(actor, reason, (document) => {
    if (!setValues(document, room, values, config.pins())) throw noEntry(room);
  });
  return number;
}

function valuesOf({ limits = {}, mode }: RoomChangeBody): RoomValues {
  const values: RoomValues = mode === undefined ? {} : { mode };
  for (const [key, value] of Object.entries(limits)) values[`limits.${key}`] = value;
  return values;
}

function valuesBefore(
  { config }: RoomsInside,
  room: string,
  values: RoomValues,
  { seats }: RoomChangeBody,
  report: RoomReport | null,
): RoomValues {
  const before = writtenValues(parseDocument(config.active().config), room, Object.keys(values));
  if (before === undefined) throw noEntry(room);
  return seats === undefined ? before : { ...before, seats: report?.view.seatsLeft ?? null };
}

/** The pin would win, and the change would be seen nowhere. */
function refusePinned({ config }: RoomsInside, room: string, keys: readonly string[]): void {
  const entry = roomKey(room, Object.keys(config.settings().rooms));
  const paths = keys.map((key) => `rooms.${entry}.${key}`);
  const pin = config.pins().find(({ path }) => paths.includes(path));
  if (pin) throw new AdminError('HG_CONFLICT', `${pin.path} is pinned by ${pin.by}: ${pin.reason}`);
}

function noEntry(room: string): AdminError {
  return new AdminError('HG_NOT_THERE', `the configuration has no room, and no template, for ${room}`);
}

function announce({ hub }: RoomsInside, { room, actor, body }: AskedChange, values: RoomValues): void {
  const said = Object.entries(values).map(
    ([key, value]) => `${key} ${value === null ? 'without a limit' : value}`,
  );
  hub.emit({
    ...{ kind: 'room', room, severity: 'info' },
    summary: `${room}: ${said.join(', ')}${body.until ? ` until ${body.until}` : ''} by ${actor.name}: ${body.reason}`,
    data: { action: 'change', by: actor.name, reason: body.reason, values, until: body.until ?? null },
  });
}
