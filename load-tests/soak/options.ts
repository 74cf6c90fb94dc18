/** What `npm run soak` was asked for. */
import { parseArgs } from 'node:util';

export interface SoakOptions {
  minutes: number;
  /** Left out of the judgement. */
  warmUpMinutes: number;
  gateways: number;
  /** Visitors that come each second. */
  perSecond: number;
  everySeconds: number;
  seed: number;
  json: boolean;
}

/** Visitors. */
export const MOST_PER_SECOND = 50;

export type SoakAsked =
  | { kind: 'run'; options: SoakOptions }
  | { kind: 'help' }
  | { kind: 'wrong'; message: string };

export const SOAK_HELP = `Keeps gateways on Redis busy with visitors who come and go, and tells what grows meanwhile.

  npm run soak -- [options]             (--json: npm run -s soak -- --json)

  --minutes <n>     how long (default 30)
  --warm-up <n>     minutes at the start that are not judged, half of them with more visitors (default: a third, at most 10)
  --gateways <n>    1 to 4 (default 2)
  --rate <n>        visitors a second (default 3)
  --every <n>       seconds between samples (default 5)
  --seed <n>        the same visitors again (default 1)
  --json            one document on standard output
  --help

Exit codes: 0 nothing grows, 1 something grows or it failed, 2 wrong usage.`;

export function readSoakOptions(argv: readonly string[]): SoakAsked {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        minutes: { type: 'string', default: '30' },
        'warm-up': { type: 'string' },
        gateways: { type: 'string', default: '2' },
        rate: { type: 'string', default: '3' },
        every: { type: 'string', default: '5' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const minutes = between('minutes', values.minutes, 0.05, 1_440);
    const warmUp = values['warm-up'];
    const options = {
      minutes,
      warmUpMinutes:
        warmUp === undefined ? Math.min(10, minutes / 3) : between('warm-up', warmUp, 0, minutes),
      gateways: whole('gateways', values.gateways, 1, 4),
      perSecond: between('rate', values.rate, 0.1, MOST_PER_SECOND),
      everySeconds: between('every', values.every, 0.1, 300),
      seed: whole('seed', values.seed, 0, 2 ** 31),
      json: values.json,
    };
    return { kind: 'run', options };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}

function between(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new RangeError(`--${name}: ${text} must be a number from ${least} to ${most}`);
  return value;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = between(name, text, least, most);
  if (!Number.isInteger(value)) throw new RangeError(`--${name}: ${text} must be a whole number`);
  return value;
}
