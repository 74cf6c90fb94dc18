import { defineConfig } from 'vitest/config';

// Long fault and load runs, one after the other: several gateways, Redis and hundreds of visitors in each leave no CPU for a
// second one beside it, and a starved run says nothing. Each prints the scheduling delay that it saw.
export default defineConfig({
  test: {
    include: ['test/fault/**/*.long.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Gathers each run's row and prints the table once, last.
    globalSetup: ['test/fault/report.ts'],
    env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/compile` },
    maxWorkers: 1,
  },
});
