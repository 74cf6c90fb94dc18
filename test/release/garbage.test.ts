/** What gateways read of each other may be anything: of another version, half, or somebody else's. It stops nobody, and is soon replaced. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Council, createMemoryCouncil } from '../../gateway/release/council.ts';
import { createDecider } from '../../gateway/release/decider.ts';
import { readDecision, writeDecision } from '../../gateway/release/decision.ts';
import { readEvidence, readStanding } from '../../gateway/release/read-evidence.ts';
import { ADAPTIVE, gatewayAt, handClock, live, protection } from './protector-stage.ts';

/** One that holds a room and has learned a route. */
async function busy() {
  const clock = handClock();
  const here = gatewayAt('a', createMemoryCouncil(clock), clock);
  await live([here], clock, 150);
  await live([here], clock, 10, 2_000);
  return JSON.parse(writeDecision(here.decider.decision())) as object;
}

type Path = (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

/** The whole with another value in one place; undefined: nothing there. */
function withPlanted(whole: unknown, path: Path, planted: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return planted;
  const copy: Record<string, unknown> = Array.isArray(whole)
    ? ([...whole] as never)
    : { ...(whole as object) };
  copy[key] = withPlanted(copy[key], rest, planted);
  return copy;
}

const PLANTED = fc.constantFrom(undefined, null, -1, 'x', '', [], {}, true, [null], { x: null });

const WINDOW = {
  ...{ gateway: 'b', window: 7 },
  upstreams: {
    platform: {
      ...{ spanMs: 500, answers: 20, errors: 0, empties: 0, queued: 0, shed: { api: 1 }, oldestMs: 3 },
      ...{
        longRunning: 0,
        connections: 4,
        targets: { up: 1, all: 1 },
        inFlight: { mean: 4, most: 4, now: 4 },
      },
      routes: [
        {
          ...{ route: 'GET /', class: 'registration', answers: 20, errors: 0, empties: 0, totalMs: 400 },
          latency: [0, 0, 0, 0, 0, 20],
        },
      ],
    },
  },
  rooms: { 'event-1': { upstream: 'platform', newcomers: 1, admitted: 1, requests: 1 } },
};

describe('a decision that cannot be read', () => {
  it('is replaced by the next, and nobody is taken for lost', async () => {
    for (const garbage of ['', '{', '[]', 'null', '{"headgate":"protection","version":2}', '{"version":1}']) {
      const clock = handClock();
      const council = createMemoryCouncil(clock);
      const { version } = await council.meet({
        ...{ gateway: 'z', evidence: null, demand: {}, settings: '', version: '', floorMs: 0 },
      });
      await council.decide(version, 0, garbage);
      clock.nowMs += 1_000;
      const gateways = ['a', 'b'].map((name) => gatewayAt(name, council, clock));
      await live(gateways, clock, 4);
      expect(
        gateways.flatMap(({ troubles }) => troubles),
        garbage,
      ).toEqual([]);
      expect(
        gateways.map(({ figures }) => [figures.alone, figures.unread]),
        garbage,
      ).toEqual([
        [0, 1],
        [0, 0],
      ]);
      expect(gateways[0]!.decider.decision().atMs).toBe(gateways[1]!.decider.decision().atMs);
      expect(gateways[0]!.decider.decision().atMs).toBeGreaterThan(0);
    }
  });

  it('in any one place breaks no round, and no order in force is none', async () => {
    const whole = await busy();
    const paths = pathsOf(whole).filter((path) => !path.includes('latency'));
    const property = fc.asyncProperty(fc.constantFrom(...paths), PLANTED, async (path, planted) => {
      const text = JSON.stringify(withPlanted(whole, path, planted)) ?? '';
      const clock = handClock();
      const council: Council = {
        ...createMemoryCouncil(clock),
        meet: async ({ evidence }) => ({
          ...{
            nowMs: 1_800_000_100_000 + clock.nowMs,
            version: '9',
            decided: text,
            demands: { a: {} },
            settings: new Set<string>(),
          },
          due: evidence && { evidence: [evidence], upTo: 1 },
        }),
        decide: async () => null,
      };
      const here = gatewayAt('a', council, clock);
      await live([here], clock, 2);
      expect(here.troubles).toEqual([]);
      for (const [, { factor, perMinute }] of here.said) {
        expect(factor >= 0 && factor <= 1).toBe(true);
        expect(perMinute === null || perMinute >= 0).toBe(true);
      }
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it('is refused for its orders as well', async () => {
    const whole = await busy();
    for (const change of [
      { rooms: 5 },
      { rooms: { x: null } },
      { rooms: { x: { factor: 2, perMinute: null } } },
      { upstreams: { platform: {} } },
    ])
      expect(() => readDecision(JSON.stringify({ ...whole, ...change })), JSON.stringify(change)).toThrow();
  });
});

describe('a window that cannot be read', () => {
  it('is none, wherever it is broken', () => {
    expect(readEvidence(JSON.stringify(WINDOW))).toEqual(WINDOW);
    for (const path of pathsOf(WINDOW).filter((one) => one.at(-1) !== 'class' && one.at(-2) !== 'shed'))
      expect(readEvidence(JSON.stringify(withPlanted(WINDOW, path, null))), path.join('.')).toBeNull();
    for (const text of ['', 'null', '[]', '7']) expect(readEvidence(text)).toBeNull();
  });

  it('nor is what a gateway says of itself', () => {
    const nothing = { demand: {}, settings: '' };
    expect(readStanding('{"demand":{"platform":3.5},"settings":"a"}')).toEqual({
      demand: { platform: 3.5 },
      settings: 'a',
    });
    for (const text of ['', 'null', '[1]', '{"demand":{"platform":"3"}}', '{"settings":7}'])
      expect(readStanding(text)).toEqual(nothing);
  });
});

describe('a room of a name that every object has', () => {
  it('is told of by no judgement, and held to nothing', async () => {
    const clock = handClock();
    const names = ['constructor', '__proto__', 'toString'];
    const decider = createDecider({
      ...{ gateway: 'a', council: createMemoryCouncil(clock), clock, settings: () => 'one' },
      figures: { together: 0, alone: 0, unread: 0 },
      facts: () => ({
        rooms: Object.fromEntries(names.map((name) => [name, { ...ADAPTIVE, waiting: 3 }])),
        ...{ external: [], settings: protection, maxConnections: { platform: 256 } },
      }),
    });
    for (let window = 1; window <= 5; window++) {
      clock.nowMs += 500;
      const evidence = { gateway: 'a', window, upstreams: {}, rooms: {} };
      expect(await decider.together(evidence, {})).toEqual([]);
      expect(decider.decision().rooms).toEqual({});
    }
  });
});
