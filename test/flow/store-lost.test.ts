/** A gateway that lost its store: who is inside notices nothing, newcomers follow the room's `onStoreLoss`, and everybody keeps the place. */
import { writeSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GateHere, type StoreHere, startStoreHere } from '../support/gate-in-process.ts';
import { ask, NAVIGATION, type Reply, visitor } from '../support/http-client.ts';
import { claimsOf, roomAt, untilAnswered } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

const KINDS = ['share', 'hold', 'open', 'brief', 'late', 'rate'];

let platform: SmallPlatform;
let here: StoreHere;
let gate: GateHere;
let other: GateHere;

beforeAll(async () => {
  platform = await startSmallPlatform();
  here = await startStoreHere(config());
  gate = await here.gate('gate-1');
  other = await here.gate('gate-2');
});

function config(): string {
  const limits = '{ sessions: 4, submitReserve: 0 }';
  return `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "share-{n}": { limits: ${limits} }
  "hold-{n}": { limits: ${limits}, onStoreLoss: hold }
  "open-{n}": { limits: ${limits}, onStoreLoss: open }
  "brief-{n}": { limits: { sessions: 2, submitReserve: 1 }, session: { idleSeconds: 1 } }
  "late-{n}": { limits: ${limits}, session: { idleSeconds: 1 }, onStoreLoss: hold }
  "rate-{n}": { limits: { admissionsPerMinute: 60 } }
  site: {}
rules:
${KINDS.map((kind) => `  - { name: ${kind}, match: { path: "/${kind}/{n}/*" }, room: "${kind}-{n}" }`).join('\n')}
default: { room: site, upstream: platform }
`;
}

const person = (at: GateHere = gate) => visitor(at.url);
const room = (name: string, at: GateHere = gate) => roomAt(at.url, name);
const until = (send: () => Promise<Reply>, state: string) => untilAnswered(send, state);

async function enter(path: string, at: GateHere = gate) {
  const who = person(at);
  expect((await who.open(path)).state).toBe('admitted');
  return who;
}

/** People in the room's four slots, and so many who wait. */
async function fill(path: string, waiting: number) {
  const inside = await Promise.all([1, 2, 3, 4].map(() => enter(path)));
  const line = [];
  for (let index = 0; index < waiting; index++) {
    const who = person();
    expect((await who.open(path)).state).toBe('waiting');
    line.push(who);
  }
  return { inside, line };
}

async function whileLost<T>(at: GateHere[], act: () => Promise<T>): Promise<T> {
  for (const one of at) one.lost.lose();
  try {
    return await act();
  } finally {
    for (const one of at) one.lost.find();
  }
}

const states = (replies: Reply[]) => replies.map(({ state }) => state);

describe('who is inside', () => {
  it('goes on as if nothing had happened, and is inside afterwards', async () => {
    const who = await enter('/brief/1/form');
    await whileLost([gate], async () => {
      const seen: Reply[] = [];
      // Three idle times: only what this gateway extends by itself lasts so long.
      for (let turn = 0; turn < 15; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        seen.push(await who.open('/brief/1/next'));
      }
      expect(new Set(states(seen))).toEqual(new Set(['admitted']));
      expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]));
    });
    expect((await who.open('/brief/1/next')).state).toBe('admitted');
    // Asked for again, since a look that comes late finds a visitor who idled too long.
    const sessions = async () => {
      await who.open('/brief/1/next');
      return here.store.view('brief-1')?.sessions;
    };
    await expect.poll(sessions).toBe(1);
  });

  it('is known by the pass alone at a gateway that never saw the session', async () => {
    const who = await enter('/share/known/form');
    const there = person(other);
    await there.open('/share/known/look');
    for (const [name, value] of who.jar) there.jar.set(name, value);
    const reply = await whileLost([other], () => there.open('/share/known/form'));
    expect(reply.state).toBe('admitted');
  });

  it('may leave: the pass is refused at once, and the slot is free when the store is back', async () => {
    const who = await enter('/share/left/form');
    const copy = [...who.jar].map((pair) => pair.join('=')).join('; ');
    await whileLost([gate], async () => {
      expect((await room('share-left').leaveAs(who)).status).toBe(204);
      const again = await ask(`${gate.url}/share/left/form`, { headers: { ...NAVIGATION, cookie: copy } });
      expect(again.setCookies.some((cookie) => cookie.startsWith('hg_p_'))).toBe(true);
      expect(here.store.view('share-left')?.sessions).toBe(1);
    });
    // The one who left has; the one who came as somebody new is inside.
    await expect.poll(() => here.store.view('share-left')?.endedSessions.length).toBe(1);
    await expect.poll(() => here.store.view('share-left')?.sessions).toBe(1);
  });

  it('is not thrown out by an answer that was lost', async () => {
    const who = await enter('/brief/answer/form');
    gate.lost.loseAnswer('touch');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await who.open('/brief/answer/form')).state).toBe('admitted');
  });
});

