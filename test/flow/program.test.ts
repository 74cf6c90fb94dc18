/** A program's journey: told to wait, takes a place, obeys what it is told, and gets in without a refused claim. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask } from '../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const EVENT = '/ereg/newreg.php?eventid=4711';
const ROOM = '/.headgate/rooms/event-4711';

let platform: PlatformProcess;
let gate: GatewayProcess;

beforeAll(async () => {
  platform = await startPlatformProcess();
  gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 1 }, session: { idleSeconds: 60 } }
  platform: {}
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
`,
  });
});

describe('a program', () => {
  it('waits by a problem document, takes a place by POST, and gets in when it is called', async () => {
    const first = await ask(`${gate.url}${ROOM}/tickets`, { method: 'POST' });
    expect([first.status, first.json().state, first.json().position]).toEqual([201, 'called', 0]);
    const inside = await ask(gate.url + EVENT, {
      headers: { 'headgate-ticket': first.json().ticket as string },
    });
    expect(inside.state).toBe('admitted');
    const pass = inside.headers['headgate-pass'] as string;
    expect(Date.parse(inside.headers['headgate-session-expires'] as string)).toBeGreaterThan(Date.now());

    const taken = await ask(`${gate.url}${ROOM}/tickets`, { method: 'POST' });
    expect(taken.json()).toMatchObject({ room: 'event-4711', state: 'waiting', number: 2, position: 1 });
    const told = await ask(gate.url + EVENT);
    expect(told.status).toBe(503);
    expect(told.headers['content-type']).toContain('application/problem+json');
    expect(told.json()).toMatchObject({
      type: '/.headgate/problems/waiting',
      code: 'HG_WAITING',
      status: 503,
      join: `${ROOM}/tickets`,
    });
    expect(told.headers['headgate-ticket']).toBeUndefined();
    const again = await ask(`${gate.url}${ROOM}/tickets`, {
      method: 'POST',
      headers: { 'headgate-ticket': taken.json().ticket as string },
    });
    expect([again.status, again.json().number]).toEqual([200, 2]);

    const left = await ask(`${gate.url}${ROOM}/leave`, {
      method: 'POST',
      headers: { 'headgate-pass': pass },
    });
    expect(left.status).toBe(204);
    expect((await ask(gate.url + EVENT, { headers: { 'headgate-pass': pass } })).state).not.toBe('admitted');

    let ticket = again.json().ticket as string;
    let refusedClaims = 0;
    let admitted = await ask(gate.url + EVENT, { headers: { 'headgate-ticket': ticket } });
    while (admitted.state !== 'admitted') {
      if (admitted.state === 'called') refusedClaims++;
      await new Promise((resolve) => setTimeout(resolve, Number(admitted.headers['retry-after']) * 1_000));
      const place = await ask(`${gate.url}${ROOM}/ticket`, { headers: { 'headgate-ticket': ticket } });
      ticket = (place.headers['headgate-ticket'] as string | undefined) ?? ticket;
      admitted = await ask(gate.url + EVENT, { headers: { 'headgate-ticket': ticket } });
    }
    expect(refusedClaims).toBe(0);
    expect(admitted.headers['headgate-pass']).toBeDefined();
  });

  it('keeps a session alive, and is told plainly what it lacks', async () => {
    const other = ROOM.replace('4711', '4712');
    const { ticket } = (await ask(`${gate.url}${other}/tickets`, { method: 'POST' })).json<{
      ticket: string;
    }>();
    const inside = await ask(`${gate.url}${EVENT.replace('4711', '4712')}`, {
      headers: { 'headgate-ticket': ticket },
    });
    const pass = inside.headers['headgate-pass'] as string;
    const kept = await ask(`${gate.url}${other}/keepalive`, {
      method: 'POST',
      headers: { 'headgate-pass': pass },
    });
    expect(kept.status).toBe(204);
    expect(kept.headers['headgate-pass']).toBeDefined();
    expect(
      (await ask(`${gate.url}${other}/ticket`, { headers: { 'headgate-pass': pass } })).json().state,
    ).toBe('admitted');
    for (const action of ['leave', 'keepalive']) {
      expect((await ask(`${gate.url}${ROOM}/${action}`, { method: 'POST' })).status).toBe(404);
      expect(
        (
          await ask(`${gate.url}${other}/${action}`, {
            method: 'POST',
            headers: { 'headgate-pass': pass, origin: 'https://evil.example' },
          })
        ).status,
      ).toBe(403);
    }
    expect((await ask(`${gate.url}${ROOM}/ticket`)).json()).toMatchObject({
      status: 404,
      code: 'HG_NO_TICKET',
    });
    expect((await ask(`${gate.url}/.headgate/rooms/nowhere/status`)).json()).toMatchObject({
      code: 'HG_NO_ROOM',
    });
    expect((await ask(`${gate.url}/.headgate/jwks.json`)).json<{ keys: object[] }>().keys[0]).toMatchObject({
      kty: 'EC',
      crv: 'P-256',
    });
  });
});
