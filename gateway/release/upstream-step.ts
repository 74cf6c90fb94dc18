/** One step of one upstream: lays its evidence together, judges it, and moves its bounds: requests in flight, and the budget of admissions. */
import { learn, ratioOf, type Took, weigh } from './base-latency.ts';
import type { ControllerInput, UpstreamFacts } from './controller.ts';
import { judge, over, type Pressure, pressures } from './distress.ts';
import { followSignals, forgetSignals, nextLevel } from './external.ts';
import { leastInFlight, moveInFlight, noteBorne, probed } from './gradient.ts';
import { modeOf } from './modes.ts';
import { demandsOf, type RoomDemand, usualOf } from './orders.ts';
import { notePressed } from './pressed.ts';
import { isWell, moveBudget, noteBrought, noteProven, type RateFacts } from './rate.ts';
import { judgeRoutes, usualEmptyShare } from './route-distress.ts';
import * as sentences from './sentences.ts';
import { stallRatio } from './stall.ts';
import type { ControllerState, UpstreamState } from './state.ts';
import { gaugeSums, mergeRoutes, noteGauges, noteStep, type Recent, recent, samplesOf } from './window.ts';
import type { Evidence, Judgement, Orders, RouteSample } from './words.ts';

/** Of each step by itself where it holds enough answers: who is over a limit for long is seen by the steps in a row. */
const JUDGED_MS = 400;
const RATE_MS = 2_500;
const SAID_STEP = 0.25;
const LEAST_ERROR_LEVEL = 0.05;
/** Signals that fewer visitors mend; errors and emptiness have a level of their own. */
const OF_LOAD = new Set<Pressure['signal']>(['latency', 'shed', 'queue', 'connections']);

export interface StepParts {
  name: string;
  facts: UpstreamFacts;
  evidence: readonly Evidence[];
  dtMs: number;
  input: ControllerInput;
  state: ControllerState;
}

export function stepUpstream(upstream: UpstreamState, parts: StepParts, orders: Orders): Judgement[] {
  const { nowMs, settings } = parts.input;
  const samples = samplesOf(parts.name, parts.evidence);
  const routes = mergeRoutes(samples.map(([, sample]) => sample));
  noteGauges(upstream, samples, nowMs);
  noteStep(upstream, { ...sumsOf(upstream, samples, routes), atMs: nowMs });
  notePressed(upstream, parts.name, parts.evidence, nowMs, settings);
  const seen = recent(upstream, nowMs, settings.distress.leastAnswers, JUDGED_MS);
  const stalled = stallRatio(upstream, nowMs, stallLimits(settings));
  const ratio = stalled ?? (seen && ratioOf(seen));
  const all = pressures(pressureFacts(upstream, parts, { seen, ratio }, routes), settings);
  const rate = rateFacts(upstream, parts, ratio, all);
  const judgements = [
    ...suffering(upstream, all, rate, parts),
    ...routeVerdicts(upstream, routes, parts),
    ...signals(upstream, parts),
  ];
  learn(upstream, routes.values(), {
    nowMs,
    dtMs: parts.dtMs,
    isWell: isWell(rate) && upstream.distress === null,
  });
  noteBrought(
    upstream,
    samples.reduce((sum, [, { answers }]) => sum + answers, 0),
    rate,
  );
  if (upstream.distress === null) {
    noteProven(upstream, rate);
    noteBorne(upstream, rate);
  }
  moveErrorLevel(upstream, seen, parts);
  moveBudget(upstream, rate);
  judgements.push(...boundInFlight(upstream, parts, ratio, samples.length > 0, orders));
  return judgements;
}

const stallLimits = ({ distress, inFlight }: ControllerInput['settings']) => ({
  leastInFlight: inFlight.least,
  leastAnswers: distress.leastAnswers,
  latencyTimes: distress.latencyTimes,
});

type Samples = ReturnType<typeof samplesOf>;
type Routes = ReadonlyMap<string, RouteSample>;

