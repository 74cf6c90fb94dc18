import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveAnswer } from '../../gateway/store/ask-live.ts';
import { createPeers, type PeerRegistry, type Peers } from '../../gateway/store/peers.ts';
import { handClock } from './hand-clock.ts';

const SECOND_MS = 1_000;

let clock = handClock();
/** The registry's hash, and whether the store answers. */
let words: Record<string, string> = {};
let isLost = false;
/** What is found at an address; `alive` where nothing is said. */
let world: Record<string, LiveAnswer | Promise<LiveAnswer>> = {};
let asked: string[] = [];
const log = vi.fn();
const all: Peers[] = [];

beforeEach(() => {
  clock = handClock();
  words = {};
  isLost = false;
  world = {};
  asked = [];
  log.mockReset();
});
afterEach(async () => {
  for (const peers of all.splice(0)) await peers.stop();
});

const registry: PeerRegistry = {
  async write(id, text) {
    refuseWhenLost();
    words[id] = text;
  },
  async readAll() {
    refuseWhenLost();
    return { ...words };
  },
  async remove(id) {
    refuseWhenLost();
    delete words[id];
  },
};
function refuseWhenLost(): void {
  if (isLost) throw new Error('the store is lost');
}
async function ask(address: string): Promise<LiveAnswer> {
  asked.push(address);
  return world[address] ?? 'alive';
}
function gateway(id: string, address = `http://${id}`): Peers {
  const peers = createPeers({ self: { id, address }, registry, ask, clock, log, random: Math.random });
  all.push(peers);
  return peers;
}
/** Beats once a second, as their timers would. */
async function live(seconds: number, ...gateways: Peers[]): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(SECOND_MS);
    for (const peers of gateways) await peers.beat();
  }
}
const idsOf = (peers: Peers) => peers.all().map(({ id }) => id);
const said = () => log.mock.calls.map(([level, , message]) => `${level}: ${message}`);

/** Two that know each other, and have asked each other once. */
async function acquainted(): Promise<[Peers, Peers]> {
  const [here, there] = [gateway('here'), gateway('there')];
  await live(11, here, there);
  return [here, there];
}

describe('who there is', () => {
  it('each gateway learns of the others, and of how long ago they were heard', async () => {
    const [here, there] = await acquainted();
    expect(here.all()).toEqual([{ id: 'there', address: 'http://there', seenMsAgo: expect.any(Number) }]);
    expect(idsOf(there)).toEqual(['here']);
    await live(20, here);
    expect(here.all()[0]!.seenMsAgo).toBeGreaterThanOrEqual(15 * SECOND_MS);
  });

  it('who leaves in order takes its word along', async () => {
    const [, there] = await acquainted();
    await there.stop();
    expect(Object.keys(words)).toEqual(['here']);
  });

  it('who wrote nothing for ten minutes is dropped, here and in the registry; a wall clock says nothing', async () => {
    const [here] = await acquainted();
    clock.jump(3_600_000);
    await live(590, here);
    expect(idsOf(here)).toEqual(['there']);
    await live(20, here);
    expect(idsOf(here)).toEqual([]);
    expect(Object.keys(words)).toEqual(['here']);
  });

  it('a lost store changes nothing: the last list stays, and who can be asked is asked', async () => {
    const [here] = await acquainted();
    isLost = true;
    world['http://there'] = 'refused';
    await live(30, here);
    here.hear(['there']);
    await live(1, here);
    expect(idsOf(here)).toEqual(['there']);
    expect(here.gone()).toEqual(['there']);
  });

  it('an emptied store drops nobody who lives', async () => {
    const [here] = await acquainted();
    words = {};
    await live(60, here);
    expect(idsOf(here)).toEqual(['there']);
  });

  it('who left the registry and is not there any more is dropped', async () => {
    const [here, there] = await acquainted();
    await there.stop();
    world['http://there'] = 'refused';
    await live(30, here);
    expect(idsOf(here)).toEqual([]);
  });

  it.each(['', 'x', '[]', 'null', '{"address":"file:///etc/passwd","counter":1}', '{"address":"http://x"}'])(
    'a word %j means nobody',
    async (text) => {
      words.strange = text;
      const here = gateway('here');
      await live(1, here);
      expect(idsOf(here)).toEqual([]);
    },
  );

  it('a copied data folder is noticed: two gateways write under one id', async () => {
    const [here, twin] = [gateway('here'), gateway('here', 'http://twin')];
    const writeBoth = { ...registry };
    vi.spyOn(registry, 'readAll').mockImplementationOnce(async () => {
      await twin.beat();
      return writeBoth.readAll();
    });
    await live(1, here);
    vi.restoreAllMocks();
    expect(said()).toEqual([expect.stringMatching(/^error: another gateway writes under this one’s id/)]);
  });
});

