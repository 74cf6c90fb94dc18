import { defineConfig } from 'vitest/config';

// A time limit only ends a test that hangs; speed is judged by the long tiers.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fault/**/*.{long,load}.test.ts', 'test/scenarios/**/*.pair.test.ts', 'node_modules/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    // Most tests wait for timers and sockets: more of them than cores are done sooner.
    maxWorkers: 4,
    // Gateways and platforms are started by the dozen: what was compiled once is read again.
    env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/compile` },
  },
});
