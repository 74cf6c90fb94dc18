/** Gateways that protect with a hand-moved clock: what each said to its rooms, told the journal, and held its upstream to. */
import { parseConfig } from '../../config/load.ts';
import type { Council } from '../../gateway/release/council.ts';
import { createDecider } from '../../gateway/release/decider.ts';
import { createEarlyEngage } from '../../gateway/release/early-engage.ts';
import { createProtector } from '../../gateway/release/protector.ts';
import { createSampler } from '../../gateway/release/sampler.ts';
import type { Judgement, RoomFacts, RoomOrder } from '../../gateway/release/words.ts';
import { configText } from '../control/reports.ts';

const loaded = parseConfig(configText(), 'x.yaml', {});
if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
export const { protection } = loaded.settings;

export const ADAPTIVE: RoomFacts = {
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

export function handClock() {
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs, wallMs: () => 1_800_000_000_000 + clock.nowMs };
  return clock;
}

export function gatewayAt(
  gateway: string,
  council: Council,
  clock: ReturnType<typeof handClock>,
  settings = protection,
) {
  const said: [string, RoomOrder][] = [];
  const told: Judgement[] = [];
  const troubles: unknown[] = [];
  const held = new Map<string, number | null>();
  const figures = { together: 0, alone: 0, unread: 0 };
  const sampler = createSampler(gateway, 0, 1);
  sampler.upstream('platform');
  const facts = () => ({
    ...{ rooms: { 'event-1': ADAPTIVE }, external: [], settings },
    maxConnections: { platform: 256 },
  });
  const decider = createDecider({
    ...{ gateway, council, facts, clock, figures },
    settings: () => JSON.stringify(settings),
  });
  const early = createEarlyEngage({
    ...{ sampler, clock, settings: () => settings, onJudgement: (judgement) => void told.push(judgement) },
    state: () => decider.decision().state,
    decided: () => decider.decision().rooms,
    engage: (room, order) => protector.engage(room, order),
  });
  const protector = createProtector({
    ...{ decider, early, clock, settings: () => settings, random: () => 0.5 },
    takeWindow: () =>
      sampler.take(clock.nowMs, {
        gauges: () => GAUGES,
        isTold: () => false,
        upstreamOf: () => 'platform',
      }),
    hold: (upstream, inFlight) => void held.set(upstream, inFlight),
    sayRate: async (room, order) => void said.push([room, order]),
    onJudgement: (judgement) => void told.push(judgement),
    trouble: { happened: (error) => void troubles.push(error), ended: () => {} },
    onError: (error) => void troubles.push(error),
  });
  return { protector, decider, early, sampler, figures, said, told, held, troubles };
}

export type Here = ReturnType<typeof gatewayAt>;

/** So many rounds of half a second; `answers` in each, and newcomers. */
export async function live(
  gateways: Here[],
  clock: { nowMs: number },
  rounds: number,
  ms = 20,
  newcomers = 1,
) {
  for (let round = 0; round < rounds; round++) {
    for (const { sampler, early, protector } of gateways) {
      for (let i = 0; i < 20; i++) sampler.route('platform', 'GET /', 'registration').answered(ms);
      for (let i = 0; i < newcomers; i++) early.newcomer('event-1', 'platform');
      await protector.round();
    }
    clock.nowMs += 500;
  }
}
