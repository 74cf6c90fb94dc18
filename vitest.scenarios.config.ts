import { defineConfig } from 'vitest/config';

// Each built-in scenario as it happened and mended, one after the other: a rehearsal that shares the machine with another one says
// nothing. The table of all is printed last.
export default defineConfig({
  test: {
    include: ['test/scenarios/**/*.pair.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    globalSetup: ['test/scenarios/table.ts'],
    env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/compile` },
    maxWorkers: 1,
  },
});
