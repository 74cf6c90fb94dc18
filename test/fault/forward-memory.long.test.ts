/** The law of flat memory: 200 MB up and 200 MB down, at a slow reader on the other side, cost the gate at most 64 MB. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MEGABYTES = 200;
const MOST_GROWTH_MEGABYTES = 64;
const CHUNK = Buffer.alloc(1 << 20, 'x');
const MAIN = fileURLToPath(new URL('forward-gate.ts', import.meta.url));

let platform: Server;
let gate: ChildProcess;
let port = 0;

beforeAll(async () => {
  platform = createServer(async (request, response) => {
    if (request.method === 'POST') {
      await readSlowly(request);
      response.end('got it');
      return;
    }
    for (let i = 0; i < MEGABYTES; i++) if (!response.write(CHUNK)) await once(response, 'drain');
    response.end();
  }).listen(0, '127.0.0.1');
  await once(platform, 'listening');
  gate = fork(MAIN, [`http://127.0.0.1:${(platform.address() as AddressInfo).port}`]);
  [{ port }] = await once(gate, 'message');
});

afterAll(async () => {
  gate.kill();
  await once(gate, 'exit');
  platform.closeAllConnections();
  platform.close();
});

/** A piece, a pause, a piece: about 200 MB in 4 s. */
async function readSlowly(stream: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) {
    const before = bytes >> 20;
    bytes += chunk.length;
    if (bytes >> 20 > before) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return bytes;
}

async function residentMegabytes(): Promise<number> {
  gate.send('size');
  const [{ residentBytes }] = await once(gate, 'message');
  return residentBytes / (1 << 20);
}

/** The most that the gate grew while the work was under way. */
async function growthDuring(work: Promise<unknown>): Promise<number> {
  const before = await residentMegabytes();
  let most = before;
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    most = Math.max(most, await residentMegabytes());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await done;
  return most - before;
}

async function download(): Promise<void> {
  const request = httpRequest({ port, host: '127.0.0.1', agent: false }).end();
  const [answer] = await once(request, 'response');
  expect(await readSlowly(answer)).toBe(MEGABYTES * CHUNK.length);
}

async function upload(): Promise<void> {
  const request = httpRequest({ port, host: '127.0.0.1', agent: false, method: 'POST' });
  const answered = once(request, 'response');
  for (let i = 0; i < MEGABYTES; i++) if (!request.write(CHUNK)) await once(request, 'drain');
  request.end();
  const [answer] = await answered;
  answer.resume();
  expect(answer.statusCode).toBe(200);
}

it.each([
  ['down', download],
  ['up', upload],
])(`${MEGABYTES} MB %s cost at most ${MOST_GROWTH_MEGABYTES} MB`, async (way, work) => {
  const growth = await growthDuring(work());
  console.log(`forwarding ${MEGABYTES} MB ${way}: +${growth.toFixed(1)} MB resident`);
  expect(growth).toBeLessThanOrEqual(MOST_GROWTH_MEGABYTES);
});
