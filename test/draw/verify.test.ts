/** `headgate draw verify`: what was drawn is proven from published values alone, and what was not is refused. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawVerifyCommand, type VerifyOptions } from '../../gateway/draw/verify-command.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { headgate } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** The published vectors: docs/draw.md. Of 10, number 1 has rank 3 and number 2 rank 8. */
const SEED = '47ea17339e570314e7517d429149c05337d51038f4c8a808e2655a916bb34b14';
const COMMITMENT = '10769187096ce7f00fac8e041e5c959f4c815e556a2de2797272458488077f94';
const OTHER = SEED.replace('47', '48');
const VALUES: VerifyOptions = { seed: SEED, commitment: COMMITMENT, size: '10' };

const statusOf = (changes: object = {}) => ({
  room: 'event-4711',
  opensAt: '2026-12-01T15:00:00.000Z',
  draw: { seed: SEED, commitment: COMMITMENT, size: 10, base: 100, ...changes },
});

const ticketOf = (claims: object) =>
  ['{}', JSON.stringify({ room: 'event-4711', lane: 'default', ...claims }), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

async function written(text: string): Promise<string> {
  const path = join(await tempFolder(), 'document');
  await writeFile(path, text);
  return path;
}

async function verified(status: object | undefined, options: VerifyOptions) {
  const file = status === undefined ? undefined : await written(JSON.stringify(status));
  const { exitCode, stdout, stderr } = await drawVerifyCommand(file, options);
  return [exitCode, [...stdout, ...stderr].join('\n')] as const;
}

test.each<[string, object | undefined, VerifyOptions, number, RegExp]>([
  ['the seed alone', undefined, VALUES, 0, /^The seed is the one that was committed to: its SHA-256 is 1076/],
  ['a number', undefined, { ...VALUES, number: '1' }, 0, /Number 1 of 10 was drawn to place 3\.$/],
  [
    'a place',
    undefined,
    { ...VALUES, number: '2', place: '8' },
    0,
    /drawn to place 8, and that is the place/,
  ],
  [
    'a number behind others',
    statusOf(),
    { number: '101' },
    0,
    /Number 101, in the draw 1 of 10 was drawn to place 103/,
  ],
  ['all of them', undefined, { ...VALUES, all: true }, 0, /All of places 1 to 10 were given, each once/],
  [
    'a drawn ticket',
    statusOf(),
    { ticket: ticketOf({ n: 108, pq: 102 }) },
    0,
    /place 108, and that is the place/,
  ],
  [
    'a ticket from before',
    statusOf(),
    { ticket: ticketOf({ n: 102, pre: true }) },
    0,
    /drawn to place 108\.$/,
  ],
  ['a pass, with its number', statusOf(), { ticket: ticketOf({ n: 108 }), number: '102' }, 0, /and that is/],
  [
    'the noted commitment',
    statusOf(),
    { commitment: COMMITMENT.toUpperCase() },
    0,
    /the same that you noted/,
  ],
  ['another seed', undefined, { ...VALUES, seed: OTHER }, 1, /NOT the one that was committed to/],
  ['another commitment than noted', statusOf(), { commitment: OTHER }, 1, /NOT the one that you noted/],
  ['another place', undefined, { ...VALUES, number: '1', place: '4' }, 1, /NOT what was drawn/],
  [
    'a ticket with another place',
    statusOf(),
    { ticket: ticketOf({ n: 101, pq: 102 }) },
    1,
    /it has 101.*NOT/,
  ],
  ['a ticket of another room', statusOf(), { ticket: ticketOf({ room: 'x', n: 8, pq: 2 }) }, 1, /of x/],
  ['a number that came later', statusOf(), { number: '111' }, 1, /took no part: numbers 101 to 110/],
  ['a ticket from after', statusOf(), { ticket: ticketOf({ n: 111 }) }, 1, /took no part in a draw/],
  [
    'another number than the ticket’s',
    statusOf(),
    { ticket: ticketOf({ n: 108, pq: 102 }), number: '1' },
    1,
    /was 102, not 1/,
  ],
  [
    'before the opening',
    statusOf({ seed: null, size: null }),
    {},
    1,
    /published at the opening, 2026-12-01T15/,
  ],
  ['a room without a draw', { room: 'a', draw: null }, {}, 1, /a draws nothing/],
  ['some other document', { hello: 1 }, {}, 1, /is no room's status/],
  ['a draw that cannot be one', statusOf({ size: -1 }), {}, 1, /cannot be one/],
  ['nothing', undefined, {}, 2, /name the room's status document/],
  ['half the values', undefined, { seed: SEED }, 2, /--seed, --commitment and --size/],
  ['both', statusOf(), { seed: SEED }, 2, /leave them out/],
  ['a seed that is none', undefined, { ...VALUES, seed: 'abc' }, 2, /--seed must be 64 hex digits/],
  ['a size that is none', undefined, { ...VALUES, size: '-1' }, 2, /--size must be a whole number from 0/],
  ['number 0', undefined, { ...VALUES, number: '0' }, 2, /--number must be/],
  ['a place without a number', undefined, { ...VALUES, place: '1' }, 2, /--place needs --number/],
  ['a ticket that is none', statusOf(), { ticket: 'nowhere.txt' }, 2, /neither a ticket nor a file/],
])('%s', async (_name, status, options, code, said) => {
  const [exitCode, text] = await verified(status, options);
  expect(text).toMatch(said);
  expect(exitCode).toBe(code);
});

test('a status document is read from its address, and a ticket from a file, in one JSON document', async () => {
  const server = createServer((_request, response) => response.end(JSON.stringify(statusOf()))).listen(
    0,
    '127.0.0.1',
  );
  cleanUpLater(() => new Promise((resolve) => server.close(resolve)));
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.headgate/rooms/event-4711/status`;
  const ticket = await written(`${ticketOf({ n: 108, pq: 102 })}\n`);
  const { code, stdout, stderr } = await headgate([
    'draw',
    'verify',
    url,
    '--ticket',
    ticket,
    '--all',
    '--json',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ ok: true, room: 'event-4711', commitment: COMMITMENT, seedDigest: COMMITMENT, seed: SEED },
    ...{ size: 10, base: 100, isPermutation: true, ticket: { prequeueNumber: 102, place: 108, drawn: 108 } },
  });
});

test('wrong usage and help end as every command does', async () => {
  const [help, nothing] = await Promise.all([
    headgate(['draw', 'verify', '--help']),
    headgate(['draw', 'verify']),
  ]);
  expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('Exit code 0: proven')]);
  expect([nothing.code, nothing.stdout]).toEqual([2, '']);
});
