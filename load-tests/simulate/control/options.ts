/** What `npm run simulate -- control` was asked for. */
import { parseArgs } from 'node:util';
import { SHAPES } from './shapes.ts';

export const controlHelp = `Plays twelve shapes of platform and crowd, in virtual time, with the controller and with fixed rates of admission, and compares them.

  npm run simulate -- control [options]        (--json: npm run -s simulate -- control --json)

  --seed <n>       first seed (default 1)
  --seeds <n>      seeds of each run, whose goodput is added up (default 1)
  --shape <name>   only this shape: ${SHAPES.map(({ name }) => name).join(', ')}
  --gateways <n>   gateways that decide as one (default 2)
  --out <folder>   writes the charts there: control.svg
  --json           one document on standard output
  --help

Exit codes: 0 every goal was reached, 1 one was missed, 2 wrong usage.`;

export interface ControlOptions {
  seed: number;
  seeds: number;
  /** Null: all. */
  shape: string | null;
  gateways: number;
  out: string | null;
  json: boolean;
}

export type ControlAsked =
  | { kind: 'run'; options: ControlOptions }
  | { kind: 'help' }
  | { kind: 'wrong'; message: string };

export function readControlOptions(argv: string[]): ControlAsked {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        seed: { type: 'string', default: '1' },
        seeds: { type: 'string', default: '1' },
        shape: { type: 'string' },
        gateways: { type: 'string', default: '2' },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const options = {
      seed: whole('seed', values.seed, 0, 2 ** 31),
      seeds: whole('seeds', values.seeds, 1, 20),
      shape: shapeOf(values.shape),
      gateways: whole('gateways', values.gateways, 1, 16),
      ...{ out: values.out ?? null, json: values.json },
    };
    return { kind: 'run', options };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}

function shapeOf(name: string | undefined): string | null {
  if (name === undefined || SHAPES.some((shape) => shape.name === name)) return name ?? null;
  throw new RangeError(`--shape: ${name} is none of ${SHAPES.map((shape) => shape.name).join(', ')}`);
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`--${name}: ${text} must be a whole number from ${least} to ${most}`);
  }
  return value;
}
