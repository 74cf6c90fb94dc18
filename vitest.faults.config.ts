import { defineConfig } from 'vitest/config';

// Long fault and load runs, one after the other so that they do not disturb each other's clocks.
export default defineConfig({
  test: {
    include: ['test/fault/**/*.long.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Gathers each run's row and prints the table once, last.
    globalSetup: ['test/fault/report.ts'],
    env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/compile` },
    fileParallelism: false,
  },
});
