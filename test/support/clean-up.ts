/** Undoes what a test file set up, in reverse order, when its tests are over, whether they passed or failed. */
import { afterAll } from 'vitest';
import { killAllChildren } from '../../load-tests/child-process.ts';

// Without a handler a SIGTERM would end this process before its exit handlers kill the children.
process.once('SIGTERM', () => process.exit(143));

const tasks: Array<() => unknown> = [];

/** Runs `task` after the file's last test. */
export function cleanUpLater(task: () => unknown): void {
  tasks.push(task);
}

afterAll(async () => {
  const failures: unknown[] = [];
  for (const task of tasks.splice(0).reverse()) {
    try {
      await task();
    } catch (error) {
      failures.push(error);
    }
  }
  killAllChildren();
  if (failures.length > 0) throw new AggregateError(failures, 'could not clean up');
});
