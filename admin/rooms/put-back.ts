/** Puts back what was changed until a time, when the time has come: also after a restart, and again until it could be done. */
import { parseDocument } from 'yaml';
import type { Actor } from '../words.ts';
import { amended } from './change-room.ts';
import type { RoomsInside } from './parts.ts';
import type { Revert } from './reverts.ts';
import { type RoomValues, writtenValues } from './room-config.ts';

export interface PutBack {
  /** Looks once whether anything is due; called each round. Never rejects. */
  look(): Promise<void>;
}

const HEADGATE: Actor = { name: 'headgate', role: 'admin', rooms: null };
const RETRY_MS = 10_000;

export function createPutBack(inside: RoomsInside): PutBack {
  const { reverts, clock, log } = inside;
  const busy = new Set<string>();
  const notBefore = new Map<string, number>();

  async function attempt(room: string): Promise<void> {
    busy.add(room);
    try {
      await inside.inTurn(room, () => putBack(inside, room));
      notBefore.delete(room);
    } catch (error) {
      notBefore.set(room, clock.monotonicMs() + RETRY_MS);
      log.say('warn', { room, error: String(error) }, 'a change whose time is over cannot be put back yet');
    } finally {
      busy.delete(room);
    }
  }

  return {
    async look() {
      const rooms = new Set(reverts.due(clock.wallMs()).map(({ room }) => room));
      const now = clock.monotonicMs();
      const ready = [...rooms].filter((room) => !busy.has(room) && now >= (notBefore.get(room) ?? 0));
      await Promise.all(ready.map(attempt));
    },
  };
}

async function putBack(inside: RoomsInside, room: string): Promise<void> {
  const due = inside.reverts.due(inside.clock.wallMs()).filter((revert) => revert.room === room);
  if (due.length === 0) return;
  const { by, reason } = due[0] as Revert;
  const why = `the time is over for a change by ${by}: ${reason}`;
  const values = unchangedSince(inside, room, due);
  if (Object.keys(values).length > 0) await amended(inside, room, values, HEADGATE, why);
  const seats = due.find(({ key }) => key === 'seats');
  const left = seats && (await seatsPutBack(inside, room, seats));
  const after = left === undefined ? values : { ...values, seats: left };
  inside.data.transaction(() => {
    inside.reverts.drop(
      room,
      due.map(({ key }) => key),
    );
    inside.count.add(room);
    const before = Object.fromEntries(due.map(({ key, value }) => [key, value]));
    inside.auditLog.append({
      actor: HEADGATE.name,
      action: 'room.put-back',
      subject: room,
      reason: why,
      before,
      after,
    });
  });
  inside.hub.emit({
    ...{ kind: 'room', room, severity: 'info', data: { action: 'put-back', values: after } },
    summary: `${room}: ${Object.keys(after).join(', ') || 'nothing'} put back; ${why}`,
  });
}

/** What somebody changed again since stays as it is. */
function unchangedSince({ config }: RoomsInside, room: string, due: readonly Revert[]): RoomValues {
  const ours = due.filter(({ key }) => key !== 'seats');
  const present = writtenValues(
    parseDocument(config.active().config),
    room,
    ours.map(({ key }) => key),
  );
  if (present === undefined) return {};
  const same = ours.filter(({ key, value }) => JSON.stringify(present[key]) === JSON.stringify(value));
  return Object.fromEntries(same.map(({ key, before }) => [key, before]));
}

/** Registrations went on: what was taken away is given back, so that sold seats are not for sale again. */
async function seatsPutBack(inside: RoomsInside, room: string, revert: Revert): Promise<number | null> {
  const before = revert.before as number | null;
  const value = revert.value as number | null;
  const present = (await inside.gateway.look(room))?.view.seatsLeft ?? null;
  const seats =
    before === null || value === null || present === null ? before : Math.max(0, present + before - value);
  inside.known.note(await inside.gateway.change({ kind: 'seats', room, seats }));
  return seats;
}
