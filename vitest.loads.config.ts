import { defineConfig } from 'vitest/config';
import { shared } from './vitest.faults.config.ts';

// Loads that bring a platform to its bounds, judged by what was done and how fast: each is run alone, on a machine with nothing beside
// it, and its figures are read. CI shares its machine, whose noise would be the judge.
export default defineConfig({
  test: {
    ...shared,
    include: ['test/fault/**/*.load.test.ts'],
    globalSetup: ['test/fault/report.ts'],
    maxWorkers: 1,
  },
});
