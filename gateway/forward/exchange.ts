/** One request's way to the platform and its answer's way back: sent once, streamed both ways, ended in exactly one outcome. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { AnswerWriter, type RawHeaders } from './answer-writer.ts';
import type { Connection } from './connection.ts';
import { failureOf, isUnsent } from './failure.ts';
import { IncomingBody } from './incoming-body.ts';
import { hasBody } from './request-body.ts';
import { buildRequestHead, isUnforwardable, type RequestHead } from './request-headers.ts';
import { observationOf } from './samples.ts';
import type { Sweeper, Swept } from './sweeper.ts';
import type { Target } from './target.ts';
import { FAILURE_OF, isOverdue, type Phase } from './timeouts.ts';
import { type ClientEnd, openTunnel } from './tunnel.ts';
import type { Upstream, UpstreamTools, Waiter } from './upstream.ts';
import type { FailureKind, ForwardOrder, ForwardOutcome, UnderWay } from './words.ts';

type Controller = Dispatcher.DispatchController;

export interface ExchangeTools {
  sweeper: Sweeper;
  now: () => number;
  maxBodyBytes: number;
  log: UpstreamTools['log'];
}

export interface ExchangeJob {
  request: IncomingMessage;
  response: ServerResponse;
  order: ForwardOrder;
  upstream: Upstream;
  tools: ExchangeTools;
  onOutcome: (outcome: ForwardOutcome) => void;
  /** Of an upgrade; null: an ordinary request. */
  clientEnd: ClientEnd | null;
}

/** Why undici is told to let go; nobody reads it. */
const OVER = new Error('the request is over');

export class Exchange implements Dispatcher.DispatchHandler, Waiter, Swept, UnderWay {
  readonly #job: ExchangeJob;
  readonly #head: RequestHead;
  readonly #answer: AnswerWriter;
  sweptIndex = -1;
  #startedAtMs = 0;
  /** Time to the answer's head. */
  #headMs = 0;
  /** Since when nothing has moved. */
  #quietSinceMs = 0;
  #body: IncomingBody | null = null;
  #connection: Connection | null = null;
  #controller: Controller | null = null;
  #tried: Target[] | null = null;
  #isClientSlow = false;
  #isTunnel = false;
  #isOver = false;

