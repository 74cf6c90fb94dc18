/** Gateways that meet decide once for all; alone a gateway goes on; what a request engages is said in that very turn. */
import { describe, expect, it } from 'vitest';
import { type Council, createMemoryCouncil } from '../../gateway/release/council.ts';
import { learnedOf, readDecision, writeDecision } from '../../gateway/release/decision.ts';
import { gatewayAt, handClock, live, protection } from './protector-stage.ts';

describe('gateways that meet', () => {
  it('go by one decision, made by one of them at a time, and told once', async () => {
    const clock = handClock();
    const council = createMemoryCouncil(clock);
    const gateways = ['a', 'b', 'c'].map((name) => gatewayAt(name, council, clock));
    await live(gateways, clock, 200);
    await live(gateways, clock, 20, 2_000);
    const orders = gateways.map(({ decider }) => JSON.stringify(decider.decision().rooms));
    expect(orders[0]).toContain('event-1');
    const sum = gateways.reduce((all, { figures }) => all + figures.together, 0);
    expect(sum).toBe(220);
    expect(gateways.flatMap(({ told }) => told).filter(({ kind }) => kind === 'engage')).toHaveLength(1);
    for (const { said, troubles } of gateways) {
      expect(said.map(([room]) => room)).toContain('event-1');
      expect(troubles).toEqual([]);
    }
  });
});

describe('while a revision is tried at one gateway', () => {
  const watching = { ...protection, mode: 'observe' as const };

  async function trial() {
    const clock = handClock();
    const council = createMemoryCouncil(clock);
    const here = gatewayAt('a', council, clock);
    const tried = gatewayAt('b', council, clock, watching);
    await live([here, tried], clock, 200);
    await live([here, tried], clock, 20, 2_000);
    return { clock, council, here, tried };
  }

  it('those that decided go on: no order comes and goes', async () => {
    const { clock, here, tried } = await trial();
    const together = tried.figures.together;
    here.said.length = 0;
    for (let round = 0; round < 20; round++) {
      await live([tried, here], clock, 1, 2_000);
      expect(Object.keys(here.protector.rooms())).toEqual(['event-1']);
    }
    expect(here.said.filter(([, { perMinute }]) => perMinute === null)).toEqual([]);
    expect(tried.figures.together).toBe(together);
  });

  it('what the others order is not done where it is only to be observed', async () => {
    const { tried } = await trial();
    expect([tried.said, tried.protector.rooms(), [...tried.held]]).toEqual([[], {}, []]);
  });

  it('and no gateway is left with the settings before, the others decide within a round', async () => {
    const { clock, council, tried } = await trial();
    const { together } = tried.figures;
    await council.leave('a');
    await live([tried], clock, 4, 2_000);
    expect(tried.figures.together).toBeGreaterThanOrEqual(together + 3);
    expect(tried.decider.decision().rooms).toEqual({});
  });
});

describe('a gateway without the others', () => {
  it('goes on by itself, and takes the common decision when it hears of one again', async () => {
    const clock = handClock();
    const real = createMemoryCouncil(clock);
    let isLost = false;
    const council: Council = {
      ...real,
      meet: async (meeting) => (isLost ? Promise.reject(new Error('cut')) : real.meet(meeting)),
    };
    const [here, there] = [gatewayAt('a', council, clock), gatewayAt('b', real, clock)];
    await live([here, there], clock, 10);
    isLost = true;
    await live([here], clock, 5);
    expect([here.figures.alone, here.troubles.length]).toEqual([5, 5]);
    isLost = false;
    await live([there, here], clock, 4);
    expect(here.figures.alone).toBe(5);
    expect(here.decider.decision().atMs).toBe(there.decider.decision().atMs);
  });
});

describe('a surge', () => {
  it('engages in the request that is too much: said in the same turn, told once, and kept by the next decision', async () => {
    const clock = handClock();
    const here = gatewayAt('a', createMemoryCouncil(clock), clock);
    await live([here], clock, 200);
    const before = here.said.length;
    for (let i = 0; i < 200; i++) here.early.newcomer('event-1', 'platform');
    expect(here.said.slice(before)).toMatchObject([['event-1', { factor: 1 }]]);
    expect(here.told).toMatchObject([{ kind: 'engage', room: 'event-1', mode: 'act' }]);
    await here.protector.round();
    expect(Object.keys(here.protector.rooms())).toEqual(['event-1']);
    expect(here.told.filter(({ kind }) => kind === 'engage')).toHaveLength(1);
  });

  it('of a room that is only observed holds its line, and is told as observed', async () => {
    const clock = handClock();
    const here = gatewayAt('a', createMemoryCouncil(clock), clock);
    await live([here], clock, 200);
    for (let i = 0; i < 200; i++) here.early.newcomer('event-1', 'platform', true);
    expect(here.said.at(-1)?.[0]).toBe('event-1');
    expect(here.told).toMatchObject([{ mode: 'observe', sentence: expect.stringMatching(/would engage/) }]);
  });

  it('is only said in mode observe, and not even that when protection is off', async () => {
    for (const [mode, kinds] of [
      ['observe', ['engage']],
      ['off', []],
    ] as const) {
      const clock = handClock();
      const here = gatewayAt('a', createMemoryCouncil(clock), clock, { ...protection, mode });
      await live([here], clock, 200);
      for (let i = 0; i < 200; i++) here.early.newcomer('event-1', 'platform');
      expect([here.said, here.told.map(({ kind }) => kind)]).toEqual([[], kinds]);
      expect(here.protector.rooms()).toEqual({});
    }
  });
});

describe('what was learned', () => {
  it('is read as it was written, without what was in force; what is broken is refused', async () => {
    const clock = handClock();
    const here = gatewayAt('a', createMemoryCouncil(clock), clock);
    await live([here], clock, 200);
    await live([here], clock, 20, 2_000);
    const learned = learnedOf(here.decider.decision());
    expect(readDecision(writeDecision(learned))).toEqual(learned);
    expect([learned.rooms, learned.state.held]).toEqual([{}, {}]);
    expect(Object.keys(learned.state.upstreams.platform!.routes)).toEqual(['GET /']);
    const broken = writeDecision(learned).replace(/"baseMs":[\d.]+/, '"baseMs":"?"');
    for (const text of ['', '{}', broken]) expect(() => readDecision(text)).toThrow();
  });
});
