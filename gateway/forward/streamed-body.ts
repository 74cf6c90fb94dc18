/** A body too large to be gathered, passed on piece by piece at the pace of the platform. */
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { countStreamed } from './streamed-memory.ts';

/** At least so much of an unwanted body is read to its end. */
const DISCARDED_BYTES = 1_048_576;

/**
 * What undici takes for a stream (`pipe` and `on`), without a stream's cost. Not the request itself: undici destroys
 * the body when the platform answers before it was all sent, and with it the client's connection would go.
 */
export class StreamedBody extends EventEmitter {
  isDone = false;
  /** Whether the platform's side is full. */
  isPaused = false;
  destroyed = false;
  #bytes: number;
  #started = false;
  /** What was gathered before. */
  #begun: Buffer | null;
  readonly #request: IncomingMessage;
  readonly #maxBytes: number;
  readonly #onTooLarge: () => void;

  constructor(request: IncomingMessage, begun: Buffer, maxBytes: number, onTooLarge: () => void) {
    super();
    this.#request = request;
    this.#begun = begun;
    this.#bytes = begun.length;
    this.#maxBytes = maxBytes;
    this.#onTooLarge = onTooLarge;
  }

  /** Asked for by undici's duck typing; never called. */
  pipe(): never {
    throw new Error('a streamed body is only read by its events');
  }

  read(): null {
    return null;
  }

  pause(): this {
    this.isPaused = true;
    this.#request.pause();
    return this;
  }

  resume(): this {
    this.isPaused = false;
    if (!this.#started) this.#start();
    if (!this.isPaused) this.#request.resume();
    return this;
  }

  #start(): void {
    this.#started = true;
    this.#request.on('data', this.#onData).on('end', this.#onEnd);
    const begun = this.#begun;
    this.#begun = null;
    this.emit('data', begun);
  }

  /** The platform wants no more of it: what still comes is read and thrown away, so that the client can read the answer. */
  destroy(): this {
    if (this.destroyed || this.isDone) return this;
    this.destroyed = true;
    this.#begun = null;
    this.#bytes = 0;
    if (!this.#started) this.#request.on('data', this.#onData);
    this.#request.resume();
    return this;
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    countStreamed(chunk.length);
    if (this.destroyed) this.#discard();
    else if (this.#bytes > this.#maxBytes) this.#onTooLarge();
    else this.emit('data', chunk);
  };

  #discard(): void {
    if (this.#bytes > Math.max(this.#maxBytes, DISCARDED_BYTES)) this.#request.destroy();
  }

  readonly #onEnd = (): void => {
    this.isDone = true;
    if (!this.destroyed) this.emit('end');
  };
}
