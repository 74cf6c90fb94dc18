/** Rooms by capture come and go: what is swept while it is used stays one room, and neither rooms nor labels pile up. */
import { beforeEach, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import type { RoomView } from '../../gateway/line/words.ts';
import { createRooms, type LiveRoom, type Rooms } from '../../gateway/request/rooms.ts';
import type { Store } from '../../gateway/store/store.ts';
import { roomView } from '../support/page-models.ts';

const TEMPLATE = 'event-{n}';
const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:1"] } }
rooms: { "${TEMPLATE}": { maxRooms: 2 }, site: {} }
rules: [{ name: events, match: { path: "/e/{n}/*" }, room: "${TEMPLATE}" }]
default: { room: site, upstream: platform }
`;

const UNUSED: RoomView = { ...roomView('r', 'open', 0), sessions: 0, waiting: 0 };

let rooms: Rooms;
let asked: { room: string; answer(isGone: boolean): void }[];
let view: RoomView;

beforeEach(() => {
  const loaded = parseConfig(CONFIG, 'headgate.yaml', { HEADGATE_DATA: '/nowhere' });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  asked = [];
  view = UNUSED;
  const store = {
    configure: () => new Promise((done) => setTimeout(done, 20, view)),
    isLost: () => false,
    view: () => view,
    forget: (room: string) => new Promise<boolean>((answer) => asked.push({ room, answer })),
  } as unknown as Store;
  rooms = createRooms(loaded.settings, store, () => '');
});

const enter = async (name: string): Promise<LiveRoom> => rooms.enter(name, TEMPLATE);
async function swept(isGone: boolean): Promise<void> {
  const sweeping = rooms.sweep();
  asked.pop()?.answer(isGone);
  await sweeping;
}

it('a room that is entered while it is being swept counts once, however often', async () => {
  await enter('event-1');
  for (let round = 0; round < 3; round++) {
    const sweeping = rooms.sweep();
    const entered = enter('event-1');
    asked.pop()!.answer(false);
    await Promise.all([sweeping, entered]);
  }
  expect((await enter('event-2')).name).toBe('event-2');
  expect((await enter('event-3')).name).toBe('event-~other');
});

it('whoever is inside or waits is not asked about', async () => {
  await enter('event-1');
  for (const used of [{ sessions: 1 }, { waiting: 1 }]) {
    view = { ...UNUSED, ...used };
    await rooms.sweep();
  }
  expect(asked).toEqual([]);
});

it('a hundred rooms by capture have labels of their own, those that were forgotten too', async () => {
  const labels = new Set<string>();
  for (let n = 0; n < 130; n++) {
    labels.add((await enter(`event-${n}`)).label);
    await swept(true);
  }
  expect(labels.size).toBe(101);
  expect((await enter('event-7')).label).toBe('event-7');
});
