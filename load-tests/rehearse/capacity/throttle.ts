/** Keeps requests below a ceiling: each gets a moment of its own, as far from the one before as the ceiling says. */
import type { Dispatcher } from 'undici';

/** Laid over a dispatcher by `compose`. */
export function throttle(mostPerSecond: number): Dispatcher.DispatcherComposeInterceptor {
  const gapMs = 1_000 / mostPerSecond;
  let nextAtMs = 0;
  return (dispatch) => (options, handler) => {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, nextAtMs);
    nextAtMs = atMs + gapMs;
    if (atMs <= nowMs) return dispatch(options, handler);
    setTimeout(() => dispatch(options, handler), atMs - nowMs);
    return true;
  };
}