describe('share', () => {
  it('lets newcomers in up to the share of a room where nobody waited, and no further', async () => {
    await enter('/share/1/form');
    await whileLost([gate], async () => {
      const replies = await Promise.all([1, 2, 3, 4, 5].map(() => person().open('/share/1/form')));
      expect(states(replies).sort()).toEqual(['admitted', 'admitted', 'admitted', 'held', 'held']);
      expect((await room('share-1').status()).state).toBe('held');
    });
    await expect.poll(() => here.store.view('share-1')?.sessions).toBe(4);
    expect(await gate.metrics()).toContain('headgate_store_share_sessions_total{room="share-1"} 3');
  });

  it('gives the slot of who leaves to the next', async () => {
    await enter('/share/2/form');
    await whileLost([gate], async () => {
      const begun = await Promise.all([1, 2, 3].map(() => enter('/share/2/form')));
      await room('share-2').leaveAs(begun[0]!);
      expect((await person().open('/share/2/form')).state).toBe('admitted');
      expect((await person().open('/share/2/form')).state).toBe('held');
    });
  });

  it('lets nobody in while somebody waits, and keeps their order behind the line', async () => {
    const { inside, line } = await fill('/share/3/form', 2);
    const late = [person(), person()];
    await whileLost([gate], async () => {
      await room('share-3').leaveAs(inside[0]!);
      expect((await line[0]!.open('/share/3/form')).state).toBe('held');
      for (const who of late) expect((await who.open('/share/3/form')).state).toBe('held');
    });
    const places = [];
    for (const who of [...line, ...late])
      places.push(
        await until(() => who.send('/.headgate/rooms/share-3/ticket'), 'waiting').catch(() => null),
      );
    await until(() => line[0]!.open('/share/3/form'), 'admitted');
    const [first, second] = await Promise.all(late.map((who) => room('share-3').placeOf(who)));
    expect([first!.number, second!.number]).toEqual([7, 8]);
  });

  it('serves requests without a number as long as newcomers go in', async () => {
    await enter('/share/4/form');
    await whileLost([gate], async () => {
      expect((await ask(`${gate.url}/share/4/data`)).state).toBe('allowed');
      await Promise.all([1, 2, 3].map(() => enter('/share/4/form')));
      const reply = await ask(`${gate.url}/share/4/data`);
      expect([reply.status, reply.state, reply.json().code]).toEqual([503, 'held', 'HG_HELD']);
    });
  });

  it('holds the rate by the second', async () => {
    await enter('/rate/1/form');
    await whileLost([gate], async () => {
      const replies = await Promise.all([1, 2, 3, 4, 5, 6].map(() => person().open('/rate/1/form')));
      expect(states(replies).filter((state) => state === 'admitted').length).toBeLessThanOrEqual(2);
    });
  });

  it('is forgotten when a session begins with a failure of the platform', async () => {
    await enter('/share/5/form');
    await whileLost([gate], async () => {
      const failed = await person().open('/share/5/form?status=503');
      expect(failed.status).toBe(503);
      await Promise.all([1, 2, 3].map(() => enter('/share/5/form')));
    });
    await expect.poll(() => here.store.view('share-5')?.sessions).toBe(4);
  });
});

