/** What operators tell visitors: shown wherever they look, by every gateway, and there again after the store was emptied. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { ask, NAVIGATION, visitor } from '../support/http-client.ts';
import { untilSo } from '../support/within.ts';

const ROOM = 'forms';
const FORM = '/ereg/newreg.php';
const OF_ROOM = 'Forms open again at noon.';
const OF_ALL = 'The platform is slow today.';
const PATIENCE_MS = 60_000;
const JSON_PLEASE = { accept: 'application/json' };

let deployment: Deployment;
let tickets: string[];

beforeAll(async () => {
  deployment = await startDeployment({
    gateways: 3,
    config: `
rooms: { platform: {}, ${ROOM}: { limits: { sessions: 1, submitReserve: 0 } } }
rules: [{ name: forms, match: { path: /ereg/* }, room: ${ROOM} }]
`,
  });
  const { gateways } = deployment;
  expect((await visitor(gateways[0]!.url).open(FORM)).state).toBe('admitted');
  tickets = await Promise.all(
    gateways.map(async ({ url }) => {
      const reply = await ask(`${url}/.headgate/rooms/${ROOM}/tickets`, { method: 'POST' });
      return reply.json<{ ticket: string }>().ticket;
    }),
  );
});

/** All that one gateway shows: the waiting page, the status page, and each document. */
async function shownBy(index: number): Promise<Record<string, string>> {
  const { url } = deployment.gateways[index]!;
  const room = `${url}/.headgate/rooms/${ROOM}`;
  const looks = {
    page: ask(url + FORM, { headers: NAVIGATION }),
    statusPage: ask(`${url}/.headgate/status`, { headers: NAVIGATION }),
    statusDocument: ask(`${url}/.headgate/status`, { headers: JSON_PLEASE }),
    room: ask(`${room}/status`),
    ticket: ask(`${room}/ticket`, { headers: { 'headgate-ticket': tickets[index]! } }),
  };
  const replies = await Promise.all(
    Object.entries(looks).map(async ([name, reply]) => [name, (await reply).text] as const),
  );
  return Object.fromEntries(replies);
}

/** Which looks, of all gateways, lack the text. */
async function lacking(text: string): Promise<string[]> {
  const shown = await Promise.all(deployment.gateways.map((_, index) => shownBy(index)));
  return shown.flatMap((looks, index) =>
    Object.entries(looks).flatMap(([name, seen]) => (seen.includes(text) ? [] : [`${name} of ${index}`])),
  );
}
const everywhere = (text: string) =>
  untilSo(PATIENCE_MS, `“${text}” stands everywhere`, async () => (await lacking(text)).length === 0);

describe('a message', () => {
  let id: string;

  it('of a room and of the platform is shown by every gateway, dated, wherever its visitors look', async () => {
    const posted = await deployment.api.done<{ id: string; at: string }>('POST', 'messages', {
      ...{ room: ROOM, text: OF_ROOM, severity: 'warning' },
    });
    id = posted.id;
    await deployment.api.done('POST', 'messages', { room: null, text: OF_ALL });
    await everywhere(OF_ROOM);
    await everywhere(OF_ALL);
    const { page, room, ticket } = await shownBy(1);
    expect(page).toContain(posted.at);
    expect(JSON.parse(room!).messages).toContainEqual({ at: posted.at, text: OF_ROOM });
    expect(JSON.parse(ticket!).messages).toContainEqual({ at: posted.at, text: OF_ROOM });
  });

  it('of one room is not shown in another', async () => {
    const { url } = deployment.gateways[2]!;
    const { text } = await ask(`${url}/.headgate/rooms/platform/status`);
    expect(text).toContain(OF_ALL);
    expect(text).not.toContain(OF_ROOM);
  });

  it('stands everywhere again after the store was emptied', async () => {
    await deployment.redis.client.flushall();
    await untilSo(PATIENCE_MS, 'it is published again', async () =>
      Boolean(await deployment.redis.client.hget('hg:{control}', 'document')),
    );
    await everywhere(OF_ROOM);
    await everywhere(OF_ALL);
  });

  it('is gone everywhere once it is withdrawn', async () => {
    await deployment.api.done('DELETE', `messages/${id}?reason=settled`);
    await untilSo(PATIENCE_MS, 'nobody shows it', async () => (await lacking(OF_ROOM)).length === 15);
    expect(await lacking(OF_ALL)).toEqual([]);
  });
});