function sumsOf(upstream: UpstreamState, samples: Samples, routes: Routes): Omit<Recent, 'atMs' | 'spanMs'> {
  const sums = { answers: 0, errors: 0, empties: 0, shed: 0, tookMs: 0, usualMs: 0, busyMs: 0 };
  for (const [, { answers, errors, empties, shed, inFlight, spanMs }] of samples) {
    sums.busyMs += inFlight.mean * spanMs;
    sums.answers += answers;
    sums.errors += errors;
    sums.empties += empties;
    for (const count of Object.values(shed)) sums.shed += count;
  }
  for (const [name, sample] of routes) add(sums, weigh(upstream.routes[name], sample));
  return sums;
}

function add(sums: Took, { tookMs, usualMs }: Took): void {
  sums.tookMs += tookMs;
  sums.usualMs += usualMs;
}

const connectionsOf = ({ maxConnections, gateways }: UpstreamFacts): number =>
  Math.max(1, maxConnections * Math.max(1, gateways));

function pressureFacts(
  upstream: UpstreamState,
  { facts }: StepParts,
  { seen, ratio }: { seen: Recent | null; ratio: number | null },
  routes: Routes,
) {
  return {
    ...{ recent: seen, ratio },
    gauges: gaugeSums(upstream),
    inFlight: upstream.inFlight,
    connections: connectionsOf(facts),
    usualEmptyShare: usualEmptyShare(upstream, routes.values()),
  };
}

function rateFacts(
  upstream: UpstreamState,
  parts: StepParts,
  ratio: number | null,
  all: readonly Pressure[],
): RateFacts {
  const { nowMs, settings, rooms } = parts.input;
  // A stall is told by few answers: then these few are what it bears.
  const last = recent(upstream, nowMs, ratio === null ? settings.distress.leastAnswers : 0, RATE_MS);
  const demands = demandsOf(parts.state, parts.name, rooms, settings);
  return {
    nowMs,
    dtMs: parts.dtMs,
    ratio,
    pressure: all.find(({ signal }) => OF_LOAD.has(signal)) ?? null,
    admitted: admittedNow(parts),
    admittedPerMinute: admittedPerMinute(parts),
    demandPerMinute: demands.reduce((sum: number, { demand }: RoomDemand) => sum + demand, 0),
    usualPerMinute: usualOf(demands),
    inFlight: last ? last.busyMs / Math.max(1, last.spanMs) : null,
    goodPerSecond: last ? ((last.answers - last.errors) * 1000) / Math.max(1, last.spanMs) : null,
  };
}

/** Of this step: the pace of many seconds would count a surge's first visitors for too few. */
function admittedNow({ evidence, input, name }: StepParts): number {
  let sum = 0;
  for (const { rooms } of evidence)
    for (const [room, { admitted }] of Object.entries(rooms))
      if (input.rooms[room]?.upstream === name) sum += admitted;
  return sum;
}

function admittedPerMinute({ state, input, name }: StepParts): number {
  let sum = 0;
  for (const [room, { admitted }] of Object.entries(state.rooms)) {
    if (input.rooms[room]?.upstream === name) sum += admitted;
  }
  return sum;
}

function suffering(
  upstream: UpstreamState,
  all: readonly Pressure[],
  { nowMs, pressure }: RateFacts,
  { name, input }: StepParts,
): Judgement[] {
  const mode = modeOf(input.settings, 'factor');
  const worst = all[0];
  // Connections alone say nothing of recovery from anything else while answers are few.
  const cannotTell = all.length === 1 && (upstream.distress?.signal ?? 'connections') !== 'connections';
  if (!worst || (cannotTell && over(worst) < 1)) return [];
  const sinceMs = upstream.distress?.sinceMs ?? nowMs;
  const change = judge(upstream, worst, nowMs);
  if (mode === 'off' || change === null) return [];
  if (change === 'began') return [sentences.distressed({ upstream: name, room: null }, worst, mode)];
  return [sentences.recovered(name, pressure ?? worst, (nowMs - sinceMs) / 1000, mode)];
}

