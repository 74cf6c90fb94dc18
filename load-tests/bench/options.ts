/** What the benchmark was asked for: from `npm run bench`, or from `headgate bench`. */
import { parseArgs } from 'node:util';

export const PARTS = ['paths', 'forward', 'size', 'redis', 'redis-size', 'audit'] as const;
export type Part = (typeof PARTS)[number];

/** As they were typed. */
export interface BenchOptions {
  json?: boolean;
  runs?: string;
  amount?: string;
  joins?: string;
  only?: string;
  /** true: at its usual place. */
  svg?: string | true;
}

export interface BenchAsked {
  json: boolean;
  runs: number;
  amount: number;
  manyJoins: number;
  parts: readonly Part[];
  /** Null: no picture. */
  svg: string | null;
}

export const BENCH_HELP = `npm run bench -- [--json] [--svg [file]] [--runs 5] [--amount 20000] [--joins 1000000] [--only parts]

CPU time of the gateway for each request, beside peers measured in turns in the same run; medians of the runs. Behind the
table of goals a comparison: HAProxy, nginx and stock @fastify/http-proxy as proxies, a sorted set as a waiting room.
The Redis rows start a redis-server of their own.
  --json    one JSON document on standard output (npm run -s bench -- --json)
  --svg     writes the comparison as a picture, docs/bench.svg where no file is named
  --runs    measurements of each row
  --amount  requests a measurement
  --joins   joins before memory and size are measured
  --only    some of ${PARTS.join(', ')}; with commas between
Exit codes: 0 every goal met, 1 one missed, 2 wrong usage.`;

const PICTURE = 'docs/bench.svg';
const SVG = '--svg';

/** Rejects with TypeError, as parseArgs does. */
export function readBenchArguments(argv: readonly string[]): BenchOptions & { help?: boolean } {
  const { values } = parseArgs({
    args: argv.map((word, i) => (word === SVG && !isFile(argv[i + 1]) ? `${SVG}=${PICTURE}` : word)),
    options: {
      json: { type: 'boolean' },
      svg: { type: 'string' },
      runs: { type: 'string' },
      amount: { type: 'string' },
      joins: { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  return values;
}

const isFile = (word: string | undefined) => word !== undefined && !word.startsWith('-');

/** A sentence: what is wrong with them. */
export function benchAsked(options: BenchOptions): BenchAsked | string {
  const counts = {
    runs: wholeNumber(options.runs, 5),
    amount: wholeNumber(options.amount, 20_000),
    manyJoins: wholeNumber(options.joins, 1_000_000),
  };
  if (Object.values(counts).some(Number.isNaN))
    return '--runs, --amount and --joins take whole numbers from 1 on';
  const parts = options.only?.split(',') ?? [...PARTS];
  const unknown = parts.find((part) => !isPart(part));
  if (unknown !== undefined) return `--only: ${unknown} is none of ${PARTS.join(', ')}`;
  const svg = options.svg === true ? PICTURE : (options.svg ?? null);
  return { ...counts, json: options.json ?? false, parts: parts.filter(isPart), svg };
}

const isPart = (text: string): text is Part => PARTS.some((part) => part === text);

function wholeNumber(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN;
}
