/** Every route as every asker, and hundreds of wrong inputs: nobody passes who must not, and nothing wrong becomes more than a refusal. */
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { eventRoutes } from '../../admin/http/event-stream.ts';
import { type Route, route } from '../../admin/words.ts';
import { adminStage } from './support/admin-stage.ts';
import { askedTable, declaredTable, written } from './support/role-table.ts';
import { sampleRoutes } from './support/sample-routes.ts';
import { tokensOf } from './support/tokens-of.ts';
import { sendWrongInputs } from './support/wrong-inputs.ts';

describe('every route', () => {
  test('lets in whom its declaration names, as the matrix says', async () => {
    const stage = await adminStage({ routes: sampleRoutes().routes });
    const routes = [...stage.routes, ...eventRoutes(stage.hub)];
    const asked = await askedTable({ url: stage.url, routes, tokens: tokensOf(stage) });
    expect(asked).toEqual(declaredTable(routes));
    const matrix = readFileSync(new URL('support/sample-roles.txt', import.meta.url), 'utf8');
    expect(written(asked)).toBe(matrix);
  });
});

describe('500 wrong inputs', () => {
  test('are refused with a problem each, never with a 5xx, and nothing of the inside', async () => {
    const stage = await adminStage({ routes: sampleRoutes().routes });
    const { sent, faults } = await sendWrongInputs({
      url: stage.url,
      token: stage.tokenOf('admin'),
    });
    expect(sent).toBe(500);
    expect(faults).toEqual([]);
    expect(stage.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('find a handler that trusts what it is sent', async () => {
    const trusting: Route = route({
      method: 'POST',
      path: '/v1/trusting',
      summary: 'Trusts its input',
      tag: 'samples',
      role: 'viewer',
      schemas: { body: Type.Object({ name: Type.Unsafe<string>({}) }) },
      answers: { 200: Type.Unknown() },
      handle: async ({ body }) => ({ status: 200, body: body.name.trim() }),
    });
    const stage = await adminStage({ routes: () => [trusting] });
    const { faults } = await sendWrongInputs({
      url: stage.url,
      token: stage.tokenOf('admin'),
    });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every(({ status, input }) => status === 500 && input.path === '/v1/trusting')).toBe(true);
  });
});
