/** Invitations as tokens: what a gateway takes for one, and what it does not. */
import { createHmac } from 'node:crypto';
import { CompactSign, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { signBatch } from '../../admin/invitations/sign.ts';
import { addressWithout, takeFromLink } from '../../gateway/request/invitation-link.ts';
import { createInvitations, type Invitations } from '../../gateway/request/invitations.ts';
import { rotateKeys } from '../../gateway/request/key-commands.ts';
import { type KeyRing, openKeyRing } from '../../gateway/request/keys.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const DAY_MS = 86_400_000;
const ROOM = { name: 'event-4711', lanes: { default: 1, partner: 3 } };
const BATCH = {
  ...{ id: 'batch-1', room: 'event-4711', lane: 'partner' },
  ...{ issuedAt: NOW, expiresAt: NOW + DAY_MS },
};

let folder: string;
let ring: KeyRing;
let revoked: Set<string>;
let invitations: Invitations;

beforeAll(async () => {
  folder = await tempFolder();
  ring = await openKeyRing(folder, { make: true, now: () => NOW });
  revoked = new Set();
  invitations = createInvitations({ ring, isRevoked: (batch) => revoked.has(batch) });
});

const make = async (batch = BATCH, count = 1) =>
  (await signBatch(batch, count, ({ batch: asked, sealTo }) => invitations.open(asked, sealTo))) as [
    string,
    ...string[],
  ];
const read = (token: string, room = ROOM, nowMs = NOW) => invitations.read(token, room, nowMs);
const refused = (why: string) => ({ kind: 'refused', why });

function rewritten(token: string, header: object, claims: object): string {
  const [head, payload, signature] = token.split('.') as [string, string, string];
  const merged = (part: string, more: object) => {
    const said = { ...JSON.parse(Buffer.from(part, 'base64url').toString()), ...more };
    return Buffer.from(JSON.stringify(said)).toString('base64url');
  };
  return [merged(head, header), merged(payload, claims), signature].join('.');
}

describe('an invitation', () => {
  it('gives its lane, and each of a batch a place of its own', async () => {
    const verdicts = await Promise.all((await make(BATCH, 450)).map((token) => read(token)));
    expect(verdicts).toHaveLength(450);
    expect(verdicts.every((verdict) => verdict.kind === 'invited' && verdict.lane === 'partner')).toBe(true);
    expect(new Set(verdicts.map((verdict) => verdict.kind === 'invited' && verdict.ticketId)).size).toBe(450);
  });

  it('gives the same place each time', async () => {
    const [token] = await make();
    expect(await read(token)).toEqual(await read(token));
  });

  it('is for its room, until its time, for a lane that there is, and until it is revoked', async () => {
    const [token] = await make({ ...BATCH, id: 'batch-2' });
    expect(await read(token, { ...ROOM, name: 'event-4712' })).toEqual(refused('other-room'));
    expect(await read(token, ROOM, BATCH.expiresAt)).toEqual(refused('expired'));
    expect(await read(token, { ...ROOM, lanes: { default: 1 } as never })).toEqual(refused('no-lane'));
    revoked.add('batch-2');
    expect(await read(token)).toEqual(refused('revoked'));
    expect((await read((await make())[0])).kind).toBe('invited');
  });

  it.each([
    { what: 'another lane', header: {}, claims: { lane: 'default' } },
    { what: 'another room', header: {}, claims: { room: 'event-4712', aud: 'event-4712' } },
    { what: 'a later end', header: {}, claims: { exp: 4_000_000_000 } },
    { what: 'another batch', header: {}, claims: { batch: 'batch-9' } },
    { what: 'another id', header: {}, claims: { jti: 'mine' } },
    { what: 'no algorithm', header: { alg: 'none' }, claims: {} },
    { what: 'another algorithm', header: { alg: 'HS512' }, claims: {} },
    { what: 'the type of a ticket', header: { typ: 'hg-ticket+jwt' }, claims: {} },
    { what: 'an unknown key', header: { kid: 'nobody' }, claims: {} },
    { what: 'a critical extension', header: { crit: ['b64'], b64: false }, claims: {} },
  ])('with $what written in is none', async ({ header, claims }) => {
    const [token] = await make();
    const room = { ...ROOM, name: 'room' in claims ? (claims.room as string) : ROOM.name };
    expect(await read(rewritten(token, header, claims), room)).toEqual(refused('unreadable'));
  });

  it('cannot be made of a ticket, nor a key of one batch used for another', async () => {
    const { kid, sign } = ring.set.ticket;
    const claims = {
      iss: 'headgate',
      aud: ROOM.name,
      room: ROOM.name,
      lane: 'partner',
      batch: 'b',
      jti: 'j',
    };
    const times = { iat: NOW / 1_000, exp: NOW / 1_000 + 60 };
    const header = { alg: 'HS256', typ: 'hg-invite+jwt', kid } as const;
    const byTicketKey = await new SignJWT({ ...claims, ...times }).setProtectedHeader(header).sign(sign);
    expect(await read(byTicketKey)).toEqual(refused('unreadable'));
    const said = ['headgate invitations', 'a', ROOM.name, 'partner', times.iat, times.exp].join('\n');
    const keyOfA = createHmac('sha256', sign).update(said).digest();
    const signed = (batch: string) =>
      new CompactSign(Buffer.from(JSON.stringify({ ...claims, batch, ...times })))
        .setProtectedHeader(header)
        .sign(keyOfA);
    expect((await read(await signed('a'))).kind).toBe('invited');
    expect(await read(await signed('b'))).toEqual(refused('unreadable'));
  });

  it.each(['', '.', 'a.b.c', 'x'.repeat(100_000), `${'e'.repeat(900)}.e.e`, '🎟.🎟.🎟'])(
    'none is read in %.20s',
    async (token) => expect(await read(token)).toEqual(refused('unreadable')),
  );

  it('outlives a rotation of keys by the overlap, and no longer', async () => {
    const [token] = await make({ ...BATCH, expiresAt: NOW + 10 * DAY_MS });
    await rotateKeys(folder, NOW);
    await ring.reload();
    expect((await read(token)).kind).toBe('invited');
    expect(await read(token, ROOM, NOW + 2 * DAY_MS)).toEqual(refused('expired'));
  });
});

describe('the key of a batch', () => {
  it('is read by nobody but who asked for it', async () => {
    const sent: string[] = [];
    const [token] = (await signBatch(BATCH, 1, async (words) => {
      const opened = await invitations.open(words.batch, words.sealTo);
      sent.push(JSON.stringify({ words, opened }));
      return opened;
    })) as [string];
    const said = [
      'headgate invitations',
      'batch-1',
      BATCH.room,
      'partner',
      NOW / 1_000,
      (NOW + DAY_MS) / 1_000,
    ];
    const key = createHmac('sha256', ring.set.ticket.sign).update(said.join('\n')).digest();
    expect((await read(token)).kind).toBe('invited');
    for (const text of sent) {
      expect(text).not.toContain(key.toString('base64url'));
      expect(text).not.toContain('"d":');
    }
  });
});

describe('a link', () => {
  const judged = (path: string, query: string) => ({
    ...{ method: 'GET', path, query, target: query === '' ? path : `${path}?${query}` },
    ...{ host: 'h', authority: 'h', scheme: 'http' as const, clientAddress: '' },
  });

  it.each([
    { query: 'hg_invite=t', rest: '', target: '/e' },
    { query: 'a=1&hg_invite=t', rest: 'a=1', target: '/e?a=1' },
    { query: 'hg_invite=t&a=%2F&&b', rest: 'a=%2F&&b', target: '/e?a=%2F&&b' },
    { query: 'hg_invite=t&a=1&hg_invite=u', rest: 'a=1', target: '/e?a=1' },
  ])('$query is judged without the invitation, byte for byte', ({ query, rest, target }) => {
    const taken = takeFromLink(judged('/e', query));
    expect(taken).toMatchObject({ token: 't', request: { path: '/e', query: rest, target } });
  });

  it.each(['', 'a=hg_invite=', 'xhg_invite=t', 'hg_invite'])('%s holds none', (query) =>
    expect(takeFromLink(judged('/e', query))).toBeNull(),
  );

  it('asks this host again, whatever its path looks like', () => {
    expect(new URL(addressWithout(judged('//evil.example/x', '')), 'http://gate.example').href).toBe(
      'http://gate.example//evil.example/x',
    );
  });
});
