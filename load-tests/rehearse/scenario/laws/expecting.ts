/** Expectations that can be judged: of a figure that is seen, against one bound, while it is played. */
import type { Finding } from '../../../../config/located.ts';
import { suggestion } from '../../../../config/suggest.ts';
import { FIGURES } from '../../figures.ts';
import type { Sound } from '../laws.ts';
import { secondsOf } from '../times.ts';

export const BOUNDS = ['atMost', 'atLeast', 'equals'] as const;

export function* figuresAreKnown({ expect }: Sound): Iterable<Finding> {
  const known = Object.keys(FIGURES);
  for (const [name, { figure }] of Object.entries(expect))
    if (!Object.hasOwn(FIGURES, figure))
      yield {
        path: ['expect', name, 'figure'],
        rule: 'unknown-figure',
        text: `${JSON.stringify(figure)} is no figure that a rehearsal sees${suggestion(figure, known)}`,
      };
}

export function* boundsAreOne({ expect }: Sound): Iterable<Finding> {
  for (const [name, expected] of Object.entries(expect)) {
    const written = BOUNDS.filter((key) => expected[key] !== undefined);
    if (written.length === 1) continue;
    const has = written.length === 0 ? 'asks for nothing' : `has ${written.join(' and ')}`;
    yield {
      path: ['expect', name],
      rule: 'bound',
      at: 'key',
      text: `${has}; a check has one of ${BOUNDS.join(', ')}`,
    };
  }
}

export function* judgedInTime({ expect, seconds }: Sound): Iterable<Finding> {
  const end = secondsOf(seconds);
  for (const [name, { from, until }] of Object.entries(expect)) {
    const path = ['expect', name];
    if (secondsOf(from) >= end)
      yield {
        path: [...path, 'from'],
        rule: 'outside',
        text: `${from} is not before the scenario’s end (${seconds})`,
      };
    if (until === undefined) continue;
    if (secondsOf(until) > end)
      yield {
        path: [...path, 'until'],
        rule: 'outside',
        text: `${until} is after the scenario’s end (${seconds})`,
      };
    else if (secondsOf(until) <= secondsOf(from))
      yield { path: [...path, 'until'], rule: 'order', text: `${until} must be after \`from\` (${from})` };
  }
}
