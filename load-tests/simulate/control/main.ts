/** `npm run simulate -- control`: the twelve shapes, as a table and as charts; exit code 1 where a goal was missed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comparison, compare, goodWithin } from './compare.ts';
import { type ControlOptions, controlHelp, readControlOptions } from './options.ts';
import { SHAPES } from './shapes.ts';
import { controlSvg } from './svg.ts';
import { controlTable } from './table.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

export function runControl(argv: string[]): number {
  const asked = readControlOptions(argv);
  if (asked.kind === 'help') process.stdout.write(`${controlHelp}\n`);
  else if (asked.kind === 'wrong') {
    say(`${asked.message}\n\n${controlHelp}`);
    return 2;
  } else return run(asked.options);
  return 0;
}

function run(options: ControlOptions): number {
  const goodWithinMs = goodWithin(options.seed);
  const shapes = SHAPES.filter(({ name }) => options.shape === null || options.shape === name);
  const comparisons = shapes.map((shape) => {
    const comparison = compare(shape, options, goodWithinMs);
    say(`${shape.name}: ${comparison.ofRight.toFixed(2)} of the right rate`);
    return comparison;
  });
  if (options.out !== null) {
    mkdirSync(options.out, { recursive: true });
    writeFileSync(join(options.out, 'control.svg'), controlSvg(comparisons));
  }
  const held = comparisons.every(({ missed }) => missed.length === 0);
  process.stdout.write(options.json ? asJson(options, comparisons, held) : asText(comparisons, held));
  return held ? 0 : 1;
}

const asText = (comparisons: Comparison[], held: boolean): string =>
  `\nGood answers (without error, within twice the calm p95 of their route) by limit\n\n${controlTable(comparisons)}\n\n${held ? 'Every goal was reached.' : 'A goal was missed.'}\n`;

function asJson(options: ControlOptions, comparisons: Comparison[], held: boolean): string {
  const shapes = comparisons.map(({ shape, hasRight, ofRight, ofDouble, missed, ...arms }) => {
    const of = ({ limit, good, played }: Comparison['right']) => ({
      ...{ limit, good, answers: played.answers, admitted: played.admitted, arrived: played.arrived },
    });
    const { adaptive, right, double, none } = arms;
    return {
      ...{ shape: shape.name, what: shape.what, hasRight, ofRight, ofDouble, missed },
      ...{ adaptive: of(adaptive), right: of(right), double: of(double), none: of(none) },
      journal: adaptive.played.judgements.map(({ atSeconds, judgement }) => ({ atSeconds, ...judgement })),
    };
  });
  return `${JSON.stringify({ held, options, shapes }, null, 2)}\n`;
}