describe('who is dead', () => {
  it('a silent gateway whose machine refuses is gone, in the moment that the room names it', async () => {
    const [here] = await acquainted();
    world['http://there'] = 'refused';
    here.hear(['there']);
    await expect.poll(() => here.gone()).toEqual(['there']);
    expect(said()).toEqual([expect.stringMatching(/^info: a gateway has died/)]);
  });

  it('a silent gateway that answers is not gone: it may live with another store', async () => {
    const [here] = await acquainted();
    here.hear(['there']);
    await live(10, here);
    expect(here.gone()).toEqual([]);
  });

  it('one that cannot be reached any more is not gone either, for the same reason', async () => {
    const [here] = await acquainted();
    world['http://there'] = 'unreachable';
    here.hear(['there']);
    await live(10, here);
    expect(here.gone()).toEqual([]);
  });

  it('one that could never be reached has a wrong address, which holds nobody’s share back, and is said', async () => {
    world['http://there'] = 'unreachable';
    const [here] = await acquainted();
    expect(here.gone()).toEqual([]);
    here.hear(['there']);
    await live(1, here);
    expect(here.gone()).toEqual(['there']);
    expect(said()).toEqual([expect.stringMatching(/^warn: .*could never be asked from here/)]);
  });

  it('nobody is gone whom no room names', async () => {
    const [here] = await acquainted();
    world['http://there'] = 'refused';
    await live(20, here);
    expect(here.gone()).toEqual([]);
  });

  it('a gateway that was started again is not gone from its first word on, wherever it listens now', async () => {
    const [here] = await acquainted();
    world['http://there'] = 'refused';
    here.hear(['there']);
    await live(1, here);
    expect(here.gone()).toEqual(['there']);
    const again = gateway('there', 'http://there-again');
    await live(1, again);
    await live(5, here);
    expect(here.gone()).toEqual([]);
    expect(here.all()[0]!.address).toBe('http://there-again');
  });

  it('a gateway that writes again is not gone while it is being asked', async () => {
    const [here, there] = await acquainted();
    world['http://there'] = 'refused';
    here.hear(['there']);
    await live(1, here);
    await live(5, there);
    const { promise, resolve } = Promise.withResolvers<LiveAnswer>();
    world['http://there'] = promise;
    clock.advance(5 * SECOND_MS);
    const beat = here.beat();
    await expect.poll(() => here.gone()).toEqual([]);
    resolve('alive');
    await beat;
  });

  it('what answers again is not gone within a second', async () => {
    const [here] = await acquainted();
    world['http://there'] = 'refused';
    here.hear(['there']);
    await live(1, here);
    world['http://there'] = 'alive';
    await live(1, here);
    expect(here.gone()).toEqual([]);
  });

  it('what no room names any more is not gone after a while', async () => {
    const [here] = await acquainted();
    world['http://there'] = 'refused';
    here.hear(['there']);
    await live(10, here);
    expect(here.gone()).toEqual(['there']);
    await live(10, here);
    expect(here.gone()).toEqual([]);
  });

  it('a silent gateway that nobody knows yet is looked up at once', async () => {
    const here = gateway('here');
    await live(1, here);
    await live(1, gateway('newcomer'));
    world['http://newcomer'] = 'refused';
    here.hear(['newcomer', 'here', 'nobody']);
    await expect.poll(() => idsOf(here)).toEqual(['newcomer']);
    here.hear(['newcomer']);
    await live(1, here);
    expect(here.gone()).toEqual(['newcomer']);
  });
});

describe('how much is asked', () => {
  it('a silent gateway each second, the others each ten, however often rooms name it', async () => {
    const [here] = await acquainted();
    asked = [];
    await live(20, here);
    expect(asked).toHaveLength(2);
    asked = [];
    for (let second = 0; second < 10; second += 1) {
      for (let room = 0; room < 200; room += 1) here.hear(['there']);
      await live(1, here);
    }
    expect(asked.length).toBeGreaterThanOrEqual(9);
    expect(asked.length).toBeLessThanOrEqual(11);
  });

  it('nobody is asked again before the last answer came', async () => {
    const { promise, resolve } = Promise.withResolvers<LiveAnswer>();
    let open = 0;
    const slow = () => {
      open += 1;
      return promise;
    };
    await live(1, gateway('there'));
    const here = createPeers({
      ...{ self: { id: 'here', address: 'http://here' }, registry, ask: slow, clock, log },
      random: Math.random,
    });
    const beats = [here.beat()];
    await expect.poll(() => open).toBe(1);
    for (let second = 0; second < 20; second += 1) {
      clock.advance(SECOND_MS);
      here.hear(['there']);
      beats.push(here.beat());
    }
    expect(open).toBe(1);
    resolve('alive');
    await Promise.all(beats);
  });

  it('of a thousand words the bound is kept: 64 asked at once', async () => {
    for (let n = 0; n < 3_000; n += 1)
      words[`g${n}`] = JSON.stringify({ address: `http://g${n}`, counter: 1, at: '' });
    const here = gateway('here');
    await live(1, here);
    expect(asked).toHaveLength(64);
    expect(here.all().length).toBeLessThanOrEqual(1_024);
  });
});
