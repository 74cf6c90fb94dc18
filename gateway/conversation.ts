/** One client's connection: its requests are served one after the other, and nothing behind a refused one is looked at. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { lingeringClose } from './raw-answer.ts';

interface Turn {
  request: IncomingMessage | null;
  response: ServerResponse | null;
  run(): void;
}

/** Kept on the connection itself: a WeakMap of them all would be gone through at each garbage collection. */
const CONVERSATION = Symbol('conversation');
type Conversing = Duplex & { [CONVERSATION]?: Conversation };

export function conversationOf(socket: Conversing): Conversation {
  socket[CONVERSATION] ??= new Conversation(socket as Duplex as Socket);
  return socket[CONVERSATION];
}

/** After this answer the connection is closed, and what was pipelined behind its request is dropped. */
export function closeAfterAnswer(response: ServerResponse): void {
  response.setHeader('connection', 'close');
  conversationOf(response.req.socket).end();
}

export class Conversation {
  readonly #socket: Socket;
  #current: Turn | null = null;
  /** Read ahead of their turn. Served at once they would overtake each other, and hold many of the platform's connections. */
  #waiting: Turn[] = [];
  #takesMore = true;

  constructor(socket: Socket) {
    this.#socket = socket;
    // By this Node closes behind the last answer, also where it alone decides that it is the last (HTTP/1.0, an expectation unmet).
    socket.destroySoon = closeLingering;
  }

  get isAnswering(): boolean {
    const response = this.#current?.response;
    return response != null && !response.writableFinished && !response.destroyed;
  }

  /** The client has sent everything and taken everything: its silence is not its fault (a quiet event stream). */
  get waitsForPlatform(): boolean {
    return this.isAnswering && this.#current!.request!.complete && this.#socket.writableLength === 0;
  }

  /** Runs now, or when all that came before is answered. */
  take(run: () => void, request: IncomingMessage | null, response: ServerResponse | null): void {
    if (!this.#takesMore) return;
    const turn = { request, response, run };
    if (this.#waiting.length === 0 && !this.isAnswering) this.#begin(turn);
    else this.#wait(turn);
  }

  /** By `refuse`, for bytes that are no request; what came whole before them is answered first. */
  refuse(refuse: () => void, status: number): void {
    if (!this.#takesMore) return;
    const latest = this.#waiting.at(-1) ?? (this.isAnswering ? this.#current! : null);
    const isCutShort = latest?.request?.complete === false;
    if (isCutShort && latest === this.#current) this.#refuseCurrent(status);
    else {
      // Its body broke off: it never becomes a request.
      if (isCutShort) this.#waiting.pop();
      this.take(refuse, null, null);
    }
    this.#takesMore = false;
  }

  /** Nothing more is looked at. */
  end(): void {
    this.#takesMore = false;
    this.#waiting = [];
  }

  #begin(turn: Turn): void {
    this.#current = turn;
    turn.run();
  }

  #wait(turn: Turn): void {
    if (this.#waiting.push(turn) === 1) this.#current!.response!.once('close', this.#next);
    // Only what has been read already can pile up.
    this.#socket.pause();
  }

  readonly #next = (): void => {
    // Node closes behind an answer that left `Expect: 100-continue` unmet: nobody would get the next one.
    if (this.#current?.response?.shouldKeepAlive === false) {
      this.end();
      return;
    }
    const turn = this.#waiting.shift();
    if (turn === undefined || !this.#socket.writable) return;
    if (this.#waiting.length > 0) turn.response?.once('close', this.#next);
    else this.#socket.resume();
    this.#begin(turn);
  };

  #refuseCurrent(status: number): void {
    const { response } = this.#current!;
    if (response!.headersSent) this.#socket.destroy();
    else {
      this.end();
      response!.writeHead(status, [
        ...['headgate-state', 'refused', 'cache-control', 'no-store'],
        ...['content-length', '0', 'connection', 'close'],
      ]);
      response!.end();
    }
  }
}

function closeLingering(this: Socket): void {
  lingeringClose(this);
}
