/** Waits that end: what does not come in time is an error that says what was waited for. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves as `promised` does; rejects with `message` when it takes longer than `ms`. */
export async function within<T>(ms: number, message: string, promised: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${message} within ${ms} ms`)), ms);
  try {
    return await Promise.race([promised, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again every `everyMs` until `isSo`; rejects with `message` when `ms` are over. A look that fails counts as no. */
export async function untilSo(
  ms: number,
  message: string,
  isSo: () => boolean | Promise<boolean>,
  everyMs = 50,
): Promise<void> {
  const end = performance.now() + ms;
  for (;;) {
    const left = Math.max(1, end - performance.now());
    const found = await within(left, message, Promise.resolve().then(isSo)).catch(() => false);
    if (found) return;
    if (performance.now() >= end) throw new Error(`${message} within ${ms} ms`);
    await sleep(everyMs);
  }
}
