/** One request's way to the platform and its answer's way back: sent once, streamed both ways, ended in exactly one outcome. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { AnswerWriter, type RawHeaders } from './answer-writer.ts';
import type { Connection } from './connection.ts';
import { failureOf } from './failure.ts';
import { GATHERED_BYTES, gatherBody, StreamedBody } from './request-body.ts';
import { buildRequestHead, type RequestHead } from './request-headers.ts';
import type { Sweeper, Swept } from './sweeper.ts';
import type { Target } from './target.ts';
import type { Upstream, Waiter } from './upstream.ts';
import type { FailureKind, ForwardOrder, ForwardOutcome } from './words.ts';

type Controller = Dispatcher.DispatchController;

export interface ExchangeTools {
  sweeper: Sweeper;
  now: () => number;
  maxBodyBytes: number;
}

/** Failures in which nothing was sent, so that another target may be asked. */
const UNSENT: ReadonlySet<FailureKind> = new Set(['connect', 'connect-timeout', 'tls']);
/** Failures that say something of the target. */
const TELLING: ReadonlySet<FailureKind> = new Set(['reset', 'protocol', 'headers-timeout', 'body-timeout']);

export class Exchange implements Dispatcher.DispatchHandler, Waiter, Swept {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #order: ForwardOrder;
  readonly #upstream: Upstream;
  readonly #tools: ExchangeTools;
  readonly #onOutcome: (outcome: ForwardOutcome) => void;
  readonly #head: RequestHead;
  readonly #answer: AnswerWriter;
  sweptIndex = -1;
  #startedAtMs = 0;
  /** Time to the answer's head. */
  #headMs = 0;
  /** Since when nothing has moved. */
  #quietSinceMs = 0;
  #body: Buffer | StreamedBody | null = null;
  #isGathering = false;
  #connection: Connection | null = null;
  #controller: Controller | null = null;
  #tried: Target[] | null = null;
  #isClientSlow = false;
  #isOver = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    order: ForwardOrder,
    upstream: Upstream,
    tools: ExchangeTools,
    onOutcome: (outcome: ForwardOutcome) => void,
  ) {
    this.#request = request;
    this.#response = response;
    this.#order = order;
    this.#upstream = upstream;
    this.#tools = tools;
    this.#onOutcome = onOutcome;
    this.#head = buildRequestHead(
      request.rawHeaders,
      order,
      request.socket.remoteAddress ?? order.clientAddress,
    );
    this.#answer = new AnswerWriter(request, response, order);
  }

  start(): void {
    this.#startedAtMs = this.#quietSinceMs = this.#tools.sweeper.add(this);
    if (isUnforwardable(this.#order, this.#head)) return this.#fail('protocol');
    if (this.#request.socket.destroyed) return this.#abort();
    // A pipelined answer has no socket yet, and hears nothing of its end.
    if (this.#response.socket) this.#response.on('close', this.#onClientGone);
    else this.#request.socket.on('close', this.#onClientGone);
    this.#readBody();
  }

  #readBody(): void {
    const { contentLength, isChunked, expects } = this.#head;
    if (!isChunked && (contentLength ?? 0) === 0) return this.#upstream.acquire(this);
    if ((contentLength ?? 0) > this.#tools.maxBodyBytes) return this.#fail('body-too-large');
    if (expects === '100-continue' && !hasSentContinue(this.#response)) this.#response.writeContinue();
    if (isChunked || contentLength! > GATHERED_BYTES) {
      if (!isChunked) this.#head.headers.push('content-length', String(contentLength));
      this.#body = new StreamedBody(this.#request, this.#tools.maxBodyBytes, () =>
        this.#fail('body-too-large'),
      );
      return this.#upstream.acquire(this);
    }
    this.#isGathering = true;
    gatherBody(this.#request, (body) => {
      this.#isGathering = false;
      this.#body = body;
      this.#quietSinceMs = this.#tools.sweeper.nowMs;
      if (!this.#isOver) this.#upstream.acquire(this);
    });
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    this.#quietSinceMs = this.#tools.sweeper.nowMs;
    connection.dispatch(
      {
        path: this.#order.target,
        method: this.#order.method,
        headers: this.#head.headers,
        body: this.#body as Buffer | Readable | null, // a StreamedBody is all that undici looks for in a Readable
        servername: connection.target.servername,
      } as Dispatcher.DispatchOptions,
      this,
    );
  }

  onNoTarget(): void {
    this.#fail('no-target');
  }

  onRequestStart(controller: Controller): void {
    if (this.#isOver) return controller.abort(new Error('the request is over'));
    this.#controller = controller;
    this.#connection!.awaitsHead = true;
    this.#quietSinceMs = this.#tools.sweeper.nowMs;
  }

  onRequestSent(): void {
    this.#quietSinceMs = this.#tools.sweeper.nowMs;
  }

  onResponseStart(controller: Controller, status: number, _parsed: unknown, reason = ''): void {
    if (this.#isOver) return;
    const raw = controller.rawHeaders as RawHeaders;
    if (status === 101) return this.#fail('protocol');
    if (status < 200) return this.#answer.information(status, raw);
    this.#connection!.awaitsHead = false;
    this.#headMs = this.#tools.now() - this.#startedAtMs;
    this.#quietSinceMs = this.#tools.sweeper.nowMs;
    this.#answer.start(status, reason, raw);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#quietSinceMs = this.#tools.sweeper.nowMs;
    if (this.#answer.data(chunk)) return;
    controller.pause();
    this.#isClientSlow = true;
    this.#response.once('drain', this.#onDrain);
  }

  onResponseEnd(controller: Controller): void {
    if (this.#isOver) return;
    this.#answer.end(controller.rawTrailers as RawHeaders);
    const { status, bodyBytes } = this.#answer;
    this.#observe(kindOf(this.#order.method, status, bodyBytes));
    this.#upstream.answers++;
    this.#finish({ kind: 'answered', status, bodyBytes, ms: this.#elapsedMs() });
    this.#upstream.release(this.#connection!, true);
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#isOver) return;
    const failure = failureOf(error, this.#controller !== null);
    if (!UNSENT.has(failure) || !this.#tryAnother()) this.#fail(failure);
  }

  /** Time-outs, by the sweeper. */
  check(nowMs: number): void {
    const quietMs = nowMs - this.#quietSinceMs;
    const { connectMs, headersMs, bodyMs } = this.#upstream.settings.timeouts;
    if (this.#isOver || this.#isGathering) return;
    if (this.#connection === null) {
      if (quietMs > headersMs) this.#fail('busy');
    } else if (this.#controller === null) {
      if (quietMs > connectMs) this.#connectTimedOut();
    } else if (!this.#answer.isStarted) {
      if (quietMs > headersMs && !this.#awaitsClient()) this.#fail('headers-timeout');
    } else if (this.#isClientSlow) {
      if (quietMs > bodyMs) this.#dropSlowClient();
    } else if (quietMs > bodyMs && !this.#answer.isEventStream) this.#fail('body-timeout');
  }

  #connectTimedOut(): void {
    if (!this.#tryAnother()) this.#fail('connect-timeout');
  }

  /** The body is not there yet: the server's idle time-out judges the client. */
  #awaitsClient(): boolean {
    return this.#body instanceof StreamedBody && !this.#body.isDone && !this.#body.isPaused;
  }

  #dropSlowClient(): void {
    this.#response.destroy();
    this.#abort();
  }

  /** Only while nothing was sent. */
  #tryAnother(): boolean {
    const refused = this.#connection!;
    this.#tried ??= [];
    this.#tried.push(refused.target);
    const next = this.#upstream.moveOn(refused, this.#tried);
    if (next === null) return false;
    this.#upstream.connectFailed(refused.target);
    this.onConnection(next);
    return true;
  }

  #fail(failure: FailureKind): void {
    if (this.#isOver) return;
    const ms = this.#elapsedMs();
    const { isStarted, status } = this.#answer;
    this.#tellTarget(failure);
    this.#upstream.failures[failure] = (this.#upstream.failures[failure] ?? 0) + 1;
    if (isStarted) this.#answer.cut();
    this.#finish(isStarted ? { kind: 'broken', failure, status, ms } : { kind: 'failed', failure, ms });
    this.#letGo();
    if (this.#connection) this.#upstream.release(this.#connection, false);
  }

  readonly #onClientGone = (): void => {
    if (!this.#isOver) this.#abort();
  };

  readonly #onDrain = (): void => {
    this.#isClientSlow = false;
    this.#quietSinceMs = this.#tools.sweeper.nowMs;
    this.#controller?.resume();
  };

  #abort(): void {
    this.#finish({ kind: 'aborted', ms: this.#elapsedMs() });
    this.#letGo();
    if (this.#connection === null) return;
    if (this.#controller === null) this.#upstream.release(this.#connection, false);
    else this.#upstream.releaseLater(this.#connection);
  }

  #letGo(): void {
    if (this.#connection === null) this.#upstream.leaveQueue(this);
    this.#controller?.abort(new Error('the request is over'));
    if (this.#body instanceof StreamedBody) this.#body.destroy();
  }

  #finish(outcome: ForwardOutcome): void {
    this.#isOver = true;
    this.#tools.sweeper.delete(this);
    this.#request.socket.off('close', this.#onClientGone);
    this.#onOutcome(outcome);
  }

  #tellTarget(failure: FailureKind): void {
    if (UNSENT.has(failure)) this.#upstream.connectFailed(this.#connection!.target);
    else if (TELLING.has(failure) && this.#controller !== null) this.#observe('error');
  }

  #observe(kind: 'good' | 'empty' | 'error'): void {
    this.#upstream.observe(this.#connection!.target, kind, this.#headMs);
  }

  #elapsedMs(): number {
    return this.#tools.now() - this.#startedAtMs;
  }
}

/** What the caller has refused already; nothing of it may reach the platform. */
function isUnforwardable(order: ForwardOrder, head: RequestHead): boolean {
  return order.method === 'CONNECT' || head.expects === 'unknown' || head.upgrade === 'h2c';
}

function kindOf(method: string, status: number, bodyBytes: number): 'good' | 'empty' | 'error' {
  if (status >= 500) return 'error';
  return method === 'GET' && status === 200 && bodyBytes === 0 ? 'empty' : 'good';
}

/** Node has answered `Expect: 100-continue` itself unless the server listens to `checkContinue`. */
function hasSentContinue(response: ServerResponse): boolean {
  return (response as ServerResponse & { _sent100?: boolean })._sent100 === true;
}
