/** What the controller saw, against what, and what it changes, in sentences for a person. */

import type { Pressure } from './distress.ts';
import type { SignalChange } from './external.ts';
import { TOLERANCE } from './gradient.ts';
import type { RouteVerdict } from './route-distress.ts';
import type { DecisionMode, Judgement } from './words.ts';

export const whole = (value: number): string => String(Math.round(value));
export const percent = (value: number): string => `${whole(value * 100)} %`;
const decimal = (value: number): string => (value >= 10 ? whole(value) : String(Number(value.toFixed(1))));

/** `would` is said, and not done, in observe mode. */
export const does = (mode: DecisionMode, done: string, would: string): string =>
  mode === 'act' ? done : would;

const SEEN: Record<Pressure['signal'], (pressure: Pressure) => string> = {
  latency: ({ value, limit }) =>
    `answers take ${decimal(value)} times as long as usual (limit ${decimal(limit)})`,
  errors: ({ value, limit }) => `${percent(value)} of the answers failed (limit ${percent(limit)})`,
  empty: ({ value, limit }) => `${percent(value)} of the answers are empty (limit ${percent(limit)})`,
  shed: ({ value, limit }) => `${percent(value)} of the requests were shed (limit ${percent(limit)})`,
  queue: ({ value, limit }) =>
    `requests that wait for a slot are ${percent(value)} of those in flight (limit ${percent(limit)})`,
  connections: ({ value, limit }) =>
    `${percent(value)} of the connections are in use (limit ${percent(limit)})`,
};

export const seen = (pressure: Pressure): string => SEEN[pressure.signal](pressure);

const SHORT: Readonly<Record<string, string>> = {
  latency: 'its answers take long',
  errors: 'its answers fail',
  empty: 'its answers are empty',
  shed: 'requests to it were shed',
  queue: 'requests to it wait for a slot',
  connections: 'its connections are nearly used up',
} satisfies Record<Pressure['signal'], string>;

/** What an upstream is short by; `signal` may be one that the platform tells by a name of its own. */
export const shortBy = (signal: string): string =>
  (Object.hasOwn(SHORT, signal) ? SHORT[signal] : null) ?? `its signal “${signal}” nears its limit`;

type About = Pick<Judgement, 'upstream' | 'room'>;

export function distressed({ upstream, room }: About, pressure: Pressure, mode: DecisionMode): Judgement {
  const { signal, value, limit } = pressure;
  const consequence = does(mode, 'fewer are let in', 'fewer would be let in');
  const sentence = `${upstream} suffers: ${seen(pressure)}; ${consequence}.`;
  return { kind: 'distress', upstream, room, signal, value, limit, mode, sentence };
}

export function recovered(upstream: string, worst: Pressure, seconds: number, mode: DecisionMode): Judgement {
  const { signal, value, limit } = worst;
  const sentence = `${upstream} has recovered after ${whole(seconds)} s: ${seen(worst)}; admission ${does(mode, 'grows', 'would grow')} again.`;
  return { kind: 'recovered', upstream, room: null, signal, value, limit, mode, sentence };
}

export function routeJudgement(upstream: string, verdict: RouteVerdict, mode: DecisionMode): Judgement {
  const { route, signal, isOver, value, limit, answers } = verdict;
  const what = signal === 'empty' ? 'are empty' : 'failed';
  const sentence = isOver
    ? `${route} of ${upstream} suffers: ${percent(value)} of its last ${answers} answers ${what} (limit ${percent(limit)}); other routes go on as before.`
    : `${route} of ${upstream} has recovered: ${percent(value)} of its last ${answers} answers ${what} (limit ${percent(limit)}).`;
  return {
    kind: isOver ? 'distress' : 'recovered',
    upstream,
    room: null,
    signal,
    value,
    limit,
    mode,
    sentence,
  };
}

/** As its reporter would write it: a lag of 48 ms of 50 ms is told as 0.048 of 0.05. */
const measured = (value: number): string =>
  value >= 10 ? whole(value) : String(Number(value.toPrecision(2)));

export function signalJudgement(upstream: string, change: SignalChange, mode: DecisionMode): Judgement {
  const { signal, what, level } = change;
  const { name, value, limit } = signal;
  const seen = `${measured(value)} of ${measured(limit)}`;
  const sentence = {
    tight: `${name} of ${upstream} is at ${seen}: admission ${does(mode, 'is', 'would be')} lowered to ${percent(level)} of what ${upstream} has borne.`,
    well: `${name} of ${upstream} is at ${seen} again and takes nothing from admission.`,
    unknown: `${name} of ${upstream} is unknown: nothing was heard for its time to live; ${level < 1 ? `what it had caused (${percent(level)} of the rate) is held` : 'it had taken nothing from admission'}.`,
    known: `${name} of ${upstream} is heard again: ${seen}.`,
  }[what];
  return { kind: 'signal', upstream, room: null, signal: name, value, limit, mode, sentence };
}

export function signalGone(upstream: string, name: string, mode: DecisionMode): Judgement {
  const sentence = `${name} of ${upstream} is reported by nobody any more: it takes nothing from admission.`;
  return { kind: 'signal', upstream, room: null, signal: name, value: null, limit: null, mode, sentence };
}

export function inFlightJudgement(
  upstream: string,
  change: { from: number | null; to: number | null; ratio: number | null; connections: number },
  mode: DecisionMode,
): Judgement {
  const { from, to, ratio, connections } = change;
  const latency =
    ratio === null ? 'latency is unknown' : `answers take ${decimal(ratio)} times as long as usual`;
  const limit = to === null ? `as many as there are connections (${connections})` : `at most ${whole(to)}`;
  const before = from === null ? '' : ` instead of ${whole(from)}`;
  const sentence = `${upstream}: ${latency}; ${limit} requests ${does(mode, 'may', 'would')} be in flight${before}.`;
  return {
    kind: 'in-flight',
    upstream,
    room: null,
    signal: 'latency',
    value: ratio,
    limit: TOLERANCE,
    mode,
    sentence,
  };
}
