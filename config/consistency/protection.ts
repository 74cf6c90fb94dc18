/** Automatic protection: values that must agree with one another. */
import { formatPath, type Path } from '../located.ts';
import { type Law, unique } from './law.ts';

const LEAST: Path = ['protection', 'joins', 'proofOfWork', 'leastBits'];
const MOST: Path = ['protection', 'joins', 'proofOfWork', 'mostBits'];

export const workBits: Law = function* ({ protection }) {
  const { leastBits, mostBits } = protection.joins.proofOfWork;
  if (leastBits > mostBits)
    yield {
      path: LEAST,
      rule: 'work-bits-order',
      text: `${leastBits} must be at most ${formatPath(MOST)}, which is ${mostBits}`,
      rests: [LEAST, MOST],
    };
};

/** A class is shed in one group: a second place of it would say nothing. */
export const shedOnce: Law = ({ protection }) =>
  unique(
    protection.priority.flatMap((group, index) =>
      group.map((name, place): [Path, string] => [['protection', 'priority', index, place], name]),
    ),
    'priority-class-once',
    'in one group, once',
  );
