/** A process of its own that takes the lock it is told of, at the moment that it is told, and says what came of it. */
import { takeLock } from '../../gateway/store/lock-file.ts';

process.on('message', ({ path, atMs }: { path: string; atMs: number }) => {
  // Spins: all of them must be at it in the same microseconds.
  while (performance.timeOrigin + performance.now() < atMs);
  process.send?.(takeLock(path).kind);
});
process.send?.('ready');
