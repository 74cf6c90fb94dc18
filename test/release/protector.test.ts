/** Gateways that meet decide once for all; alone a gateway goes on; what a request engages is said in that very turn. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { type Council, createMemoryCouncil } from '../../gateway/release/council.ts';
import { createDecider } from '../../gateway/release/decider.ts';
import { learnedOf, readDecision, writeDecision } from '../../gateway/release/decision.ts';
import { createEarlyEngage } from '../../gateway/release/early-engage.ts';
import { createProtector } from '../../gateway/release/protector.ts';
import { createSampler } from '../../gateway/release/sampler.ts';
import type { Judgement, RoomFacts, RoomOrder } from '../../gateway/release/words.ts';
import { configText } from '../control/reports.ts';

const loaded = parseConfig(configText(), 'x.yaml', {});
if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
const { protection } = loaded.settings;

const ADAPTIVE: RoomFacts = {
  ...{
    upstream: 'platform',
    waiting: 0,
    sessions: 0,
    callsPerMinute: null,
    weight: 1,
    guaranteePerMinute: null,
  },
  limits: { sessions: null, admissionsPerMinute: null, seats: null },
};
const GAUGES = {
  ...{ inFlight: { now: 4, most: 4, mean: 4 }, queued: 0, shed: {}, oldestMs: 0, longRunning: 0 },
  ...{ connections: 4, targets: { up: 1, all: 1 } },
};

function handClock() {
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs, wallMs: () => 1_800_000_000_000 + clock.nowMs };
  return clock;
}

function gatewayAt(
  gateway: string,
  council: Council,
  clock: ReturnType<typeof handClock>,
  settings = protection,
) {
  const said: [string, RoomOrder][] = [];
  const told: Judgement[] = [];
  const troubles: unknown[] = [];
  const held = new Map<string, number | null>();
  const figures = { together: 0, alone: 0 };
  const sampler = createSampler(gateway, 0, 1);
  sampler.upstream('platform');
  const facts = () => ({
    ...{ rooms: { 'event-1': ADAPTIVE }, external: [], settings },
    maxConnections: { platform: 256 },
  });
  const decider = createDecider({ gateway, council, facts, clock, figures });
  const early = createEarlyEngage({
    ...{ sampler, clock, settings: () => settings, onJudgement: (judgement) => void told.push(judgement) },
    state: () => decider.decision().state,
    decided: () => decider.decision().rooms,
    engage: (room, order) => protector.engage(room, order),
  });
  const protector = createProtector({
    ...{ decider, early, clock, settings: () => settings, random: () => 0.5 },
    takeWindow: () =>
      sampler.take(clock.nowMs, { gauges: () => GAUGES, isTold: () => false, upstreamOf: () => 'platform' }),
    hold: (upstream, inFlight) => void held.set(upstream, inFlight),
    sayRate: async (room, order) => void said.push([room, order]),
    onJudgement: (judgement) => void told.push(judgement),
    trouble: { happened: (error) => void troubles.push(error), ended: () => {} },
    onError: (error) => void troubles.push(error),
  });
  return { protector, decider, early, sampler, figures, said, told, troubles };
}

type Here = ReturnType<typeof gatewayAt>;

/** So many rounds of half a second; `answers` in each, and newcomers. */
async function live(gateways: Here[], clock: { nowMs: number }, rounds: number, ms = 20, newcomers = 1) {
  for (let round = 0; round < rounds; round++) {
    for (const { sampler, early, protector } of gateways) {
      for (let i = 0; i < 20; i++) sampler.route('platform', 'GET /', 'registration').answered(ms);
      for (let i = 0; i < newcomers; i++) early.newcomer('event-1', 'platform');
      await protector.round();
    }
    clock.nowMs += 500;
  }
}

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
