/** The opening: numbers without positions before it, and after it an order that anybody can check, or the order of arrival. */
import { createHash, createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawVerifyCommand } from '../../gateway/draw/verify-command.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, visitor } from '../support/http-client.ts';
import { reload } from '../support/reload.ts';
import { claimsOf, type Place, type RoomStatus, roomAt } from '../support/room-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';

const COMERS = 14;
const SESSIONS = 4;

let gate: GatewayProcess;
let upstream: string;
let opensAt: Date;
let drawn: Early;
let plain: Early;

const config = (upstream: string, launches: string) => `
upstreams: { platform: { targets: ["${upstream}"] } }
rooms: { "event-{event}": { limits: { sessions: ${SESSIONS}, submitReserve: 0 } }, site: {} }
rules: [{ name: events, match: { path: "/e/{event}/*" }, room: "event-{event}" }]
default: { room: site, upstream: platform }
launches: [${launches}]
`;

beforeAll(async () => {
  upstream = (await startSmallPlatform()).url;
  gate = await startGateway({ config: config(upstream, '') });
  // Named by a reload, so that the time in which a gateway starts is no part of the prequeue.
  opensAt = new Date(Date.now() + 4_000);
  const launch = (name: string, draw: boolean) =>
    `{ name: ${name}, room: event-${name}, opensAt: "${opensAt.toISOString()}", prequeueMinutes: 10, draw: ${draw} }`;
  await reload(gate, config(upstream, `${launch('drawn', true)}, ${launch('plain', false)}`));
  [drawn, plain] = await Promise.all([comeEarly('drawn'), comeEarly('plain')]);
});

type Early = Awaited<ReturnType<typeof comeEarly>>;

/** Half of them browsers, half programs; what each was told and holds. */
async function comeEarly(name: string) {
  const room = roomAt(gate.url, `event-${name}`);
  const people: { headers: Record<string, string>; ticket: string }[] = [];
  for (let i = 0; i < COMERS / 2; i++) {
    const person = visitor(gate.url);
    const page = await person.open(`/e/${name}/form`);
    expect([page.status, page.state]).toEqual([200, 'prequeue']);
    people.push({ headers: { cookie: cookiesOf(page) }, ticket: [...person.jar.values()][0] as string });
    const { ticket, reply, ...told } = await room.join();
    expect([reply.status, told.state, told.position]).toEqual([201, 'prequeue', null]);
    people.push({ headers: { 'headgate-ticket': ticket }, ticket });
  }
  const placeOf = (headers: Record<string, string>) => ask(`${gate.url}${room.path}/ticket`, { headers });
  const places = () => Promise.all(people.map(async ({ headers }) => (await placeOf(headers)).json<Place>()));
  return {
    room,
    people,
    places,
    placeOf,
    told: await places(),
    before: await room.status(),
    program: await ask(`${gate.url}/e/${name}/form`),
  };
}

/** The rank of the k-th of `size`, written from the description alone. */
function rankOf(seed: Buffer, size: number, k: number): number {
  const bits = Math.max(6, (size - 1).toString(2).length);
  const sizes = [2 ** Math.floor(bits / 2), 2 ** Math.ceil(bits / 2)] as const;
  let value = k - 1;
  do {
    const halves: [number, number] = [Math.floor(value / sizes[1]), value % sizes[1]];
    for (let round = 0; round < 10; round++) {
      const to = round % 2 === 0 ? 0 : 1;
      const input = Buffer.alloc(6);
      input.writeUInt8(round, 0);
      input.writeUInt8(bits, 1);
      input.writeUInt32BE(halves[1 - to] as number, 2);
      const mixed = createHmac('sha256', seed).update(input).digest().readUInt32BE(0);
      halves[to] = (halves[to] + mixed) % sizes[to];
    }
    value = halves[0] * sizes[1] + halves[1];
  } while (value >= size);
  return value + 1;
}

async function untilOpen(room: { status(): Promise<RoomStatus> }): Promise<RoomStatus> {
  await expect.poll(async () => (await room.status()).state, { interval: 100 }).not.toBe('prequeue');
  return room.status();
}

