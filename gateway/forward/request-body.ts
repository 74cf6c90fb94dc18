/** A client's body on its way to the platform: small ones gathered and sent in one go, all others streamed with back-pressure. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHead } from './request-headers.ts';
import { StreamedBody } from './streamed-body.ts';

/** So much is gathered before a connection to the platform is taken: a slow client's form holds none. */
const GATHERED_BYTES = 65_536;
/** And for so long, where its length is not known. */
const GATHERED_MS = 1_000;
/** Pieces that are joined into one. */
const MOST_PIECES = 256;

export interface BodyTaker {
  /** Once: the request may be sent now. */
  onReady(body: Buffer | StreamedBody): void;
  onTooLarge(): void;
}

export function hasBody(head: RequestHead): boolean {
  return head.isChunked || (head.contentLength ?? 0) > 0;
}

/** Asks the client for its body where it waits to be asked, and begins to gather it. Null: too large. */
export function takeBody(
  request: IncomingMessage,
  response: ServerResponse,
  head: RequestHead,
  maxBytes: number,
  taker: BodyTaker,
): GatheredBody | null {
  const length = head.isChunked ? null : head.contentLength;
  if (length !== null && length > maxBytes) {
    taker.onTooLarge();
    return null;
  }
  const mayContinue = head.expects !== null && request.httpVersionMinor > 0;
  if (mayContinue && !hasSentContinue(response)) response.writeContinue();
  const size = length === null ? 'unknown' : length > GATHERED_BYTES ? 'large' : 'small';
  // A known length goes along; chunks go on as chunks where they were too many to be gathered.
  if (size === 'large') head.headers.push('content-length', String(length));
  return new GatheredBody(request, size, maxBytes, taker);
}

/** Node has answered `Expect: 100-continue` itself unless the server listens to `checkContinue`. */
function hasSentContinue(response: ServerResponse): boolean {
  return (response as ServerResponse & { _sent100?: boolean })._sent100 === true;
}

/** Collects until the body ends, until it is too much to be kept, or until it may be sent while it still comes. */
export class GatheredBody {
  readonly #request: IncomingMessage;
  readonly #size: 'small' | 'large' | 'unknown';
  readonly #maxBytes: number;
  readonly #taker: BodyTaker;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(
    request: IncomingMessage,
    size: 'small' | 'large' | 'unknown',
    maxBytes: number,
    taker: BodyTaker,
  ) {
    this.#request = request;
    this.#size = size;
    this.#maxBytes = maxBytes;
    this.#taker = taker;
    request.on('data', this.#onData).on('end', this.#onEnd);
  }

  /** Whether it need not come whole, `sinceMs` after its begin: a connection is spared for it. */
  mayStream(sinceMs: number): boolean {
    return this.#size === 'large' || (this.#size === 'unknown' && sinceMs >= GATHERED_MS);
  }

  /** Nobody wants it any more: what still comes is read past. */
  drop(): void {
    this.#stop();
    this.#pieces = [];
    this.#request.resume();
  }

  /** What has come is sent, and the rest as it comes. */
  stream(): void {
    this.#stop();
    this.#taker.onReady(
      new StreamedBody(this.#request, this.#whole(), this.#maxBytes, this.#taker.onTooLarge),
    );
  }

  #stop(): void {
    this.#request.pause();
    this.#request.off('data', this.#onData).off('end', this.#onEnd);
  }

  #whole(): Buffer {
    return this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
  }

  readonly #onData = (piece: Buffer): void => {
    this.#bytes += piece.length;
    // A body in pieces of one byte would take a hundred times its size.
    if (this.#pieces.push(piece) === MOST_PIECES) this.#pieces = [this.#whole()];
    if (this.#bytes > this.#maxBytes) this.#taker.onTooLarge();
    else if (this.#bytes > GATHERED_BYTES) this.stream();
  };

  readonly #onEnd = (): void => this.#taker.onReady(this.#whole());
}
