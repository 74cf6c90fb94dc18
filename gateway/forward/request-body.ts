/** A client's body on its way to the platform: small ones gathered and sent in one go, all others streamed with back-pressure. */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHead } from './request-headers.ts';
import { countStreamed } from './streamed-memory.ts';

/** Bodies of a known length up to this are gathered first: the target is not kept waiting for a slow client's form. */
const GATHERED_BYTES = 65_536;
/** At least so much of an unwanted body is read to its end. */
const DISCARDED_BYTES = 1_048_576;

export interface BodyTaker {
  /** Once: the request may be sent now. */
  onReady(body: Buffer | StreamedBody): void;
  onTooLarge(): void;
}

export function hasBody(head: RequestHead): boolean {
  return head.isChunked || (head.contentLength ?? 0) > 0;
}

/** Asks the client for its body where it waits to be asked, and decides how it travels. */
export function takeBody(
  request: IncomingMessage,
  response: ServerResponse,
  head: RequestHead,
  maxBytes: number,
  taker: BodyTaker,
): void {
  const length = head.isChunked ? null : head.contentLength;
  if (length !== null && length > maxBytes) return void taker.onTooLarge();
  if (head.expects !== null && !hasSentContinue(response)) response.writeContinue();
  if (length !== null && length <= GATHERED_BYTES) return void gather(request, taker.onReady);
  // With a length the platform gets it by length, else in chunks: as the client's parser judged it, never both.
  if (length !== null) head.headers.push('content-length', String(length));
  taker.onReady(new StreamedBody(request, maxBytes, taker.onTooLarge));
}

/** Node has answered `Expect: 100-continue` itself unless the server listens to `checkContinue`. */
function hasSentContinue(response: ServerResponse): boolean {
  return (response as ServerResponse & { _sent100?: boolean })._sent100 === true;
}

function gather(request: IncomingMessage, onWhole: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => onWhole(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
}

/**
 * What undici takes for a stream (`pipe` and `on`), without a stream's cost. Not the request itself: undici destroys
 * the body when the platform answers before it was all sent, and with it the client's connection would go.
 */
export class StreamedBody extends EventEmitter {
  isDone = false;
  /** Whether the platform's side is full. */
  isPaused = false;
  destroyed = false;
  #bytes = 0;
  #started = false;
  readonly #request: IncomingMessage;
  readonly #maxBytes: number;
  readonly #onTooLarge: () => void;

  constructor(request: IncomingMessage, maxBytes: number, onTooLarge: () => void) {
    super();
    this.#request = request;
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
    if (!this.#started) {
      this.#started = true;
      this.#request.on('data', this.#onData).on('end', this.#onEnd);
    }
    this.#request.resume();
    return this;
  }

  /** The platform wants no more of it: what still comes is read and thrown away, so that the client can read the answer. */
  destroy(): this {
    if (this.destroyed || this.isDone) return this;
    this.destroyed = true;
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
