/** Judges whether a client sends its body fast enough to be waited for, so that a trickle cannot hold the platform's connections. */
import type { Socket } from 'node:net';

/** Far below what the worst of telephone lines carries. */
const BYTES_PER_SECOND = 500;
const WINDOW_MS = 5_000;
/** So long a body may come too slowly. */
const MOST_SLOW_MS = 60_000;
/** And so long where others waited meanwhile for the connection that it holds: one window. */
const MOST_SLOW_BESIDE_OTHERS_MS = WINDOW_MS;

export class BodyPace {
  readonly #socket: Socket;
  #fromMs: number;
  #bytes: number;
  /** For so long each window was too slow. */
  #slowMs = 0;

  constructor(socket: Socket, nowMs: number) {
    this.#socket = socket;
    this.#fromMs = nowMs;
    this.#bytes = socket.bytesRead;
  }

  /** Somebody else was waited for until now. */
  restart(nowMs: number): void {
    this.#fromMs = nowMs;
    this.#bytes = this.#socket.bytesRead;
    this.#slowMs = 0;
  }

  /** Asked again and again while the client is waited for; `wantedAtMs`: when somebody else last waited for what it holds. */
  isTooSlow(nowMs: number, wantedAtMs: number): boolean {
    const elapsedMs = nowMs - this.#fromMs;
    if (elapsedMs >= WINDOW_MS) this.#judgeWindow(nowMs, elapsedMs);
    const slowSinceMs = this.#fromMs - this.#slowMs;
    return this.#slowMs >= (wantedAtMs >= slowSinceMs ? MOST_SLOW_BESIDE_OTHERS_MS : MOST_SLOW_MS);
  }

  #judgeWindow(nowMs: number, elapsedMs: number): void {
    const bytes = this.#socket.bytesRead;
    const isSlow = (bytes - this.#bytes) * 1_000 < BYTES_PER_SECOND * elapsedMs;
    this.#slowMs = isSlow ? this.#slowMs + elapsedMs : 0;
    this.#fromMs = nowMs;
    this.#bytes = bytes;
  }
}
