/** A request's body from its first byte until all of it has come: gathered, given a slot to be streamed in, and judged by its pace. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyPace } from './body-pace.ts';
import type { BodyWaiter } from './body-slots.ts';
import { type GatheredBody, takeBody } from './request-body.ts';
import type { RequestHead } from './request-headers.ts';
import { StreamedBody } from './streamed-body.ts';
import type { Upstream } from './upstream.ts';

export interface IncomingBodyJob {
  request: IncomingMessage;
  response: ServerResponse;
  head: RequestHead;
  upstream: Upstream;
  maxBytes: number;
  nowMs: number;
  /** The request may be sent now, with `content`. */
  onReady(): void;
  onTooLarge(): void;
  onNoTarget(): void;
}

export class IncomingBody implements BodyWaiter {
  readonly #job: IncomingBodyJob;
  readonly #pace: BodyPace;
  #gathering: GatheredBody | null = null;
  /** One of the upstream's slots for bodies that still come. */
  #holdsSlot = false;
  content: Buffer | StreamedBody | null = null;

  constructor(job: IncomingBodyJob) {
    this.#job = job;
    this.#pace = new BodyPace(job.request.socket, job.nowMs);
  }

  start(): void {
    const { request, response, head, maxBytes, nowMs, onTooLarge } = this.#job;
    const onReady = (body: Buffer | StreamedBody) => this.#onReady(body);
    this.#gathering = takeBody(request, response, head, maxBytes, { onReady, onTooLarge });
    this.look(nowMs);
  }

  /** Nothing of it was sent yet: no time-out of the platform runs. */
  get isGathering(): boolean {
    return this.#gathering !== null;
  }

  /** The rest is not there yet, and the platform could take it. */
  get awaitsClient(): boolean {
    const { content } = this;
    return content instanceof StreamedBody && !content.isDone && !content.isPaused;
  }

  /** Now and then while it is gathered. */
  look(nowMs: number): void {
    const mayStream = this.#gathering?.mayStream(nowMs - this.#job.nowMs);
    if (mayStream && this.#job.upstream.bodies.hasFree) this.#gathering!.stream();
  }

  /** Now and then until the answer begins; `isSending`: the request is on its way. */
  isTooSlow(nowMs: number, isSending: boolean): boolean {
    if (this.isGathering || (isSending && this.awaitsClient))
      return this.#pace.isTooSlow(nowMs, this.#wantedAtMs(nowMs));
    this.#pace.restart(nowMs);
    return false;
  }

  /** When somebody else last waited for the slot that it holds: now, or until it was shed. */
  #wantedAtMs(nowMs: number): number {
    const { slots, bodies, shedAtMs } = this.#job.upstream;
    if (!this.#holdsSlot) return Number.NEGATIVE_INFINITY;
    return slots.waiting + bodies.waiting.size > 0 ? nowMs : shedAtMs;
  }

  onSlot(): void {
    this.#holdsSlot = true;
    (this.content as StreamedBody).once('end', this.endSlot);
    this.#job.onReady();
  }

  onNoTarget(): void {
    this.#job.onNoTarget();
  }

  /** Nobody wants it any more: what still comes is read past. */
  drop(): void {
    this.#job.upstream.bodies.waiting.delete(this);
    this.endSlot();
    this.#gathering?.drop();
    this.#gathering = null;
    if (this.content instanceof StreamedBody) this.content.destroy();
  }

  #onReady(body: Buffer | StreamedBody): void {
    this.content = body;
    this.#gathering = null;
    if (body instanceof StreamedBody) this.#job.upstream.bodies.acquire(this);
    else this.#job.onReady();
  }

  /** It has come, or the answer came before it. */
  readonly endSlot = (): void => {
    if (!this.#holdsSlot) return;
    this.#holdsSlot = false;
    this.#job.upstream.bodies.end();
  };
}
