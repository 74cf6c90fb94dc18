import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Runs that mostly wait: each needs less than one core, but for two that are short. Several at once leave CPU to spare, and each still
 * prints the scheduling delay that it saw. They begin in this order: the longest first, and the lightest beside others.
 */
const BESIDE = [
  ...[
    'limits-held',
    'control/reminder',
    'judged-path',
    'launch/draw',
    'store/wrong-redis',
    'audit/log-audit',
  ],
  ...['store/failovers', 'launch/no-shows', 'protection/leak', 'store/rolling-workers', 'control/replanned'],
  ...['store/lying-network', 'store/redis-restarts', 'store/redis-forgets', 'drain', 'store/silent-visitors'],
  ...['protection/external-signal', 'protection/empty-answers', 'launch/opening', 'store/isolated-primary'],
  ...['store/clocks', 'control/september-2019', 'store/small-losses', 'control/august-2018'],
  ...['control/around-the-gate', 'protection/engagement', 'forward-memory'],
].map((name) => `test/fault/${name}.long.test.ts`);

/** In the order of the list; what is not in it comes as it always does. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = BESIDE.findIndex((name) => moduleId.endsWith(name));
      return rank === -1 ? BESIDE.length : rank;
    };
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}

/** What every long run is given. */
export const shared = {
  testTimeout: 600_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
  pool: 'forks',
  env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/compile` },
} as const;

// Long fault and load runs: first those that mostly wait, then the others one after the other. Several gateways, Redis and hundreds
// of visitors in each leave no CPU for a second one beside it, and a starved run says nothing.
export default defineConfig({
  test: {
    // Gathers each run's row and prints the table once, last.
    globalSetup: ['test/fault/report.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: { ...shared, name: 'beside', include: BESIDE, maxWorkers: 4, sequence: { groupOrder: 0 } },
      },
      {
        test: {
          ...shared,
          name: 'alone',
          include: ['test/fault/**/*.long.test.ts'],
          exclude: BESIDE,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