describe('before and after the opening', () => {
  it('arrivals get numbers without positions, and the draw that was committed to decides', async () => {
    const early = drawn;
    const { before, told } = early;
    expect(before).toMatchObject({
      state: 'prequeue',
      issued: COMERS,
      serving: 0,
      opensAt: opensAt.toISOString(),
    });
    expect(before.draw).toMatchObject({ commitment: expect.stringMatching(/^[0-9a-f]{64}$/), seed: null });
    expect(
      told.map(({ number, position, state, expectedWaitSeconds }) => [
        number,
        position,
        state,
        expectedWaitSeconds,
      ]),
    ).toEqual(told.map((_, index) => [index + 1, null, 'prequeue', null]));
    expect([early.program.status, early.program.json().code, early.program.json().state]).toEqual([
      503,
      'HG_PREQUEUE',
      'prequeue',
    ]);

    const open = await untilOpen(early.room);
    const { commitment, seed, size } = open.draw as { commitment: string; seed: string; size: number };
    expect(createHash('sha256').update(Buffer.from(seed, 'hex')).digest('hex')).toBe(commitment);
    expect([commitment, size]).toEqual([before.draw?.commitment, COMERS]);
    const ranks = told.map(({ number }) => rankOf(Buffer.from(seed, 'hex'), COMERS, number));
    expect(ranks.toSorted((a, b) => a - b)).toEqual(ranks.map((_, index) => index + 1));
    expect(ranks).not.toEqual(told.map(({ number }) => number));
    const after = await early.places();
    expect(after.map(({ number }) => number)).toEqual(ranks);
    for (const { number, state, position } of after) {
      if (number <= SESSIONS) expect(state).toBe('called');
      else expect([state, position]).toEqual(['waiting', number - SESSIONS]);
    }

    // One prequeue ticket stays one place: as it was issued, and issued again with its rank.
    const first = early.people[ranks.indexOf(1)] as (typeof early.people)[0];
    const again = await early.placeOf({ 'headgate-ticket': first.ticket });
    const reissued = again.headers['headgate-ticket'] as string;
    expect(claimsOf(reissued)).toMatchObject({
      jti: claimsOf(first.ticket).jti,
      n: 1,
      pq: ranks.indexOf(1) + 1,
    });
    expect(again.json<Place>().prequeueNumber).toBe(ranks.indexOf(1) + 1);
    const proven = await drawVerifyCommand(`${gate.url}${early.room.path}/status`, {
      ticket: reissued,
      commitment: before.draw?.commitment ?? '',
      all: true,
    });
    expect([proven.exitCode, proven.stdout[2]]).toEqual([
      0,
      `Number ${ranks.indexOf(1) + 1} of ${COMERS} was drawn to place 1, and that is the place it has.`,
    ]);
    const claims = await Promise.all(
      [first.ticket, reissued, first.ticket].map((ticket) =>
        ask(`${gate.url}/e/drawn/form`, { headers: { 'headgate-ticket': ticket } }),
      ),
    );
    expect(
      new Set(claims.map((claim) => `${claim.state} ${claimsOf(String(claim.headers['headgate-pass'])).jti}`))
        .size,
    ).toBe(1);
    expect(claims[0]?.state).toBe('admitted');

    // Who comes after the opening is behind everybody who was there.
    const late = await early.room.join();
    expect([late.number, late.position]).toEqual([COMERS + 1, COMERS + 1 - SESSIONS]);
  });

  it('without a draw the order is that of arrival', async () => {
    const early = plain;
    expect(early.told.map(({ number, position }) => [number, position])).toEqual(
      early.people.map((_, index) => [index + 1, null]),
    );
    expect(early.before.draw).toBeNull();
    await untilOpen(early.room);
    await expect.poll(async () => (await early.room.status()).serving, { interval: 100 }).toBe(SESSIONS);
    const after = await early.places();
    expect(after.map(({ number }) => number)).toEqual(early.people.map((_, index) => index + 1));
    expect(after.map(({ position }) => position)).toEqual(
      early.people.map((_, index) => Math.max(0, index + 1 - SESSIONS)),
    );
  });

  it('a launch that is planned for another day after its opening changes no rank, not even of who slept through it', async () => {
    const open = await untilOpen(drawn.room);
    const ranks = (await drawn.places()).map(({ number }) => number);
    const tomorrow = new Date(opensAt.getTime() + 86_400_000).toISOString();
    const moved = `{ name: drawn, room: event-drawn, opensAt: "${tomorrow}", prequeueMinutes: 10, draw: true }`;
    await reload(gate, config(upstream, moved));
    await expect
      .poll(() => drawn.room.status(), { interval: 100 })
      .toMatchObject({ opensAt: tomorrow, draw: open.draw });
    expect((await drawn.places()).map(({ number }) => number)).toEqual(ranks);
  });
});
