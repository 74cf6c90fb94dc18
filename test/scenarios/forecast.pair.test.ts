/** What is foreseen of a rehearsal is what it sees: the longest line and the time until it has drained, within 15 %. */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { foreseeing } from '../../load-tests/rehearse/command/foreseen.ts';
import type { ForecastComparison } from '../../load-tests/rehearse/report-words.ts';
import { readScenario } from '../../load-tests/rehearse/scenario/read-scenario.ts';
import { rehearsed, SEED } from './rehearsed.ts';

const FOLDER = join(import.meta.dirname, 'forecast');
/** What is promised, and how much of it there must be: below that, chance alone may make a difference of 15 %. */
const LEAST_SEEN = new Map<string, number>([
  ['longest line', 150],
  ['drained after', 60],
]);

type Row = ForecastComparison['rows'][number];

/** Of each scenario, every figure that was foreseen. */
const table: object[] = [];

describe.each(globSync('*.yaml', { cwd: FOLDER }).sort())('%s', (file) => {
  it('goes as it was foreseen', async () => {
    const { report, rows } = await foreseenAndSeen(join(FOLDER, file));
    table.push(...rows.map((row) => told(basename(file, '.yaml'), row)));
    expect(report.invalidBecause).toEqual([]);
    for (const [figure, least] of LEAST_SEEN) {
      const { foreseen, seen } = rows.find(({ name }) => name === figure) ?? {};
      expect(seen, figure).toBeGreaterThan(least);
      expect(foreseen, figure).toBeGreaterThan((seen ?? 0) * 0.85);
      expect(foreseen, figure).toBeLessThan((seen ?? 0) * 1.15);
    }
  });
});

afterAll(() => console.table(table));

/** As `headgate rehearse` tells it. */
async function foreseenAndSeen(file: string) {
  const scenario = readScenario(file);
  const { compress } = scenario;
  const complete = foreseeing(scenario, { seed: SEED, compress, visitors: null });
  const { report } = await rehearsed(file, null);
  return { report, rows: complete(report).forecast?.rows ?? [] };
}

function told(scenario: string, { name, unit, foreseen, seen }: Row): object {
  const isKnown = foreseen !== null && seen !== null && seen > 0;
  const difference = isKnown ? `${((foreseen / seen - 1) * 100).toFixed(1)} %` : '';
  const shown = (value: number | null) => (value === null ? '' : Math.round(value));
  return { scenario, figure: name, unit, foreseen: shown(foreseen), seen: shown(seen), difference };
}
