/** Tells which requests came through a gate: by the mere presence of a stamp, or judged by the observer where the platform has one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createObserver, type ObserverOptions } from '../../admin/observer/index.js';

export type PlatformObserver = Omit<ObserverOptions, 'onVerdict'>;

export interface Watch {
  /** Goes on with the request, unless it is refused. */
  request(request: IncomingMessage, response: ServerResponse, goOn: () => void): void;
  /** Whether an upgrade may go on; if not, it was answered. */
  upgrade(request: IncomingMessage, socket: Duplex): boolean;
  stop(): void;
}

/** One that can go over to an observer: what it is to judge by may be known only later. */
export interface ChangingWatch extends Watch {
  observe(options: PlatformObserver): Promise<void>;
}

export type Judged = (isStamped: boolean, request: Pick<IncomingMessage, 'headers'>) => void;

/** `judged` is told of each request, once, whether it came through the gate. */
export async function createWatch(
  options: PlatformObserver | undefined,
  judged: Judged,
): Promise<ChangingWatch> {
  let watch = watchHeaders(judged);
  let isStopped = false;
  const stop = () => watch.stop();
  async function observe(chosen: PlatformObserver): Promise<void> {
    const next = await watchByObserver(chosen, judged);
    if (isStopped) return next.stop();
    stop();
    watch = next;
  }
  if (options !== undefined) await observe(options);
  return {
    observe,
    request: (request, response, goOn) => watch.request(request, response, goOn),
    upgrade: (request, socket) => watch.upgrade(request, socket),
    stop() {
      isStopped = true;
      stop();
    },
  };
}

async function watchByObserver(options: PlatformObserver, judged: Judged): Promise<Watch> {
  const observer = createObserver({
    ...options,
    onVerdict: ({ kind }, { headers }) => judged(kind === 'stamped' || kind === 'passed', { headers }),
  });
  await observer.ready;
  return { request: observer.middleware, upgrade: observer.upgrade, stop: observer.stop };
}

/** A platform that knows nothing of Headgate: whatever calls itself a stamp is counted as one. */
function watchHeaders(judged: Judged): Watch {
  const look = ({ headers }: IncomingMessage) => judged(headers['headgate-stamp'] !== undefined, { headers });
  return {
    request(request, _response, goOn) {
      look(request);
      goOn();
    },
    upgrade(request) {
      look(request);
      return true;
    },
    stop() {},
  };
}
