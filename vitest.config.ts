import { defineConfig } from 'vitest/config';

// A time limit only ends a test that hangs; speed is judged by the long tiers.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fault/**/*.long.test.ts', 'node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
