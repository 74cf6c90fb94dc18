/** A maintenance through a real gate: announced before, said while it is on, with its end, and over by itself. */
import { beforeAll, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, NAVIGATION, visitor } from '../support/http-client.ts';
import { reload } from '../support/reload.ts';
import { roomAt, untilAnswered } from '../support/room-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';

const TEXT = 'We are moving to a <faster> database.';

let upstream: string;
let gate: GatewayProcess;

const config = (windows: string) => `
upstreams: { platform: { targets: ["${upstream}"] } }
rooms: { site: { limits: { sessions: 1, submitReserve: 0 }, maintenance: [${windows}] } }
default: { room: site, upstream: platform }
`;
const HOUR_MS = 3_600_000;
const windowOf = (from: number, until: number) =>
  `{ from: "${iso(from)}", until: "${iso(until)}", text: "${TEXT}" }`;
const iso = (at: number) => new Date(at).toISOString();

beforeAll(async () => {
  upstream = (await startSmallPlatform()).url;
  gate = await startGateway({ config: config('') });
});

it('is listed ahead, keeps every place and everybody inside while it is on, says its end and its text, and ends by itself', async () => {
  const room = roomAt(gate.url, 'site');
  const inside = visitor(gate.url);
  expect((await inside.open('/form')).state).toBe('admitted');
  const waiting = visitor(gate.url);
  expect((await waiting.open('/form')).state).toBe('waiting');

  const [from, until] = [Date.now() + HOUR_MS, Date.now() + 2 * HOUR_MS];
  await reload(gate, config(windowOf(from, until)));
  const ahead = { from: iso(from), until: iso(until), text: TEXT };
  await expect.poll(async () => (await room.status()).maintenance).toEqual([ahead]);
  const announced = await ask(`${gate.url}/.headgate/status`, { headers: NAVIGATION });
  for (const part of [iso(from), iso(until), 'We are moving to a &lt;faster&gt; database.'])
    expect(announced.text).toContain(part);
  expect((await room.status()).state).toBe('engaged');

  await reload(gate, config(windowOf(Date.now() - 1_000, until)));
  await room.untilState('paused');
  expect(await room.status()).toMatchObject({
    reopensAt: iso(until),
    maintenance: [{ until: iso(until), text: TEXT }],
  });
  const page = await waiting.open('/form');
  expect([page.status, page.state]).toEqual([200, 'paused']);
  for (const part of [
    '<h1>Maintenance</h1>',
    `datetime="${iso(until)}"`,
    '&lt;faster&gt;',
    'data-headgate="paused"',
  ])
    expect(page.text).toContain(part);
  const program = await ask(`${gate.url}/form`, { headers: { accept: 'application/json' } });
  expect(program.json()).toMatchObject({ code: 'HG_PAUSED', state: 'paused', reopensAt: iso(until) });
  expect(program.json().detail).toBe(
    `Maintenance is under way. ${TEXT} It opens again at ${iso(until)}. Every place is kept.`,
  );
  // Whoever is inside goes on; a newcomer gets a number, and a slot that is free stays empty.
  expect((await inside.open('/form')).state).toBe('admitted');
  await room.leaveAs(inside);
  const newcomer = await visitor(gate.url).open('/form');
  expect([newcomer.state, cookiesOf(newcomer)]).toEqual(['paused', expect.stringContaining('hg_t_site')]);
  expect((await room.status()).state).toBe('paused');

  const soon = Date.now() + 1_500;
  await reload(gate, config(windowOf(Date.now() - 60_000, soon)));
  await untilAnswered(() => waiting.open('/form'), 'admitted');
  expect(Date.now()).toBeGreaterThanOrEqual(soon);
  await expect.poll(async () => (await room.status()).maintenance).toEqual([]);
});
