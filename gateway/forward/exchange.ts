/** One request's way to the platform and its answer's way back: sent once, streamed both ways, ended in exactly one outcome. */
import type { Duplex } from 'node:stream';
import { AnswerWriter, type RawHeaders } from './answer-writer.ts';
import type { Connection } from './connection.ts';
import { dispatchOf, type ExchangeJob } from './exchange-job.ts';
import { isUnsent } from './failure.ts';
import { IncomingBody } from './incoming-body.ts';
import { isBodyTooSlow, overdueOf, type Standing } from './overdue.ts';
import { Place } from './place.ts';
import { PlatformSide, type Told } from './platform-side.ts';
import { hasBody } from './request-body.ts';
import { buildRequestHead, isUnforwardable, type RequestHead } from './request-headers.ts';
import { observationOf } from './samples.ts';
import type { Waiter } from './slots.ts';
import type { Swept } from './sweeper.ts';
import type { Target } from './target.ts';
import { openTunnel } from './tunnel.ts';
import type { FailureKind, ForwardOutcome, UnderWay } from './words.ts';

export class Exchange implements Waiter, Swept, UnderWay, Told {
  readonly #job: ExchangeJob;
  readonly #head: RequestHead;
  readonly #side: PlatformSide;
  readonly #answer: AnswerWriter;
  readonly place: Place<Waiter>;
  sweptIndex = -1;
  startedAtMs = 0;
  /** Since when nothing has moved. */
  #quietSinceMs = 0;
  #body: IncomingBody | null = null;
  #connection: Connection | null = null;
  #tried: Target[] | null = null;
  #isTunnel = false;
  isOver = false;

