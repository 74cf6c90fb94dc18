/** What the admin wants done to rooms is done to rooms that exist or may exist, and to no others. */
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../../gateway/clock.ts';
import { carryOut } from '../../gateway/control/carry-out.ts';
import { shownMessages } from '../../gateway/control/messages.ts';
import type { CommandWords, PublishedMessage, RoomReport } from '../../gateway/control/words.ts';
import { createRooms, type LiveRoom, type Rooms } from '../../gateway/request/rooms.ts';
import { createEmbeddedStore } from '../../gateway/store/embedded.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { type LosableStore, losable } from '../support/losable-store.ts';
import { tempFolder } from '../support/temp-folder.ts';

const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:1"] } }
rooms:
  "event-{n}": { maxRooms: 1, limits: { sessions: 5 } }
  site: { limits: { sessions: 10, seats: 8 } }
rules: [{ name: events, match: { path: "/e/{n}/*" }, room: "event-{n}" }]
default: { room: site, upstream: platform }
`;
const OWN_ROOM = CONFIG.replace('  site:', '  event-7: { limits: { sessions: 99 } }\n  site:');

let rooms: Rooms;
let store: LosableStore;

beforeEach(async () => {
  const real = createEmbeddedStore({ path: join(await tempFolder(), 'store'), clock: systemClock, log() {} });
  await real.start();
  cleanUpLater(() => real.stop());
  store = losable(real);
  rooms = createRooms(settingsOf(CONFIG, 1), store.store, () => '');
  await rooms.enter('site', 'site');
});

function settingsOf(config: string, revision: number): Settings {
  const loaded = parseConfig(`revision: ${revision}\n${config}`, 'headgate.yaml', {
    HEADGATE_DATA: '/nowhere',
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

const report = (room: LiveRoom): RoomReport => ({
  ...{ view: rooms.view(room), template: room.template, mode: room.settings.mode, why: 'a test' },
});
const tell = (words: CommandWords) =>
  carryOut({ id: 'c', expiresAtMs: 0, to: 'all', ...words }, read, {
    ...{ rooms, store: store.store, report },
    invitations: { open: () => Promise.reject(new Error('not here')) },
    cancel: ({ olderThanSeconds }) => olderThanSeconds,
    tryOut: ({ revision }) => ({ requests: revision, changed: 0, byAddress: [] }),
  });
const read = (config: string) => (config === 'wrong' ? { reason: 'it is wrong' } : settingsOf(CONFIG, 9));

it('an operator’s word is done, and answered by the room as it is afterwards', async () => {
  const until = Date.now() + 60_000;
  expect(await tell({ kind: 'operate', room: 'site', operation: { kind: 'offline', until } })).toMatchObject({
    kind: 'done',
    value: { template: 'site', view: { room: 'site', state: 'offline', stateUntil: until } },
  });
});

it('seats are told to the room', async () => {
  expect(await tell({ kind: 'seats', room: 'site', seats: 0 })).toMatchObject({
    kind: 'done',
    value: { view: { state: 'soldout', seatsLeft: 0 } },
  });
});

it('an event may be paused before anybody came to it; a room that nothing leads to is refused', async () => {
  const pause = (room: string) => tell({ kind: 'operate', room, operation: { kind: 'pause', until: null } });
  expect(await pause('event-7')).toMatchObject({ kind: 'done', value: { view: { state: 'paused' } } });
  // The template has room for one alone: another event would be `event-~other`, which nobody meant.
  for (const room of ['event-8', 'nowhere', '../site'])
    expect(await pause(room)).toMatchObject({ kind: 'refused', code: 'HG_NO_ROOM' });
  expect([...rooms.all()].map(({ name }) => name)).toEqual(['site', 'event-7', 'event-~other']);
});

it('to look at a room makes none', async () => {
  expect(await tell({ kind: 'views', rooms: ['event-7', 'site'] })).toMatchObject({
    kind: 'done',
    value: [{ view: { room: 'site' } }],
  });
  expect(rooms.get('event-7')).toBeUndefined();
});

it('a store that does not answer is told as such: nobody knows what was done', async () => {
  store.lose();
  const end = { kind: 'operate', room: 'site', operation: { kind: 'end' } } as const;
  expect(await tell(end)).toMatchObject({ kind: 'refused', code: 'HG_STORE_LOST' });
});

it('a room by capture that gets an entry of its own obeys it at once, and gives its place in the template back', async () => {
  await rooms.enter('event-7', 'event-{n}');
  await rooms.reload(settingsOf(OWN_ROOM, 2));
  expect(store.store.view('event-7')).toMatchObject({ revision: 2, limits: { sessions: 99 } });
  expect(rooms.get('event-7')?.template).toBe('event-7');
  expect((await rooms.enter('event-8', 'event-{n}')).name).toBe('event-8');
});

it('visitors of a room see its messages and those for everybody, newest first, twenty at most', () => {
  const message = (n: number, room: string | null): PublishedMessage => ({
    ...{ id: String(n), room, text: `m${n}`, severity: 'info', at: new Date(n * 1_000).toISOString() },
  });
  const published = [message(1, null), message(3, 'site'), message(2, 'other'), message(4, null)];
  expect(shownMessages(published, 'site').map(({ text }) => text)).toEqual(['m4', 'm3', 'm1']);
  expect(shownMessages(published, null)).toEqual([
    { at: '1970-01-01T00:00:04.000Z', text: 'm4' },
    { at: '1970-01-01T00:00:01.000Z', text: 'm1' },
  ]);
  const many = Array.from({ length: 50 }, (_, n) => message(n, null));
  expect(shownMessages(many, 'site').map(({ text }) => text)).toEqual(
    Array.from({ length: 20 }, (_, n) => `m${49 - n}`),
  );
});

it('requests are cancelled, and a configuration is tried as this gateway would read it', async () => {
  expect(await tell({ kind: 'cancel', olderThanSeconds: 7, upstream: null, reason: 'x' })).toEqual({
    kind: 'done',
    value: 7,
  });
  expect(await tell({ kind: 'dry-run', config: 'right' })).toMatchObject({
    kind: 'done',
    value: { requests: 9 },
  });
  expect(await tell({ kind: 'dry-run', config: 'wrong' })).toMatchObject({
    ...{ kind: 'refused', code: 'HG_REVISION_INVALID', reason: 'it is wrong' },
  });
});