function routeVerdicts(upstream: UpstreamState, routes: Routes, { name, input }: StepParts): Judgement[] {
  const mode = modeOf(input.settings, 'factor');
  const verdicts = judgeRoutes(upstream, routes.values(), input.nowMs, input.settings.distress);
  return mode === 'off' ? [] : verdicts.map((verdict) => sentences.routeJudgement(name, verdict, mode));
}

function signals(upstream: UpstreamState, { name, input, dtMs }: StepParts): Judgement[] {
  const mode = modeOf(input.settings, 'factor');
  const own = input.external.filter((signal) => signal.upstream === name);
  const changes = followSignals(upstream, own, dtMs);
  const gone = forgetSignals(upstream, own, dtMs);
  if (mode === 'off') return [];
  return [
    ...changes.map((change) => sentences.signalJudgement(name, change, mode)),
    ...gone.map((signal) => sentences.signalGone(name, signal, mode)),
  ];
}

/**
 * What errors and empty answers leave: success / (1 − limit), down at once and slowly up. Visitors who come for errors are spared the
 * way; a platform of which half fails still serves the other half (Envoy's admission control, aggression 1; after Google's SRE book).
 */
function moveErrorLevel(upstream: UpstreamState, seen: Recent | null, { input, dtMs }: StepParts): void {
  if (!seen) return;
  const { errorShare, emptyShare } = input.settings.distress;
  const [failed, empty] = [seen.errors / seen.answers, seen.empties / seen.answers];
  const { distress } = upstream;
  const isSuffering = distress !== null && (distress.signal === 'errors' || distress.signal === 'empty');
  const byErrors = failed >= errorShare ? (1 - failed) / Math.max(0.01, 1 - errorShare) : 1;
  const byEmpties = empty >= emptyShare ? (1 - empty) / Math.max(0.01, 1 - emptyShare) : 1;
  const aim = isSuffering ? Math.max(LEAST_ERROR_LEVEL, Math.min(1, byErrors, byEmpties)) : 1;
  upstream.errorLevel = nextLevel(upstream.errorLevel, aim, dtMs);
}

function boundInFlight(
  upstream: UpstreamState,
  { name, facts, input }: StepParts,
  ratio: number | null,
  hasNews: boolean,
  orders: Orders,
): Judgement[] {
  const mode = modeOf(input.settings, 'inFlight');
  if (mode === 'off') return [];
  const connections = connectionsOf(facts);
  const least = leastInFlight(upstream, input.settings.inFlight.least);
  const { most, mostTogether } = gaugeSums(upstream);
  const inFlightFacts = { nowMs: input.nowMs, ratio, most, mostTogether, least, connections };
  if (hasNews) moveInFlight(upstream, inFlightFacts);
  const inForce = probed(upstream, inFlightFacts);
  const inFlight = inForce === null ? null : Math.floor(inForce);
  const share = inFlight === null ? null : Math.max(1, Math.floor(inFlight / Math.max(1, facts.gateways)));
  orders.upstreams[name] = mode === 'act' ? { inFlight, share } : { inFlight: null, share: null };
  return saidInFlight(upstream, { ratio, connections }, name, mode);
}

/** Said when it is a quarter more or less than what was said last; each step would be a line otherwise. */
function saidInFlight(
  upstream: UpstreamState,
  { ratio, connections }: { ratio: number | null; connections: number },
  name: string,
  mode: 'observe' | 'act',
): Judgement[] {
  const { inFlight: to, saidInFlight: from } = upstream;
  const [next, last] = [to ?? connections, from ?? connections];
  if (Math.abs(next - last) < SAID_STEP * last && !(to === null && from !== null)) return [];
  upstream.saidInFlight = to;
  return [sentences.inFlightJudgement(name, { from, to, ratio, connections }, mode)];
}