  constructor(job: ExchangeJob) {
    const { request, response, order } = job;
    this.#job = job;
    this.#head = buildRequestHead(
      request.rawHeaders,
      order,
      request.socket.remoteAddress ?? order.clientAddress,
    );
    this.#answer = new AnswerWriter(request, response, order);
  }

  start(): void {
    this.#startedAtMs = this.#quietSinceMs = this.#job.tools.sweeper.add(this);
    this.#job.order.follower?.onBegin(this);
    // A pipelined answer has no socket yet, and hears nothing of its end.
    if (this.#job.response.socket) this.#job.response.on('close', this.#onClientGone);
    else this.#job.request.socket.on('close', this.#onClientGone);
    if (isUnforwardable(this.#job.order.method, this.#head)) this.#fail('protocol');
    else if (this.#job.request.socket.destroyed) this.#abort();
    else if (hasBody(this.#head)) this.#readBody();
    else this.#job.upstream.acquire(this);
  }

  #readBody(): void {
    const { request, response, upstream, tools } = this.#job;
    this.#body = new IncomingBody({
      ...{ request, response, upstream, head: this.#head },
      maxBytes: tools.maxBodyBytes,
      nowMs: this.#startedAtMs,
      onReady: () => {
        this.#quietSinceMs = tools.sweeper.nowMs;
        if (!this.#isOver) upstream.acquire(this);
      },
      onTooLarge: () => this.#fail('body-too-large'),
      onNoTarget: () => this.onNoTarget(),
    });
    this.#body.start();
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    this.#quietSinceMs = this.#job.tools.sweeper.nowMs;
    connection.dispatch(
      {
        path: this.#job.order.target,
        method: this.#job.order.method,
        headers: this.#head.headers,
        body: (this.#body?.content ?? null) as Buffer | Readable | null, // a StreamedBody is all that undici looks for in a Readable
        servername: connection.target.servername,
        upgrade: this.#job.clientEnd === null ? null : 'websocket',
      } as Dispatcher.DispatchOptions,
      this,
    );
  }

  onNoTarget(): void {
    this.#fail('no-target');
  }

  onRequestStart(controller: Controller): void {
    if (this.#isOver) {
      controller.abort(OVER);
      return;
    }
    this.#controller = controller;
    this.#connection!.awaitsHead = true;
    this.#quietSinceMs = this.#job.tools.sweeper.nowMs;
    this.#job.order.follower?.onSent(this.#connection!.target.url);
  }

  onRequestSent(): void {
    this.#quietSinceMs = this.#job.tools.sweeper.nowMs;
  }

  onRequestUpgrade(controller: Controller, status: number, _parsed: unknown, socket: Duplex): void {
    if (this.#isOver || this.#job.clientEnd === null) {
      socket.destroy();
      return;
    }
    const connection = this.#connection!;
    connection.awaitsHead = false;
    this.#headMs = this.#elapsedMs();
    this.#job.upstream.answered(connection.target, 'good', this.#headMs);
    this.#job.tools.sweeper.delete(this);
    this.#job.response.off('close', this.#onClientGone);
    connection.target.connectionsNow++;
    this.#isTunnel = true;
    openTunnel(this.#job.clientEnd, socket, controller.rawHeaders as RawHeaders, (bodyBytes) => {
      connection.target.connectionsNow--;
      this.#finish({ kind: 'answered', status, bodyBytes, ms: this.#elapsedMs() });
      this.#job.upstream.release(connection, false);
    });
  }

  onResponseStart(controller: Controller, status: number, _parsed: unknown, reason = ''): void {
    if (this.#isOver) return;
    const raw = controller.rawHeaders as RawHeaders;
    if (status === 101) this.#fail('protocol');
    else if (status < 200) this.#answer.information(status, raw);
    else {
      this.#connection!.awaitsHead = false;
      this.#headMs = this.#elapsedMs();
      this.#quietSinceMs = this.#job.tools.sweeper.nowMs;
      this.#answer.start(status, reason, raw);
    }
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#quietSinceMs = this.#job.tools.sweeper.nowMs;
    if (this.#answer.data(chunk)) return;
    controller.pause();
    this.#isClientSlow = true;
    this.#job.response.once('drain', this.#onDrain);
  }

  onResponseEnd(controller: Controller): void {
    if (this.#isOver) return;
    this.#answer.end(controller.rawTrailers as RawHeaders);
    const { status, bodyBytes } = this.#answer;
    this.#job.upstream.answered(
      this.#connection!.target,
      observationOf(this.#job.order.method, status, bodyBytes),
      this.#headMs,
    );
    this.#finish({ kind: 'answered', status, bodyBytes, ms: this.#elapsedMs() });
    this.#job.upstream.release(this.#connection!, true);
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#isOver) return;
    const progress = this.#controller === null ? 'unsent' : this.#answer.isStarted ? 'answering' : 'sent';
    const failure = failureOf(error, progress);
    if (!('code' in error)) this.#job.tools.log.say('warn', { error }, 'an answer could not be passed on');
    if (!isUnsent(failure) || !this.#tryAnother()) this.#fail(failure);
  }

  /** By the sweeper. */
  check(nowMs: number): void {
    if (this.#isBodyTooSlow(nowMs)) this.#fail('slow-body');
    else this.#body?.look(nowMs);
    const phase = this.#phase();
    if (phase === null || !isOverdue(phase, nowMs - this.#quietSinceMs, this.#job.upstream.settings.timeouts))
      return;
    if (phase === 'slow-client') this.#dropSlowClient();
    else if (phase !== 'connecting' || !this.#tryAnother()) this.#fail(FAILURE_OF[phase]);
  }

  /** What the platform or the client is being waited for; null: nothing that a time-out is for. */
  #phase(): Phase | null {
    if (this.#isOver || this.#body?.isGathering) return null;
    if (this.#connection === null) return 'queued';
    if (this.#controller === null) return 'connecting';
    if (this.#isClientSlow) return 'slow-client';
    if (this.#answer.isStarted) return this.#answer.isEventStream ? null : 'body';
    return this.#body?.awaitsClient ? null : 'head';
  }

  #isBodyTooSlow(nowMs: number): boolean {
    if (this.#body === null || this.#isOver || this.#answer.isStarted) return false;
    return this.#body.isTooSlow(nowMs, this.#controller !== null);
  }

  #dropSlowClient(): void {
    this.#job.response.destroy();
    this.#abort();
  }

  /** Only while nothing was sent. */
  #tryAnother(): boolean {
    const refused = this.#connection!;
    this.#tried ??= [];
    this.#tried.push(refused.target);
    const next = this.#job.upstream.moveOn(refused, this.#tried);
    if (next === null) return false;
    this.#job.upstream.connectFailed(refused.target);
    this.onConnection(next);
    return true;
  }

  cancel(): void {
    // Both ends of a tunnel end together, and so does what was kept for it.
    if (this.#isTunnel) this.#job.clientEnd!.socket.destroy();
    else this.#fail('cancelled');
  }

  #fail(failure: FailureKind): void {
    if (this.#isOver) return;
    const ms = this.#elapsedMs();
    const { isStarted, status } = this.#answer;
    const target = this.#connection?.target ?? null;
    this.#job.upstream.failed(target, failure, this.#controller === null ? null : this.#headMs || ms);
    if (isStarted) this.#answer.cut();
    this.#finish(isStarted ? { kind: 'broken', failure, status, ms } : { kind: 'failed', failure, ms });
    this.#letGo();
    this.#release(failure === 'cancelled');
  }

  readonly #onClientGone = (): void => {
    if (!this.#isOver) this.#abort();
  };

  readonly #onDrain = (): void => {
    this.#isClientSlow = false;
    this.#quietSinceMs = this.#job.tools.sweeper.nowMs;
    this.#controller?.resume();
  };

  #abort(): void {
    this.#finish({ kind: 'aborted', ms: this.#elapsedMs() });
    this.#letGo();
    this.#release(true);
  }

  /** `isWorkedOn`: the platform did not hear that the request is over, and may still work on it. */
  #release(isWorkedOn: boolean): void {
    if (this.#connection === null) return;
    if (isWorkedOn && this.#controller !== null) this.#job.upstream.releaseLater(this.#connection);
    else this.#job.upstream.release(this.#connection, false);
  }

  #letGo(): void {
    this.#body?.drop();
    if (this.#connection === null) this.#job.upstream.leaveQueue(this);
    this.#controller?.abort(OVER);
  }

  #finish(outcome: ForwardOutcome): void {
    this.#isOver = true;
    this.#body?.endSlot();
    this.#job.tools.sweeper.delete(this);
    this.#job.request.socket.off('close', this.#onClientGone);
    this.#job.order.follower?.onEnd(outcome);
    this.#job.onOutcome(outcome);
  }

  #elapsedMs(): number {
    return this.#job.tools.now() - this.#startedAtMs;
  }
}
