/** Passes one answer of the platform on to the client, head, body and trailers, as it comes. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type AnswerHead, addToAnswer, readAnswerHead, readExtraHeaders } from './response-headers.ts';
import { countStreamed } from './streamed-memory.ts';
import type { ForwardOrder } from './words.ts';

export type RawHeaders = readonly Buffer[];

/** Reason phrases that Node's writer takes. */
const REASON = /^[\t\x20-\x7e\x80-\xff]*$/;

const ONE_PIECE_BYTES = 16_384;

export class AnswerWriter {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #order: Pick<ForwardOrder, 'onAnswer'>;
  #head: AnswerHead | null = null;
  #isFlushed = false;
  #isEnded = false;
  status = 0;
  bodyBytes = 0;

  constructor(request: IncomingMessage, response: ServerResponse, order: Pick<ForwardOrder, 'onAnswer'>) {
    this.#request = request;
    this.#response = response;
    this.#order = order;
  }

  get isStarted(): boolean {
    return this.#head !== null;
  }
  get isEventStream(): boolean {
    return this.#head?.platform.isEventStream === true;
  }

  /** 103 and its like; HTTP/1.0 knows none. */
  information(status: number, raw: RawHeaders): void {
    if (this.#request.httpVersionMinor === 0 || this.isStarted) return;
    this.#response.writeInformation(status, readExtraHeaders(raw));
  }

  /** Throws when the platform's head cannot be written; nothing was sent then. */
  start(status: number, reason: string, raw: RawHeaders): void {
    const head = readAnswerHead(status, raw);
    addToAnswer(head.headers, this.#order.onAnswer(head.platform));
    if (head.trailer !== null && this.#mayHaveTrailers(status, head))
      head.headers.push('trailer', head.trailer);
    this.#response.writeHead(
      status,
      REASON.test(reason) ? reason : (STATUS_CODES[status] ?? ''),
      head.headers,
    );
    this.#head = head;
    this.status = status;
    // The first bytes of the body mostly came with the head and go out with it; if not, the head does not wait for them.
    process.nextTick(flushHead, this);
  }

  /** False: the client is slow; go on after the response's `drain`. */
  data(chunk: Buffer): boolean {
    this.bodyBytes += chunk.length;
    const isWhole = this.bodyBytes === this.#head!.contentLength;
    if (!isWhole) {
      this.#isFlushed = true;
      countStreamed(chunk.length);
      return this.#response.write(chunk);
    }
    this.#isEnded = true;
    // As a latin1 string a small body goes out in one piece with the head: half the cost of two pieces.
    if (!this.#isFlushed && chunk.length <= ONE_PIECE_BYTES)
      this.#response.end(chunk.toString('latin1'), 'latin1');
    else this.#response.end(chunk);
    this.#isFlushed = true;
    return true;
  }

  end(rawTrailers: RawHeaders): void {
    if (this.#isEnded) return;
    if (rawTrailers.length > 0 && this.#response.chunkedEncoding) {
      this.#response.addTrailers(inPairs(readExtraHeaders(rawTrailers)));
    }
    this.#isFlushed = true;
    this.#response.end();
  }

  /** The answer broke: the client must see that it is not whole. */
  cut(): void {
    const socket = this.#response.socket as (Socket & { encrypted?: boolean }) | null;
    const isFramed = this.#response.chunkedEncoding || this.#head?.contentLength != null;
    // Where the end of the connection is the end of the answer, only a reset tells them apart.
    if (socket !== null && !isFramed && !socket.encrypted) socket.resetAndDestroy();
    else this.#response.destroy();
  }

  flush(): void {
    if (!this.#isFlushed && !this.#response.destroyed) this.#response.flushHeaders();
    this.#isFlushed = true;
  }

  #mayHaveTrailers(status: number, head: AnswerHead): boolean {
    const hasBody = this.#request.method !== 'HEAD' && status !== 204 && status !== 304;
    return hasBody && head.contentLength === null && this.#request.httpVersionMinor > 0;
  }
}

function flushHead(writer: AnswerWriter): void {
  writer.flush();
}

function inPairs(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i]!, flat[i + 1]!]);
  return pairs;
}
