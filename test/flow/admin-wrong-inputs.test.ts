/** Hundreds of wrong inputs to the API of a running gateway: refused with a problem each, and visitors notice nothing. */
import { expect, test } from 'vitest';
import { CONFIG } from '../admin/support/whole-api.ts';
import { sendWrongInputs } from '../admin/support/wrong-inputs.ts';
import { startGateway } from '../support/gateway-process.ts';
import { ask } from '../support/http-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { untilSo } from '../support/within.ts';

test('700 wrong inputs to every route are refused, never with a 5xx', async () => {
  const platform = await startSmallPlatform();
  const gateway = await startGateway({
    config: CONFIG.replace('http://127.0.0.1:9000', platform.url),
    admin: true,
  });
  const api = await gateway.api();
  await untilSo(
    20_000,
    'the gateway is heard of',
    async () => (await api.get<{ items: unknown[] }>('gateways')).items.length === 1,
  );
  const { sent, faults } = await sendWrongInputs({ url: api.url, token: api.token, count: 700 });
  expect(sent).toBeGreaterThanOrEqual(500);
  expect(faults).toEqual([]);
  expect(gateway.output()).not.toMatch(/HG_INTERNAL|at file:|node:internal/);
  expect(gateway.output()).not.toContain(api.token);
  expect((await ask(`${gateway.url}/events`)).status).toBe(200);
}, 150_000);