describe('hold', () => {
  it('tells people honestly that the line is being repaired, and promises no time', async () => {
    await enter('/hold/1/form');
    await whileLost([gate], async () => {
      const who = person();
      const page = await who.open('/hold/1/form');
      expect([page.status, page.state]).toEqual([200, 'held']);
      expect(page.headers['cache-control']).toContain('no-store');
      expect(page.text).toContain('Your place is kept');
      expect(page.text).not.toMatch(/about \d/);
      const [, seconds] = /data-poll="(\d+)"/.exec(page.text)!;
      expect(Number(seconds)).toBeGreaterThanOrEqual(5);
      expect(Number(seconds)).toBeLessThanOrEqual(15);
      const claims = claimsOf(who.jar.get('hg_t_hold-1')!);
      expect(claims).toMatchObject({ gateway: 'gate-1', k: 1, room: 'hold-1' });
      const place = await room('hold-1').placeOf(who);
      expect(place).toMatchObject({ state: 'held', number: null, position: null, expectedWaitSeconds: null });
      expect(await room('hold-1').status()).toMatchObject({ state: 'held', callsPerMinute: null });
      expect((await person().open('/hold/1/form')).state).toBe('held');
      expect(here.store.view('hold-1')?.issued).toBe(1);
    });
  });

  it('gives programs a place by POST, which becomes a number', async () => {
    await fill('/hold/2/form', 1);
    const { joined, again } = await whileLost([gate], async () => {
      const joined = await room('hold-2').join();
      expect(joined).toMatchObject({
        state: 'held',
        position: null,
        number: null,
        expectedWaitSeconds: null,
      });
      expect(joined.reply.status).toBe(201);
      const again = await room('hold-2').join({ 'headgate-ticket': joined.ticket });
      expect([again.reply.status, again.state]).toEqual([200, 'held']);
      const asking = await ask(`${gate.url}/hold/2/form`, { headers: { 'headgate-ticket': joined.ticket } });
      expect([asking.status, asking.state, asking.headers['retry-after'] !== undefined]).toEqual([
        503,
        'held',
        true,
      ]);
      return { joined, again };
    });
    const back = () => room('hold-2').place(joined.ticket);
    const place = (await until(back, 'waiting')).json<{ number: number; position: number }>();
    expect(place).toMatchObject({ number: 6, position: 2 });
    const same = (await room('hold-2', other).place(again.ticket)).json<{ number: number }>();
    expect(same.number).toBe(6);
  });

  it('re-issues the place of an outage as an ordinary ticket with the same id, at whichever gateway', async () => {
    await fill('/hold/3/form', 1);
    const who = person();
    await whileLost([gate], async () => expect((await who.open('/hold/3/form')).state).toBe('held'));
    const before = claimsOf(who.jar.get('hg_t_hold-3')!);
    const there = person(other);
    for (const [name, value] of who.jar) there.jar.set(name, value);
    await until(() => there.open('/hold/3/form'), 'waiting');
    const after = claimsOf(there.jar.get('hg_t_hold-3')!);
    expect(after).toMatchObject({ jti: before.jti, n: 6 });
    expect([after.k, after.gateway, after.outage]).toEqual([undefined, undefined, undefined]);
  });

  it('stands ahead of those who come after the outage', async () => {
    await fill('/hold/4/form', 1);
    const held = await whileLost([gate, other], async () => {
      const held = [person(), person(), person()];
      for (const who of held) await who.open('/hold/4/form');
      return held;
    });
    const late = person();
    await until(() => late.open('/hold/4/form'), 'waiting').catch(() => {});
    await until(() => held[2]!.open('/hold/4/form'), 'waiting');
    await until(() => late.open('/hold/4/form'), 'waiting');
    const numbers = [];
    for (const who of [...held, late]) {
      await who.open('/hold/4/form');
      numbers.push((await room('hold-4').placeOf(who)).number);
    }
    expect(numbers).toEqual([6, 7, 8, 9]);
  });

  it('keeps the position that a waiting visitor had', async () => {
    const { line } = await fill('/hold/5/form', 3);
    const before = await room('hold-5').placeOf(line[2]!);
    await whileLost([gate], async () => {
      const page = await line[2]!.open('/hold/5/form');
      expect(page.state).toBe('held');
      expect(await room('hold-5').placeOf(line[2]!)).toMatchObject({
        ...{ state: 'held', number: before.number, position: before.position, expectedWaitSeconds: null },
      });
    });
  });

  it('tells who sends a form too late that nothing was sent', async () => {
    const late = await enter('/late/1/form');
    const expires = Number(claimsOf(late.jar.get('hg_p_late-1')!).exp) * 1_000;
    await expect.poll(() => Date.now()).toBeGreaterThan(expires);
    const before = platform.seen.length;
    await whileLost([gate], async () => {
      const reply = await late.post('/late/1/send');
      expect(reply.state).toBe('held');
      expect(reply.text).toContain('Nothing was sent');
    });
    expect(platform.seen.slice(before).filter((line) => line.startsWith('POST'))).toEqual([]);
  });
});

describe('open', () => {
  it('lets everybody in without limit, and says so loudly', async () => {
    await fill('/open/1/form', 1);
    await whileLost([gate], async () => {
      const replies = await Promise.all(Array.from({ length: 12 }, () => person().open('/open/1/form')));
      expect(new Set(states(replies))).toEqual(new Set(['admitted']));
      await expect
        .poll(() => gate.logged.filter((line) => line.startsWith('error EVERYBODY')).length)
        .toBe(1);
    });
    await expect.poll(() => here.store.view('open-1')?.sessions).toBe(16);
    expect(await gate.metrics()).toContain('headgate_store_overshoot{room="open-1"} 12');
  });
});

