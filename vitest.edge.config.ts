import { defineConfig } from 'vitest/config';
import { shared } from './vitest.faults.config.ts';

// Runs whose figures lie near their bounds on a small platform and a shared machine: each is to be run alone on a quiet one, and read.
export default defineConfig({
  test: {
    ...shared,
    include: ['test/fault/**/*.edge.test.ts'],
    globalSetup: ['test/fault/report.ts'],
    maxWorkers: 1,
  },
});
