/** Killed, stopped, emptied, damaged: what a gateway's visitors keep. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { type Place, roomAt, untilAnswered } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

const INSIDE = 5;
const WAITING = 50;

let platform: SmallPlatform;

const config = (upstream: string) => `
drain: { delaySeconds: 0 }
upstreams: { platform: { targets: ["${upstream}"] } }
rooms:
  "event-{event}": { limits: { sessions: ${INSIDE}, submitReserve: 0 } }
  site: {}
rules: [{ name: events, match: { path: "/e/{event}/*" }, room: "event-{event}" }]
default: { room: site, upstream: platform }
`;

beforeAll(async () => {
  platform = await startSmallPlatform();
});

type Visitor = ReturnType<typeof visitor>;

interface Crowd {
  gate: GatewayProcess;
  inside: Visitor[];
  waiting: Visitor[];
  places: Place[];
}

/** Half of the passes are used again, so that some leases are as fresh as can be and some are not. */
async function startWithLine(): Promise<Crowd> {
  const gate = await startGateway({ config: config(platform.url) });
  const people = Array.from({ length: INSIDE + WAITING }, () => visitor(gate.url));
  for (const person of people) await person.open('/e/one/form');
  const [inside, waiting] = [people.slice(0, INSIDE), people.slice(INSIDE)];
  for (const person of inside.slice(2)) expect((await person.open('/e/one/next')).state).toBe('admitted');
  return { gate, inside, waiting, places: await placesOf(gate, waiting) };
}

const room = (gate: GatewayProcess) => roomAt(gate.url, 'event-one');
const placesOf = (gate: GatewayProcess, people: Visitor[]) =>
  Promise.all(people.map((person) => room(gate).placeOf(person)));

/** Nobody inside is asked to wait; nobody in line has another number, or a position that grew. */
async function expectAllKept({ gate, inside, waiting, places }: Crowd): Promise<void> {
  expect(places.map(({ number }) => number)).toEqual(waiting.map((_, index) => INSIDE + 1 + index));
  const pages = await Promise.all(inside.map((person) => person.open('/e/one/next')));
  expect(pages.map(({ state }) => state)).toEqual(inside.map(() => 'admitted'));
  const after = await placesOf(gate, waiting);
  expect(after.map(({ number }) => number)).toEqual(places.map(({ number }) => number));
  after.forEach(({ position }, index) => {
    expect(position).toBeLessThanOrEqual(places[index]?.position as number);
  });
  const reloads = await Promise.all(waiting.map((person) => person.open('/e/one/form')));
  expect(reloads.map(({ state }) => state)).toEqual(waiting.map(() => 'waiting'));
}

/** A newcomer stands behind everybody, and those in front go in one by one, in their order, as slots become free. */
async function expectLineGoesOn({ gate, inside, waiting }: Crowd): Promise<void> {
  const newcomer = visitor(gate.url);
  expect((await newcomer.open('/e/one/form')).state).toBe('waiting');
  expect((await room(gate).placeOf(newcomer)).number).toBe(INSIDE + WAITING + 1);
  await room(gate).leaveAs(inside[0] as Visitor);
  await untilAnswered(() => (waiting[0] as Visitor).open('/e/one/form'), 'admitted');
  const others = await Promise.all(waiting.slice(1, 10).map((person) => person.open('/e/one/form')));
  expect(others.map(({ state }) => state)).toEqual(others.map(() => 'waiting'));
  expect((await newcomer.open('/e/one/form')).state).toBe('waiting');
}

const storeFiles = async (gate: GatewayProcess) =>
  (await readdir(gate.data)).filter((name) => name !== 'keys');

describe('everybody keeps number, order and session while 50 wait', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('when the gateway ends by %s and starts again', async (signal) => {
    const crowd = await startWithLine();
    await crowd.gate.kill(signal);
    await crowd.gate.restart();
    await expectAllKept(crowd);
    expect((await room(crowd.gate).status()).issued).toBe(INSIDE + WAITING);
    await expectLineGoesOn(crowd);
    expect(crowd.gate.output().includes('last exit was not clean')).toBe(signal === 'SIGKILL');
    await crowd.gate.kill();
  });

  it('when it is killed twice, in the middle of arrivals', async () => {
    const crowd = await startWithLine();
    const late: Visitor[] = [];
    for (let kill = 0; kill < 2; kill++) {
      const arriving = Array.from({ length: 20 }, () => visitor(crowd.gate.url));
      const settled = Promise.allSettled(arriving.map((person) => person.open('/e/one/form')));
      await (arriving[0] as Visitor).open('/e/one/form').catch(() => {});
      await crowd.gate.kill();
      await settled;
      late.push(...arriving.filter((person) => person.jar.size > 0));
      await crowd.gate.restart();
    }
    await expectAllKept(crowd);
    const numbers = (await placesOf(crowd.gate, late)).map(({ number }) => number);
    expect(new Set(numbers).size).toBe(late.length);
    expect(Math.min(...numbers)).toBeGreaterThan(INSIDE + WAITING);
    await crowd.gate.kill();
  });

  it('when the store’s files are gone: tickets and passes put the line back, and nobody new goes ahead', async () => {
    const crowd = await startWithLine();
    await crowd.gate.kill();
    for (const file of await storeFiles(crowd.gate))
      await rm(join(crowd.gate.data, file), { recursive: true });
    await crowd.gate.restart();
    await expectAllKept(crowd);
    await expectLineGoesOn(crowd);
    await crowd.gate.kill();
  });

  it('when snapshot and journal are damaged: kept aside, told loudly, started as after a loss', async () => {
    const crowd = await startWithLine();
    await crowd.gate.kill();
    const damaged = (await storeFiles(crowd.gate)).filter((name) => /snapshot|journal/.test(name));
    expect(damaged.length).toBeGreaterThan(1);
    for (const file of damaged)
      await writeFile(join(crowd.gate.data, file), `garbage ${'x'.repeat(200)}\n{"half":`);
    await crowd.gate.restart();
    const aside = (await readdir(crowd.gate.data)).filter((name) => name.includes('.corrupt-'));
    expect(aside.length).toBeGreaterThanOrEqual(damaged.length - 1);
    expect(crowd.gate.output()).toMatch(/"level":"error".*(SNAPSHOT|JOURNAL) WAS DAMAGED/);
    await expectAllKept(crowd);
    await expectLineGoesOn(crowd);
    await crowd.gate.kill();
  });
});
