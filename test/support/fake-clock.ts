/** A wall clock that a test moves while a program runs under it (Redis, or a gateway); the monotonic clock stays true. */
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findLibrary } from './libraries.ts';
import { tempFolder } from './temp-folder.ts';

export interface FakeClock {
  /** What the program is started with. */
  readonly env: NodeJS.ProcessEnv;
  /** From now on the program's wall clock is this far ahead (behind: negative). */
  shift(seconds: number): void;
}

/** libfaketime does it, told by a file that is read at each look at the clock. */
export async function fakeClock(seconds = 0): Promise<FakeClock> {
  const file = join(await tempFolder(), 'clock');
  const shift = (by: number) => {
    // Never a half-written file: programs read it at any moment.
    writeFileSync(`${file}.new`, `${by >= 0 ? '+' : ''}${by}\n`);
    renameSync(`${file}.new`, file);
  };
  shift(seconds);
  const faketime = findLibrary('faketime/libfaketimeMT.so.1');
  // Debian's Redis allocates by jemalloc, which looks at the clock before libfaketime is ready and would wait for ever: the
  // C library's own allocator takes its place.
  const allocator = join(dirname(dirname(faketime)), 'libc_malloc_debug.so.0');
  return {
    env: {
      LD_PRELOAD: `${allocator} ${faketime}`,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_RESET: '1',
    },
    shift,
  };
}
