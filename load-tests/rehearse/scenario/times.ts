/** Times of a scenario as people write them: seconds, or a text such as `90s`, `5m`, `1h30m`. */
import { Type } from 'typebox';
import { MOST, shaped } from '../../../config/schema/words.ts';

export type WrittenTime = number | string;

const TIME = '^(?=.)(\\d{1,6}(\\.\\d{1,3})?h)?(\\d{1,6}(\\.\\d{1,3})?m)?(\\d{1,6}(\\.\\d{1,3})?s)?$';
const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** `fallback` undefined: it must be written, or what it is else is said in `description`. */
export function time(description: string, fallback?: WrittenTime | null) {
  return Type.Unsafe<WrittenTime>(timeSchema(['number', 'string'], description, fallback));
}

export function nullableTime(description: string) {
  return Type.Unsafe<WrittenTime | null>(timeSchema(['number', 'string', 'null'], description, null));
}

function timeSchema(type: readonly string[], description: string, fallback?: WrittenTime | null) {
  return {
    type,
    minimum: 0,
    maximum: MOST.seconds,
    ...shaped(TIME, 'must be a time: seconds, or a text such as 90s, 5m or 1h30m'),
    description,
    ...(fallback !== undefined && { default: fallback }),
  };
}

/** Of a text that the schema took. */
export function secondsOf(written: WrittenTime): number {
  if (typeof written === 'number') return written;
  const parts = written.matchAll(/([\d.]+)([hms])/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit!]!, 0);
}

/** Whether a text is a time of a scenario, and no date or anything else. */
export function isTime(written: unknown): written is WrittenTime {
  return typeof written === 'number' || (typeof written === 'string' && new RegExp(TIME).test(written));
}
