/** One direction of a proxied connection: what is pushed arrives in order, as late as asked, or not before it may. */
import type { Socket } from 'node:net';

export interface Lane {
  /** null: the end. */
  push(piece: Buffer | null): void;
  /** Looks again at what may pass now. */
  flush(): void;
  stop(): void;
}

/** `delayMs` is asked for each piece; null: nothing may pass now. */
export function createLane(to: Socket, delayMs: () => number | null): Lane {
  let waiting: Array<{ dueMs: number; piece: Buffer | null }> = [];
  let timer: NodeJS.Timeout | undefined;

  const deliver = (piece: Buffer | null) => {
    if (to.destroyed) return;
    if (piece === null) to.end();
    else to.write(piece);
  };
  const flush = () => {
    clearTimeout(timer);
    if (delayMs() === null) return;
    while (waiting[0] && waiting[0].dueMs <= performance.now()) deliver(waiting.shift()!.piece);
    // A millisecond more, since timers may fire a little early.
    if (waiting[0]) timer = setTimeout(flush, waiting[0].dueMs - performance.now() + 1);
  };
  return {
    push(piece) {
      waiting.push({ dueMs: performance.now() + (delayMs() ?? 0), piece });
      flush();
    },
    flush,
    stop() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
