/** What gateways write of themselves each second is as large after a day as after a minute. */
import { expect, test } from 'vitest';
import type { RoomSettings } from '../../config/settings.ts';
import { roomReport } from '../../gateway/control/facts.ts';
import type { RoomView } from '../../gateway/line/words.ts';
import type { LiveRoom } from '../../gateway/request/rooms.ts';

const settings = { mode: 'act' } as RoomSettings;
const room = { name: 'event-4711', label: 'event', template: 'event-{eventid}', settings } as LiveRoom;

const reportAfter = (endedSessions: string[]) =>
  roomReport(room, {
    rooms: { view: () => ({ room: room.name, sessions: 3, endedSessions }) as Partial<RoomView> as RoomView },
    observed: { why: (view) => `3 sessions, ${view.endedSessions.length} ended` },
  });

test('a report does not grow with the sessions that ended, and why is told by all that is known', () => {
  const ended = Array.from({ length: 1_000 }, (_, i) => `session-${i}`);
  expect(reportAfter(ended)).toEqual({
    view: { room: 'event-4711', sessions: 3, endedSessions: [] },
    template: 'event-{eventid}',
    mode: 'act',
    why: '3 sessions, 1000 ended',
  });
  const { why: _full, ...full } = reportAfter(ended);
  const { why: _empty, ...empty } = reportAfter([]);
  expect(JSON.stringify(full)).toBe(JSON.stringify(empty));
});
