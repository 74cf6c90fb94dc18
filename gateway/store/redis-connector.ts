/** How connections to Redis are opened: each is watched, and none is used before its server's own word about itself passed the checks. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type RedisOptions, SentinelConnector } from 'ioredis';

/** What a server's INFO says, by field. */
export type ServerInfo = Readonly<Record<string, string>>;

export interface ConnectionWatch {
  /** Whether this server may be used. */
  admits(server: string, info: ServerInfo): boolean;
  failed(server: string, error: Error): void;
  /** It took the connection and closed it, or was given up, without a single word. */
  stayedSilent(server: string, host: string, port: number): void;
}

type Connector = new (options: unknown) => AbstractConnector;
type SentinelParts = ConstructorParameters<typeof SentinelConnector>[0];
type Emit = Parameters<SentinelConnector['connect']>[0];

export function connectors(watch: ConnectionWatch): { direct: Connector; sentinel: Connector } {
  return {
    direct: class extends DirectConnector {
      constructor(options: unknown) {
        super(options as RedisOptions, watch);
      }
    },
    sentinel: class extends MasterConnector {
      constructor(options: unknown) {
        super(options as SentinelParts, watch);
      }
    },
  };
}

/** To the address that the options name: a server, or a node of a cluster. */
class DirectConnector extends AbstractConnector {
  readonly #options: RedisOptions;
  readonly #watch: ConnectionWatch;

  constructor(options: RedisOptions, watch: ConnectionWatch) {
    super(options.disconnectTimeout ?? 0);
    this.#options = options;
    this.#watch = watch;
  }

  get #server(): string {
    return `${this.#options.host}:${this.#options.port}`;
  }

  override async connect() {
    const { host = 'localhost', port = 6379, tls } = this.#options;
    this.connecting = true;
    this.stream = tls ? connectTls({ host, port, ...tls }) : connectPlain({ host, port });
    this.stream.once('error', (error) => {
      this.firstError = error;
    });
    watchStream(this.stream, this.#server, this.#watch);
    return this.stream;
  }

  override check(info: ServerInfo): boolean {
    return this.#watch.admits(this.#server, info);
  }
}

/** To the master that the sentinels name; a server that is not (any more) one is left, and they are asked again. */
class MasterConnector extends SentinelConnector {
  readonly #watch: ConnectionWatch;
  #server = '';

  constructor(options: SentinelParts, watch: ConnectionWatch) {
    super(options);
    this.#watch = watch;
  }

  override async connect(emit: Emit) {
    const stream = await super.connect(emit);
    stream.once('connect', () => {
      this.#server = `${stream.remoteAddress}:${stream.remotePort}`;
    });
    watchStream(stream, 'the master', this.#watch);
    return stream;
  }

  override check(info: { role?: string }): boolean {
    return super.check(info) && this.#watch.admits(this.#server, info as ServerInfo);
  }
}

function watchStream(stream: Socket, fallback: string, watch: ConnectionWatch): void {
  let at: { host: string; port: number } | null = null;
  stream.once('connect', () => {
    at = { host: stream.remoteAddress ?? '', port: stream.remotePort ?? 0 };
  });
  stream.once('error', (error) => watch.failed(fallback, error));
  stream.once('close', () => {
    if (at && stream.bytesRead === 0) watch.stayedSilent(fallback, at.host, at.port);
  });
}
