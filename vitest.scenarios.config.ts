import { defineConfig } from 'vitest/config';
import faults from './vitest.faults.config.ts';

// Each built-in scenario as it happened and mended, one after the other: a rehearsal that shares the machine with another one says
// nothing. The table of all is printed last.
export default defineConfig({
  test: {
    ...faults.test,
    include: ['test/scenarios/**/*.pair.test.ts'],
    globalSetup: ['test/scenarios/table.ts'],
    testTimeout: 300_000,
  },
});
