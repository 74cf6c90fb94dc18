/** What `npm run simulate` was asked for: read from the command line, every wrong word named. */
import { parseArgs } from 'node:util';

export const help = `Plays seeded days on the line's own transitions, in virtual time, and judges every law by the platform's books.

  npm run simulate -- [options]        (--json: npm run -s simulate -- --json)
  npm run simulate -- control …        the controller on twelve shapes of platform (control --help)

  --seed <n>        first seed (default 1)
  --days <n>        seeded days of faults to play, and the worst one; 0: none (default 8)
  --sessions <n>    only this row of the table, or another one
  --stay <s>        only this column of the table, or another one, in seconds
  --no-shows <%>    only this share of no-shows, or another one
  --minutes <n>     length of each run (default 30)
  --json            one document on standard output
  --help

Exit codes: 0 everything held, 1 a law was broken or a figure missed, 2 wrong usage.`;

export interface Options {
  seed: number;
  days: number;
  sessions: number | null;
  staySeconds: number | null;
  /** 0 ≤ share < 1. */
  noShows: number | null;
  minutes: number;
  json: boolean;
}

export type Asked = { kind: 'run'; options: Options } | { kind: 'help' } | { kind: 'wrong'; message: string };

export function readOptions(argv: string[]): Asked {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        seed: { type: 'string', default: '1' },
        days: { type: 'string', default: '8' },
        sessions: { type: 'string' },
        stay: { type: 'string' },
        'no-shows': { type: 'string' },
        minutes: { type: 'string', default: '30' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const noShows = optional('no-shows', values['no-shows'], 0, 95);
    return {
      kind: 'run',
      options: {
        seed: whole('seed', values.seed, 0, 2 ** 32 - 1),
        days: whole('days', values.days, 0, 1000),
        sessions: optional('sessions', values.sessions, 1, 10_000),
        staySeconds: optional('stay', values.stay, 1, 3000),
        noShows: noShows === null ? null : noShows / 100,
        minutes: whole('minutes', values.minutes, 1, 240),
        json: values.json,
      },
    };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}

function optional(name: string, text: string | undefined, least: number, most: number): number | null {
  return text === undefined ? null : whole(name, text, least, most);
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`--${name}: ${text} must be a whole number from ${least} to ${most}`);
  }
  return value;
}