  constructor(job: ExchangeJob) {
    const { request, response, order } = job;
    this.#job = job;
    this.place = new Place<Waiter>(this, order.rank);
    this.#head = buildRequestHead(
      request.rawHeaders,
      order,
      request.socket.remoteAddress ?? order.clientAddress,
    );
    this.#answer = new AnswerWriter(request, response, order);
    this.#side = new PlatformSide(this, response, this.#answer);
  }

  start(): void {
    this.startedAtMs = this.#quietSinceMs = this.#job.tools.sweeper.add(this);
    this.#job.order.follower?.onBegin(this);
    // A pipelined answer has no socket yet, and hears nothing of its end.
    if (this.#job.response.socket) this.#job.response.on('close', this.#onClientGone);
    else this.#job.request.socket.on('close', this.#onClientGone);
    if (isUnforwardable(this.#job.order.method, this.#head)) this.#fail('protocol');
    else if (this.#job.request.socket.destroyed) this.#abort();
    else if (hasBody(this.#head)) this.#readBody();
    else this.#job.upstream.slots.acquire(this);
  }

  #readBody(): void {
    const { request, response, upstream, tools } = this.#job;
    this.#body = new IncomingBody({
      ...{ request, response, upstream, head: this.#head },
      maxBytes: tools.maxBodyBytes,
      nowMs: this.startedAtMs,
      onReady: () => {
        this.moved();
        if (!this.isOver) upstream.slots.acquire(this);
      },
      onTooLarge: () => this.#fail('body-too-large'),
      onNoTarget: () => this.onNoTarget(),
    });
    this.#body.start();
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    this.moved();
    connection.dispatch(dispatchOf(this.#job, this.#head, this.#body?.content, connection), this.#side);
  }

  onNoTarget(): void {
    this.#fail('no-target');
  }

  onShed(): void {
    this.#fail('shed');
  }

  get upstream(): string {
    return this.#job.order.upstream;
  }

  /** A tunnel is not swept. */
  get isStream(): boolean {
    return this.#answer.isEventStream;
  }

  get wantsTunnel(): boolean {
    return this.#job.clientEnd !== null;
  }

  sent(): void {
    this.#connection!.awaitsHead = true;
    this.moved();
    this.#job.order.follower?.onSent(this.#connection!.target.url);
  }

  moved(): void {
    this.#quietSinceMs = this.#job.tools.sweeper.nowMs;
  }

  answering(): void {
    this.#connection!.awaitsHead = false;
    this.moved();
  }

  streams(): void {
    this.#job.upstream.slots.becameStream(this);
  }

  answered(): void {
    const { status, bodyBytes } = this.#answer;
    this.#job.upstream.answered(
      this.#connection!.target,
      observationOf(this.#job.order.method, status, bodyBytes),
      this.#side.headMs,
    );
    this.#finish({ kind: 'answered', status, bodyBytes, ms: this.elapsedMs() });
    this.#job.upstream.release(this, this.#connection!, true);
  }

  tunnelled(status: number, socket: Duplex, head: RawHeaders): void {
    const { clientEnd, upstream, tools, response } = this.#job;
    const connection = this.#connection!;
    connection.awaitsHead = false;
    upstream.answered(connection.target, 'good', this.#side.headMs);
    tools.sweeper.delete(this);
    response.off('close', this.#onClientGone);
    connection.target.connectionsNow++;
    this.#isTunnel = true;
    upstream.slots.becameStream(this);
    openTunnel(clientEnd!, socket, head, (bodyBytes) => {
      connection.target.connectionsNow--;
      this.#finish({ kind: 'answered', status, bodyBytes, ms: this.elapsedMs() });
      upstream.release(this, connection, false);
    });
  }

  failed(failure: FailureKind): void {
    if (!isUnsent(failure) || !this.#tryAnother()) this.#fail(failure);
  }

  wentWrong(error: Error): void {
    this.#job.tools.log.say('warn', { error }, 'an answer could not be passed on');
  }

  /** By the sweeper. */
  check(nowMs: number): void {
    if (isBodyTooSlow(this.#standing, nowMs)) this.#fail('slow-body');
    else this.#body?.look(nowMs);
    if (this.isOver) return;
    // No wait begins before the body may be sent.
    if (this.#body?.isGathering) this.#quietSinceMs = nowMs;
    const late = overdueOf(this.#standing, nowMs - this.#quietSinceMs, this.#job.upstream);
    if (late === 'slow-client') this.#dropSlowClient();
    else if (late !== null && (late !== 'connect-timeout' || !this.#tryAnother())) this.#fail(late);
  }

  get #standing(): Standing {
    const [answer, side, body] = [this.#answer, this.#side, this.#body];
    return { answer, side, body, place: this.place, isConnected: this.#connection !== null };
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
    if (this.isOver) return;
    const ms = this.elapsedMs();
    const { isStarted, status } = this.#answer;
    const target = this.#connection?.target ?? null;
    this.#job.upstream.failed(target, failure, this.#side.isSent ? this.#side.headMs || ms : null);
    if (isStarted) this.#answer.cut();
    this.#finish(isStarted ? { kind: 'broken', failure, status, ms } : { kind: 'failed', failure, ms });
    this.#letGo();
    this.#release(failure === 'cancelled');
  }

  readonly #onClientGone = (): void => {
    if (!this.isOver) this.#abort();
  };

  #abort(): void {
    this.#finish({ kind: 'aborted', ms: this.elapsedMs() });
    this.#letGo();
    this.#release(true);
  }

  /** `isWorkedOn`: the platform did not hear that the request is over, and may still work on it. */
  #release(isWorkedOn: boolean): void {
    if (this.#connection === null) return;
    if (isWorkedOn && this.#side.isSent) this.#job.upstream.releaseLater(this, this.#connection);
    else this.#job.upstream.release(this, this.#connection, false);
  }

  #letGo(): void {
    this.#body?.drop();
    if (this.#connection === null) this.#job.upstream.slots.leaveQueue(this);
    this.#side.letGo();
  }

  #finish(outcome: ForwardOutcome): void {
    this.isOver = true;
    this.#body?.endSlot();
    this.#job.tools.sweeper.delete(this);
    this.#job.request.socket.off('close', this.#onClientGone);
    this.#job.order.follower?.onEnd(outcome);
    this.#job.onOutcome(outcome);
  }

  elapsedMs(): number {
    return this.#job.tools.now() - this.startedAtMs;
  }
}
