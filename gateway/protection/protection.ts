/** Wires automatic protection: sampler, council, controller, forwarder and rooms; its loop runs beside the requests and never before one. */
import type { Settings } from '../../config/settings.ts';
import type { Decisions } from '../audit/decisions.ts';
import type { Clock } from '../clock.ts';
import { createLastingTrouble } from '../control/lasting-trouble.ts';
import type { Forwarder } from '../forward/forwarder.ts';
import type { UpstreamGauges } from '../forward/gauges.ts';
import type { Log } from '../observe/logger.ts';
import type { Council } from '../release/council.ts';
import { createDecider, type DeciderFacts } from '../release/decider.ts';
import { createEarlyEngage } from '../release/early-engage.ts';
import { createProtector } from '../release/protector.ts';
import type { Sampler } from '../release/sampler.ts';
import type { ExternalSignal, Judgement } from '../release/words.ts';
import type { LiveRoom, Rooms } from '../request/rooms.ts';
import type { Store } from '../store/store.ts';
import { createFigures } from './figures.ts';
import { createGrowthWatch } from './growth-watch.ts';
import type { LearnedFile } from './learned-file.ts';
import { protectionMetrics } from './metrics-source.ts';
import { watchOwnLateness, withoutOwn } from './own-lateness.ts';
import { createProtectionReport } from './report.ts';
import { factsOf, isAdaptive, upstreamsOf } from './room-facts.ts';
import { createSettingsDigest } from './settings-digest.ts';

export interface ProtectionParts {
  gateway: string;
  settings(): Settings;
  sampler: Sampler;
  council: Council;
  rooms: Rooms;
  store: Store;
  forwarder: Pick<Forwarder, 'hold' | 'follow' | 'gauges'>;
  decisions: Pick<Decisions, 'add'>;
  /** What it has learned in an earlier life, and is to know in the next one. */
  learned: LearnedFile;
  external(): readonly ExternalSignal[];
  clock: Clock;
  log: Log;
  random(): number;
}

export type Protection = ReturnType<typeof createProtection>;

const KEEP_MS = 60_000;

export function createProtection(parts: ProtectionParts) {
  const { settings, sampler, rooms, forwarder, clock, log } = parts;
  const figures = createFigures();
  const lateness = watchOwnLateness();
  const digestOf = createSettingsDigest();
  let upstreamNames = upstreamsOf(settings());
  let timer: NodeJS.Timeout | undefined;

  const upstreamOf = (room: LiveRoom) =>
    sampler.room(room.name).upstream || (upstreamNames.get(room.template) ?? settings().default.upstream);

  function* told(named: ReadonlySet<string>): Iterable<[string, DeciderFacts['rooms'][string]]> {
    for (const room of rooms.all()) {
      const view = rooms.view(room);
      if (named.has(room.name) || view.waiting > 0 || view.sessions > 0)
        yield [room.name, factsOf(room, view, upstreamOf(room))];
    }
  }
  const maxConnections = () =>
    Object.fromEntries(
      Object.entries(settings().upstreams).map(([name, upstream]) => [name, upstream.maxConnections]),
    );
  const tell = ({ upstream: _, value, limit, ...judgement }: Judgement) =>
    parts.decisions.add({ ...judgement, value: rounded(value), limit: rounded(limit) });
  const sayRate = async (room: string, { factor, perMinute }: { factor: number; perMinute: number | null }) =>
    parts.store.reportRate(room, { factor, perMinute });

  const growth = createGrowthWatch({ settings, external: parts.external, onJudgement: tell });
  const decider = createDecider({
    ...{ gateway: parts.gateway, council: parts.council, clock, figures: figures.decided },
    settings: () => digestOf(settings().protection),
    facts: (named) => ({
      rooms: Object.fromEntries(told(named)),
      external: parts.external(),
      settings: settings().protection,
      maxConnections: maxConnections(),
    }),
  });
  const early = createEarlyEngage({
    ...{ sampler, clock, onJudgement: tell },
    settings: () => settings().protection,
    state: () => decider.decision().state,
    decided: () => decider.decision().rooms,
    engage: (room, order) => protector.engage(room, order),
  });
  const protector = createProtector({
    ...{ decider, early, sayRate, clock, random: parts.random, onJudgement: tell },
    settings: () => settings().protection,
    takeWindow() {
      const gauges = forwarder.gauges();
      figures.saw(gauges);
      const inForce = protector.rooms();
      const nowMs = clock.monotonicMs();
      const evidence = sampler.take(nowMs, {
        gauges: (name) => sampleOf(gauges[name]),
        isTold: (name) => Object.hasOwn(inForce, name) || isWaitedFor(name),
        upstreamOf: (name) => {
          const room = rooms.get(name);
          return room === undefined ? settings().default.upstream : upstreamOf(room);
        },
      });
      growth.saw(evidence, gauges, nowMs);
      return withoutOwn(evidence, lateness.take());
    },
    hold: (upstream, inFlight) => forwarder.hold(upstream, { inFlight }),
    trouble: createLastingTrouble(log, 'council', {
      began: 'the other gateways cannot be heard: automatic protection goes on alone, with its last share',
      over: 'the other gateways can be heard again',
    }),
    onError(error) {
      figures.decided.failed++;
      log.sample('protection', 'error', () => ({ error }), 'a round of automatic protection failed');
    },
  });
  const isWaitedFor = (name: string) => {
    const room = rooms.get(name);
    return room !== undefined && rooms.view(room).waiting > 0;
  };
  /** A room that only other gateways have yet goes by its template: visitors choose names, and each would be a series. */
  const labelOf = (name: string) => rooms.get(name)?.label ?? rooms.named(name)?.template ?? 'unknown';
  const keep = () => parts.learned.write(protector.learned());

  const report = createProtectionReport({
    ...{ settings, clock, figures, external: parts.external },
    ...{ decision: decider.decision, nowMs: decider.nowMs },
    rooms: protector.rooms,
    shares: protector.shares,
  });

  return {
    report,
    metrics: protectionMetrics(report, figures, labelOf),
    /** A newcomer is about to take a number. */
    newcomer(room: LiveRoom, upstream: string | null): void {
      const isObserved = room.settings.mode === 'observe';
      if (isAdaptive(room)) early.newcomer(room.name, upstream ?? upstreamOf(room), isObserved);
      else sampler.room(room.name).newcomer(clock.monotonicMs());
    },
    admitted: (room: LiveRoom): void => void sampler.room(room.name).admitted++,
    follow(next: Settings): void {
      upstreamNames = upstreamsOf(next);
      sampler.forgetUpstreams();
      forwarder.follow(next.protection);
    },
    async start(): Promise<void> {
      forwarder.follow(settings().protection);
      const learned = await parts.learned.read();
      if (learned) decider.remember(learned);
      protector.start();
      timer = setInterval(() => void keep(), KEEP_MS);
      timer.unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      lateness.stop();
      await protector.stop();
      await keep();
    },
  };
}

/** For people: no more digits than were measured. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}

/** The forwarder's gauges as the words of a window. Streams last for as long as their visitors stay: they are no leak. */
function sampleOf(gauges: UpstreamGauges | undefined) {
  if (gauges === undefined) return null;
  const { inFlight, queued, shed, oldestMs, longRunning, connections, streams, targets } = gauges;
  const own = Math.max(0, connections - streams);
  return { ...{ inFlight, queued, shed, oldestMs, longRunning, targets }, connections: own };
}
