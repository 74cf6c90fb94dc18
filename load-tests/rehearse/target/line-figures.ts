/** What the target's gate tells of the rehearsal's own rooms: its status document, asked with the rehearsal's header. */
import { fetchJson, LOOK_MS } from '../../stage/fetch-json.ts';
import { type RoomInLine, waitingInAll } from '../../stage/line-length.ts';
import { createGrowth, createWindow } from '../../stage/rates.ts';
import type { Figures } from '../../stage/words.ts';

interface RoomSeen extends RoomInLine {
  room: string;
  epoch: number;
  serving: number;
}

const WINDOW_MS = 5_000;
const MINUTE_S = 60;

/** Nulls where no gate answers. */
export function watchLine(
  url: string,
  headers: Readonly<Record<string, string>>,
  nowMs: () => number,
): () => Promise<Figures> {
  const called = createGrowth();
  const over = createWindow(WINDOW_MS);
  return async () => {
    const asked = { headers: { ...headers, accept: 'application/json' }, redirect: 'error' as const };
    const status = await fetchJson<{ rooms?: RoomSeen[] }>(url, asked, LOOK_MS).catch(() => null);
    const rooms = status?.rooms;
    if (!Array.isArray(rooms)) return { 'line.waiting': null, 'line.called': null };
    for (const { room, epoch, serving } of rooms) called.take(`${room} ${epoch}`, serving);
    const grown = over.grownBy(nowMs(), called.total());
    return {
      'line.waiting': waitingInAll(rooms),
      'line.called': grown && (grown.count / grown.seconds) * MINUTE_S,
    };
  };
}
