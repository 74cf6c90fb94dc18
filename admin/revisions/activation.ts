/**
 * A revision on its way to all gateways, as a pure machine: one gateway first, then half of them, then all; taken back as soon
 * as those that run it do worse, refuse it, or fall over it.
 */
import type { GatewayReport, RevisionTotals } from '../../gateway/control/words.ts';
import { judge, type Verdict } from './guards.ts';
import { since, sum } from './totals.ts';
import type { Activation, Guards, Step, Sums } from './words.ts';

/** A gateway takes what is published within a second or two. */
const TAKE_MS = 10_000;
/** After the admin process itself began anew, gateways are heard of within a few seconds. */
const RETURN_MS = 10_000;

/** Null: there is no gateway that could go first. `before`: what each counted in the minute before. */
export function begin(
  revision: number,
  live: readonly GatewayReport[],
  before: (gateway: string) => Sums,
  nowMs: number,
): Activation | null {
  const first = firstOf(live);
  if (first === undefined) return null;
  return {
    revision,
    phase: 'first',
    gateways: { [first.gateway]: first.startedAt },
    marks: marksOf(live, [first.gateway]),
    before: before(first.gateway),
    beganMs: nowMs,
    runSinceMs: null,
    isResumed: false,
  };
}

/** Goes on with what another process had begun; its stage is judged anew. */
export function resume(activation: Activation, nowMs: number): Activation {
  return { ...activation, beganMs: nowMs, runSinceMs: null, isResumed: true };
}

/** `live`: reports of the gateways that are there. */
export function step(
  activation: Activation,
  live: readonly GatewayReport[],
  guards: Guards,
  nowMs: number,
): Step {
  const running = live.filter(({ gateway }) => gateway in activation.gateways);
  const fault = faultOf(activation, running, nowMs);
  if (fault !== null) return { kind: 'roll-back', reason: fault };
  const acknowledged = running.filter(({ revision }) => revision === activation.revision);
  const verdict = verdictOf(activation, acknowledged, live, guards);
  if (verdict.kind === 'bad') return { kind: 'roll-back', reason: verdict.reason };
  const runSinceMs = sinceWhen(activation, running, acknowledged, nowMs);
  const next = { ...activation, runSinceMs };
  if (runSinceMs === null || nowMs - runSinceMs < waitMs(activation, verdict, guards))
    return { kind: 'stay', activation: next };
  if (verdict.kind === 'doubtful') return { kind: 'roll-back', reason: verdict.reason };
  return widen(next, live, verdict, nowMs);
}

/** What tells of the revision itself: refused, or the gateway did not survive it. */
function faultOf(activation: Activation, running: readonly GatewayReport[], nowMs: number): string | null {
  const { revision, gateways, phase, isResumed, beganMs } = activation;
  const refusing = running.find(({ refused }) => refused?.revision === revision);
  if (refusing) return `${refusing.gateway} refused it: ${refusing.refused?.reason ?? ''}`;
  if (running.length === 0) {
    const names = Object.keys(gateways).join(', ');
    return isResumed && nowMs - beganMs < RETURN_MS ? null : `${names} fell silent while running it`;
  }
  if (phase !== 'first') return null;
  const restarted = running.find(({ gateway, startedAt }) => gateways[gateway] !== startedAt);
  if (restarted) return `${restarted.gateway} was started again while running it`;
  const late = running.find((report) => report.revision !== revision);
  return late && nowMs - beganMs > TAKE_MS
    ? `${late.gateway} did not take it within ${TAKE_MS / 1000} s`
    : null;
}

/** Later gateways that do not take it are drift; the stage goes on with those that did. */
function sinceWhen(
  { phase, runSinceMs, beganMs }: Activation,
  running: readonly GatewayReport[],
  acknowledged: readonly GatewayReport[],
  nowMs: number,
): number | null {
  if (runSinceMs !== null) return runSinceMs;
  const isLate = phase === 'half' && nowMs - beganMs > TAKE_MS;
  return acknowledged.length > 0 && (acknowledged.length === running.length || isLate) ? nowMs : null;
}

function verdictOf(
  { marks, before }: Activation,
  acknowledged: readonly GatewayReport[],
  live: readonly GatewayReport[],
  guards: Guards,
): Verdict {
  const others = live.filter(({ gateway }) => gateway in marks);
  const meanwhile = others.map(({ gateway, totals }) => since(marks[gateway], totals));
  return judge(sum(acknowledged.map(({ totals }) => totals)), [sum(meanwhile), before], guards);
}

/** In doubt a stage lasts twice as long. */
function waitMs({ phase }: Activation, verdict: Verdict, guards: Guards): number {
  const seconds = phase === 'first' ? guards.firstSeconds : guards.nextSeconds;
  return seconds * 1_000 * (verdict.kind === 'doubtful' ? 2 : 1);
}

function widen(
  activation: Activation,
  live: readonly GatewayReport[],
  verdict: Verdict,
  nowMs: number,
): Step {
  const detail = 'detail' in verdict ? verdict.detail : verdict.reason;
  const half = Math.ceil(live.length / 2);
  const present = live.filter(({ gateway }) => gateway in activation.gateways);
  if (activation.phase === 'half' || half <= present.length) return { kind: 'activate', detail };
  const others = live.filter(({ gateway }) => !(gateway in activation.gateways));
  const chosen = [...present, ...others.slice(0, half - present.length)];
  const gateways = Object.fromEntries(chosen.map(({ gateway, startedAt }) => [gateway, startedAt]));
  const marks = marksOf(live, Object.keys(gateways));
  return {
    kind: 'widen',
    detail,
    activation: { ...activation, phase: 'half', gateways, marks, beganMs: nowMs, runSinceMs: null },
  };
}

/** The busiest that is well: its requests say most, soonest. */
function firstOf(live: readonly GatewayReport[]): GatewayReport | undefined {
  const well = live.filter(({ ready, store }) => ready && store === 'ok');
  return (well.length > 0 ? well : [...live]).sort(
    (a, b) => b.traffic.forwarded - a.traffic.forwarded || a.gateway.localeCompare(b.gateway),
  )[0];
}

function marksOf(live: readonly GatewayReport[], but: readonly string[]): Record<string, RevisionTotals> {
  const others = live.filter(({ gateway }) => !but.includes(gateway));
  return Object.fromEntries(others.map(({ gateway, totals }) => [gateway, totals]));
}
