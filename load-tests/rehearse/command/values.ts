/** Reads each option's value; a wrong one is told with the rule that it breaks. */
import { InvalidArgumentError } from 'commander';
import type { LimitsTyped, PlatformSetting, Wave } from './typed.ts';

export function numberFrom(least: number, most: number, isWhole: boolean) {
  return (text: string): number => {
    const value = Number(text);
    const isRight = /^\d+(\.\d+)?$|^\.\d+$/.test(text) && value >= least && value <= most;
    if (isRight && (!isWhole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`);
  };
}

/** `10m:20000,3h:5000`: when, and to how many. */
export function wavesOf(text: string): readonly Wave[] {
  return text.split(',').map((wave) => {
    const match = /^(\d+(?:\.\d+)?)(s|m|h)?:([1-9]\d{0,7})$/.exec(wave.trim());
    if (match === null)
      throw new InvalidArgumentError(
        'It must be a time and a number of readers, such as 0:20000,30m:5000 (s, m or h).',
      );
    return { atSeconds: Number(match[1]) * SECONDS[match[2] ?? 's']!, readers: Number(match[3]) };
  });
}

/** `300:600,500:-`: sessions and admissions a minute, `-` for no limit. */
export function limitsOf(text: string): readonly LimitsTyped[] {
  return text.split(',').map((pair) => {
    const match = /^([1-9]\d{0,6}|-):([1-9]\d{0,6}|-)$/.exec(pair.trim());
    if (match === null)
      throw new InvalidArgumentError(
        'It must be sessions and admissions a minute, such as 300:600,500:- (- for no limit).',
      );
    const [sessions, admissionsPerMinute] = [match[1]!, match[2]!].map((one) =>
      one === '-' ? null : Number(one),
    );
    return { sessions: sessions ?? null, admissionsPerMinute: admissionsPerMinute ?? null };
  });
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

const PLATFORM_RULE =
  'It must be JSON such as {"databaseConnections":10,"queryMs":20}: connections 1 to 10000, milliseconds above 0 up to 60000.';

export function platformOf(text: string): PlatformSetting {
  const given = parse(text);
  if (given === null) throw new InvalidArgumentError(PLATFORM_RULE);
  const { databaseConnections = 1, queryMs = 1, ...unknown } = given;
  const isRight =
    Object.keys(unknown).length === 0 &&
    Number.isInteger(databaseConnections) &&
    isWithin(databaseConnections, 1, 10_000) &&
    isWithin(queryMs, 0.001, 60_000);
  if (!isRight) throw new InvalidArgumentError(PLATFORM_RULE);
  return given;
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