describe('a disk that is full', () => {
  it('is a lost store: nobody inside notices, newcomers follow onStoreLoss, and nothing is forgotten', async () => {
    let isFull = false;
    const { store, gate: open } = await startStoreHere(config(), (fd, bytes, offset, length, position) => {
      if (isFull) throw new Error('ENOSPC');
      return writeSync(fd, bytes, offset, length, position);
    });
    const alone = await open('gate-3');
    const inside = await enter('/hold/full/form', alone);
    isFull = true;
    const held = person(alone);
    expect((await held.open('/hold/full/form')).state).toBe('held');
    expect((await inside.open('/hold/full/form')).state).toBe('admitted');
    expect((await room('hold-full', alone).status()).state).toBe('held');
    await room('hold-full', alone).leaveAs(inside);
    isFull = false;
    await until(() => held.open('/hold/full/form'), 'admitted');
    expect(store.view('hold-full')?.sessions).toBe(1);
  });
});

it('a room without limits that lost its store is no alarm', async () => {
  await person(other).open('/elsewhere');
  await whileLost([other], async () => {
    const before = other.logged.length;
    expect((await person(other).open('/elsewhere')).state).toBe('admitted');
    // Longer than between two looks of the upkeep.
    await new Promise((resolve) => setTimeout(resolve, 700));
    const alarms = other.logged.slice(before).filter((line) => line.startsWith('error EVERYBODY'));
    expect(alarms).toEqual([]);
  });
});

describe('a session that was begun without the store', () => {
  it('goes on afterwards, at every gateway', async () => {
    await enter('/share/begun/form');
    const who = await whileLost([gate], () => enter('/share/begun/form'));
    const there = person(other);
    for (const [name, value] of who.jar) there.jar.set(name, value);
    // The other gateway may be asked before this one has told the store.
    expect((await there.open('/share/begun/form')).state).toBe('admitted');
    expect((await who.open('/share/begun/form')).state).toBe('admitted');
    await expect.poll(() => here.store.view('share-begun')?.sessions).toBe(2);
  });
});

describe('an operator’s word', () => {
  it('pause: nobody new is let in here, places are given', async () => {
    const inside = await enter('/share/paused/form');
    gate.override('share-paused', { action: 'pause', limit: null });
    const who = person();
    expect((await who.open('/share/paused/form')).state).toBe('paused');
    expect((await inside.open('/share/paused/form')).state).toBe('admitted');
    expect((await person(other).open('/share/paused/form')).state).toBe('admitted');
    gate.override('share-paused', null);
    await until(() => who.open('/share/paused/form'), 'admitted');
  });

  it('limit: no more of this gateway’s own are inside at once', async () => {
    gate.override('share-limited', { action: 'limit', limit: 2 });
    const replies = await Promise.all([1, 2, 3, 4].map(() => person().open('/share/limited/form')));
    expect(states(replies).filter((state) => state === 'admitted')).toHaveLength(2);
    expect((await person(other).open('/share/limited/form')).state).toBe('admitted');
    gate.override('share-limited', null);
  });

  it('limit while the store is lost: those who were called first, then by their numbers, as slots are free', async () => {
    const { inside, line } = await fill('/hold/launch/form', 2);
    await whileLost([gate], async () => {
      gate.override('hold-launch', { action: 'limit', limit: 5 });
      const newcomer = person();
      expect((await newcomer.open('/hold/launch/form')).state).toBe('held');
      expect((await line[1]!.open('/hold/launch/form')).state).toBe('held');
      // The first of the line is not known before all have asked once: 15 s.
      await until(() => line[0]!.open('/hold/launch/form'), 'admitted');
      expect((await line[1]!.open('/hold/launch/form')).state).toBe('held');
      await room('hold-launch').leaveAs(inside[0]!);
      expect((await newcomer.open('/hold/launch/form')).state).toBe('held');
      expect((await line[1]!.open('/hold/launch/form')).state).toBe('admitted');
    });
    gate.override('hold-launch', null);
  }, 30_000);

  it('limit while the store is lost: newcomers where nobody waits', async () => {
    await enter('/hold/quiet/form');
    await whileLost([gate], async () => {
      gate.override('hold-quiet', { action: 'limit', limit: 3 });
      const replies = [];
      for (let index = 0; index < 3; index++) replies.push(await person().open('/hold/quiet/form'));
      expect(states(replies)).toEqual(['admitted', 'admitted', 'held']);
    });
    gate.override('hold-quiet', null);
  });
});
