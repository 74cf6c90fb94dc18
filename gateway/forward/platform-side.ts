/** The platform's side of one request, as undici tells of it: its answer goes on to the client as it comes, held back while the client is slow. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { AnswerWriter, RawHeaders } from './answer-writer.ts';
import { failureOf } from './failure.ts';
import type { FailureKind } from './words.ts';

type Controller = Dispatcher.DispatchController;

/** The request that it belongs to. */
export interface Told {
  /** It has its outcome: whatever comes is too late. */
  readonly isOver: boolean;
  readonly wantsTunnel: boolean;
  elapsedMs(): number;
  /** Bytes went to the platform, or came from it or to the client. */
  moved(): void;
  /** The request goes out now. */
  sent(): void;
  /** The answer's head is there. */
  answering(): void;
  /** The answer is an event stream. */
  streams(): void;
  answered(): void;
  failed(failure: FailureKind): void;
  tunnelled(status: number, socket: Duplex, head: RawHeaders): void;
  /** Of our own making. */
  wentWrong(error: Error): void;
}

/** Why undici is told to let go; nobody reads it. */
const OVER = new Error('the request is over');

export class PlatformSide implements Dispatcher.DispatchHandler {
  readonly #told: Told;
  readonly #response: ServerResponse;
  readonly answer: AnswerWriter;
  #controller: Controller | null = null;
  /** Time to the answer's head; 0: it is not there. */
  headMs = 0;
  isClientSlow = false;

  constructor(told: Told, response: ServerResponse, answer: AnswerWriter) {
    this.#told = told;
    this.#response = response;
    this.answer = answer;
  }

  /** The platform may have heard of the request. */
  get isSent(): boolean {
    return this.#controller !== null;
  }

  letGo(): void {
    this.#controller?.abort(OVER);
  }

  onRequestStart(controller: Controller): void {
    if (this.#told.isOver) {
      controller.abort(OVER);
      return;
    }
    this.#controller = controller;
    this.#told.sent();
  }

  onRequestSent(): void {
    this.#told.moved();
  }

  onRequestUpgrade(controller: Controller, status: number, _parsed: unknown, socket: Duplex): void {
    if (this.#told.isOver || !this.#told.wantsTunnel) {
      socket.destroy();
      return;
    }
    this.headMs = this.#told.elapsedMs();
    this.#told.tunnelled(status, socket, controller.rawHeaders as RawHeaders);
  }

  onResponseStart(controller: Controller, status: number, _parsed: unknown, reason = ''): void {
    if (this.#told.isOver) return;
    const raw = controller.rawHeaders as RawHeaders;
    if (status === 101) this.#told.failed('protocol');
    else if (status < 200) this.answer.information(status, raw);
    else {
      this.headMs = this.#told.elapsedMs();
      this.#told.answering();
      this.answer.start(status, reason, raw);
      if (this.answer.isEventStream) this.#told.streams();
    }
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#told.isOver) return;
    this.#told.moved();
    if (this.answer.data(chunk)) return;
    controller.pause();
    this.isClientSlow = true;
    this.#response.once('drain', this.#onDrain);
  }

  onResponseEnd(controller: Controller): void {
    if (this.#told.isOver) return;
    this.answer.end(controller.rawTrailers as RawHeaders);
    this.#told.answered();
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#told.isOver) return;
    const progress = !this.isSent ? 'unsent' : this.answer.isStarted ? 'answering' : 'sent';
    if (!('code' in error)) this.#told.wentWrong(error);
    this.#told.failed(failureOf(error, progress));
  }

  readonly #onDrain = (): void => {
    this.isClientSlow = false;
    this.#told.moved();
    this.#controller?.resume();
  };
}
