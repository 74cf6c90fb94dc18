/** What two rehearsals stand on, and what cannot be compared where it differs. */
import type { RehearsalReport } from '../rehearse/report-words.ts';

export interface Difference {
  what: string;
  before: string;
  now: string;
  /** What can't be compared for it. */
  means: string;
  /** Figures that say nothing beside each other for it. */
  hides: 'all' | 'times' | 'none';
}

/** What two rehearsals may differ in, the weightiest first. */
const GROUNDS: readonly {
  what: string;
  of: (report: RehearsalReport) => string;
  means: string;
  hides: Difference['hides'];
}[] = [
  {
    what: 'scenario',
    of: ({ scenario }) => scenario,
    means: 'Another story was played: no figure can be compared.',
    hides: 'all',
  },
  {
    what: 'target',
    of: ({ target }) => target,
    means: 'Another platform answered: no figure can be compared.',
    hides: 'all',
  },
  {
    what: 'whole run',
    of: ({ endedEarly }) => (endedEarly === null ? 'yes' : 'ended early'),
    means: 'One of the two was not played to its end: sums and waits can’t be compared.',
    hides: 'all',
  },
  {
    what: 'honest load',
    of: ({ verdict }) => (verdict === 'invalid' ? 'no' : 'yes'),
    means: 'The load of an invalid run is not the load that was meant: no figure can be compared.',
    hides: 'all',
  },
  {
    what: 'pace',
    of: ({ compress }) => `${compress} ×`,
    means: 'At another pace, waits and answering times can’t be compared.',
    hides: 'times',
  },
  {
    what: 'machine',
    of: ({ machine }) => `${machine.cpus}, ${machine.memoryGiB} GiB, Node ${machine.node}`,
    means: 'On another machine, waits and answering times can’t be compared.',
    hides: 'times',
  },
  {
    what: 'form',
    of: ({ form }) => (form === null ? 'the only one' : form.replaceAll('-', ' ')),
    means: 'The two forms are told apart by what is mended: what moved is what that did.',
    hides: 'none',
  },
  {
    what: 'configuration',
    of: ({ configHash }) => configHash.slice(0, 12),
    means:
      'The configuration is another: the last verdict says nothing of this one, and what moved may come of it.',
    hides: 'none',
  },
  {
    what: 'commit',
    of: ({ commit }) => commit.slice(0, 12),
    means: 'Headgate itself was another: what moved may come of its code as well.',
    hides: 'none',
  },
  {
    what: 'seed',
    of: ({ seed }) => String(seed),
    means: 'Chance was another: others came at other times, so small moves say nothing.',
    hides: 'none',
  },
];

export function differencesOf(report: RehearsalReport, last: RehearsalReport): Difference[] {
  return GROUNDS.flatMap(({ what, of, means, hides }) => {
    const [before, now] = [of(last), of(report)];
    return before === now ? [] : [{ what, before, now, means, hides }];
  });
}
