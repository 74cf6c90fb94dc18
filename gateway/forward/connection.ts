/** One connection to a target: at most one request at a time, so that an answer can only be that request's. */
import { isIP, type Socket } from 'node:net';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import type { Target } from './target.ts';

/** Below the 5 s after which Node, and above what most servers close idle connections: a request should not meet a closing one. */
const IDLE_MS = 4_000;
/** An answer's head, ours to pass on and the client's to judge: as large as Node's own client takes. */
const MAX_HEAD_BYTES = 65_536;

export class Connection {
  readonly target: Target;
  readonly #client: Client;
  isConnected = false;
  /** Between sending a request and the first byte of its answer's head. */
  awaitsHead = false;

  constructor(target: Target) {
    this.target = target;
    this.#client = new Client(target.origin, {
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: 0, // the sweeper judges time-outs: one timer for all requests
      bodyTimeout: 0,
      connect: (options, callback) => this.#connect(options, callback),
    });
    this.#client.on('connect', () => this.target.onConnect(this));
    this.#client.on('disconnect', () => this.target.onDisconnect(this));
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(options, handler);
  }

  /** Cuts what is under way; safe to call twice. */
  destroy(): void {
    void this.#client.destroy(null).catch(() => {});
  }

  #connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const { hostname } = options;
    // The certificate is the target's own, whatever host the client named.
    this.target.connector({ ...options, servername: isIP(hostname) ? '' : hostname }, ((
      error: Error | null,
      socket: Socket | null,
    ) => {
      if (socket) this.#skipContinue(socket);
      (callback as (error: Error | null, socket: Socket | null) => void)(error, socket);
    }) as buildConnector.Callback);
  }

  /**
   * undici destroys a connection on which `100 Continue` arrives, which a server may send unasked (RFC 9110 §15.2).
   * We take it off before the parser sees it: only where an answer's head begins, and only when it came in one piece.
   */
  #skipContinue(socket: Socket): void {
    const read = socket.read;
    socket.read = (size?: number) => {
      let chunk = read.call(socket, size) as Buffer | null;
      while (this.awaitsHead && chunk !== null && chunk.length > 0) {
        if (!isInformational(chunk)) this.awaitsHead = false;
        else if (!isContinue(chunk)) return chunk;
        const end = this.awaitsHead ? chunk.indexOf('\r\n\r\n') : -1;
        if (end === -1) return chunk;
        chunk = end + 4 < chunk.length ? chunk.subarray(end + 4) : (read.call(socket) as Buffer | null);
      }
      return chunk;
    };
  }
}

/** `HTTP/1.1 1…` */
function isInformational(chunk: Buffer): boolean {
  return chunk[9] === 0x31 && chunk[0] === 0x48;
}

function isContinue(chunk: Buffer): boolean {
  return chunk[10] === 0x30 && chunk[11] === 0x30;
}
