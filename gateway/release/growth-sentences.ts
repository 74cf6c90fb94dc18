/** What is said of a leak, for the journal and for the person who reads it at night. */
import type { GrowthSeries, Leak } from './growth.ts';
import type { DecisionMode, Judgement } from './words.ts';

export function leakSeen(
  { series, perMinute, seconds, secondsToBound }: Leak,
  mode: DecisionMode,
): Judgement {
  const { upstream, value, bound } = series;
  const sentence = `${nameOf(series)} of ${upstream} grow by ${shown(perMinute)} a minute since ${spanOf(seconds)}, busy or not: ${shown(value)} of ${shown(bound)}, and none left in ${spanOf(secondsToBound)}. A leak?`;
  return judgement(series, mode, sentence);
}

export function leakOver(series: GrowthSeries, alarmedAt: number, mode: DecisionMode): Judgement {
  const { upstream, value, bound } = series;
  const sentence = `${nameOf(series)} of ${upstream} are back to ${shown(value)} of ${shown(bound)}, from ${shown(alarmedAt)}: the leak is over, or the platform was restarted.`;
  return judgement(series, mode, sentence);
}

function judgement(series: GrowthSeries, mode: DecisionMode, sentence: string): Judgement {
  const { upstream, signal, value, bound } = series;
  return { kind: 'leak', upstream, room: null, signal, value, limit: bound, mode, sentence };
}

function nameOf({ signal }: GrowthSeries): string {
  if (signal === 'connections') return 'Open connections';
  return signal === 'in-flight' ? 'Requests that do not end' : `Connections by the signal ${signal}`;
}

function shown(count: number): string {
  return count >= 10 ? String(Math.round(count)) : String(Math.round(count * 10) / 10);
}

function spanOf(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
