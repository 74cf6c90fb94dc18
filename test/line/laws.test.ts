/** DESIGN's ten invariants over random histories with faults; each is trusted because it notices a planted fault. */
import { expect, test } from 'vitest';
import { lineTransitions } from '../../load-tests/simulate/transitions.ts';
import { judge, laws } from '../support/line-laws.ts';
import { plantedFaults } from './planted-faults.ts';

const HISTORIES = 100;
/** A planted fault shows in the first few histories, by an unlucky seed in the first thousand; none is played after it. */
const HISTORIES_WITH_A_FAULT = 3_000;

type Invariant = keyof typeof laws;

function holds(invariant: Invariant): void {
  const verdict = judge(laws[invariant], lineTransitions, HISTORIES);
  const { histories, commands, tickets, admitted } = verdict;
  console.info(
    `invariant ${invariant}: ${histories} histories, ${commands} commands, ${tickets} tickets, ${admitted} admitted`,
  );
  expect(verdict.breach).toBeNull();
  expect(admitted, 'the histories let somebody in').toBeGreaterThan(histories);
}

for (const invariant of Object.keys(laws).map(Number) as Invariant[]) {
  test(`invariant ${invariant}: ${laws[invariant].says}`, () => holds(invariant));

  for (const [name, transitions] of Object.entries(plantedFaults[invariant])) {
    test(`invariant ${invariant} notices ${name}`, () => {
      const verdict = judge(laws[invariant], transitions, HISTORIES_WITH_A_FAULT, false);
      console.info(`${name}: noticed in history ${verdict.histories}: ${verdict.breach?.slice(0, 120)}`);
      expect(verdict.breach).not.toBeNull();
    });
  }
}
