/** Every route of the admin API as every asker, against a matrix written by hand. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventRoutes } from '../../admin/http/event-stream.ts';
import { SECRET_CHARACTERS } from '../support/admin-client.ts';
import { askedTable, declaredTable, OTHER_ROOM, OWN_ROOM, written } from './support/role-table.ts';
import { tokensOf } from './support/tokens-of.ts';
import { wholeApi } from './support/whole-api.ts';

test('every route lets in whom the matrix names, and nobody else', async () => {
  const stage = await wholeApi();
  const tokens = tokensOf(stage);
  const requests = {
    'GET /v1/timeline': { path: `/v1/timeline?room=${OWN_ROOM}` },
    'PATCH /v1/rooms/:room': { body: { limits: { sessions: 5 }, reason: 'x' } },
    'POST /v1/invitations': { body: { room: OWN_ROOM, lane: 'default', count: 1, reason: 'x' } },
    'DELETE /v1/invitations/:id': { path: `/v1/invitations/${stage.batchId}?reason=x` },
    'POST /v1/messages': { body: { room: OWN_ROOM, text: 'Soon.' } },
  };
  // Of a message that is gone nobody can tell whose it was: those two have laws of their own.
  const routes = [...stage.routes, ...eventRoutes(stage.hub)].filter(
    ({ path }) => !path.includes('/messages/:id'),
  );
  const asked = await askedTable({ url: stage.url, routes, tokens, requests });
  expect(asked).toEqual(declaredTable(routes));
  expect(written(asked)).toBe(readFileSync(new URL('support/roles.txt', import.meta.url), 'utf8'));
});

test('what the API says of itself names no secret', async () => {
  const stage = await wholeApi();
  const token = stage.tokenOf('admin');
  const document = await (await fetch(`${stage.url}/openapi.json`)).text();
  expect(document).not.toContain(token);
  for (const { method, path } of stage.routes.filter(
    (one) => one.method === 'GET' && !one.path.includes(':'),
  )) {
    const reply = await stage.ask(method, path, { token });
    expect(await reply.text(), path).not.toContain(token.slice(-SECRET_CHARACTERS));
  }
});

test('an organiser withdraws and resolves messages of the own rooms alone', async () => {
  const stage = await wholeApi();
  const other = stage.tokenOf('organiser', [OTHER_ROOM]);
  const own = stage.tokenOf('organiser', [OWN_ROOM]);
  const path = `/v1/messages/${stage.messageId}`;
  const asks = [
    ['POST', `${path}/resolve`, { reason: 'x' }],
    ['DELETE', `${path}?reason=x`, undefined],
  ] as const;
  for (const [method, address, body] of asks) {
    const how = body ? { body } : {};
    expect((await stage.ask(method, address, { token: other, ...how })).status, `${method} of another`).toBe(
      403,
    );
    expect(
      (await stage.ask(method, address, { token: own, ...how })).status,
      `${method} of its own`,
    ).not.toBe(403);
  }
});
