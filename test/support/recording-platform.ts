/** A platform that keeps every byte it got, reads it strictly, and answers each request with what it read of it. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { cleanUpLater } from './clean-up.ts';
import { fieldOf, readRequests, type StrictRequest } from './strict-requests.ts';

export interface RecordingPlatform {
  url: string;
  /** Every whole request, in the order of arrival, since `forget`. */
  requests: StrictRequest[];
  /** What the strict reader refused; must stay empty. */
  faults: string[];
  /** What came of requests that never became whole, also on connections that are closed. */
  unfinished(): string;
  /** Connections open now. */
  connections(): number;
  /** The answer to a request, as bytes; the default echoes. */
  answer: (request: StrictRequest) => string | Promise<string>;
  /** Bytes that answer a connection's first bytes at once, before the request is whole; null: none. */
  early: string | null;
  forget(): void;
  close(): void;
}

/** `GET /x?y body` comes back as a JSON body, so that no answer can be taken for another's. */
export function echo(request: StrictRequest): string {
  const body = JSON.stringify({
    method: request.method,
    target: request.target,
    id: fieldOf(request, 'x-id') ?? null,
    body: request.body.toString('latin1'),
  });
  return respond(200, ['content-type: application/json'], request.method === 'HEAD' ? '' : body);
}

export function respond(status: number, headers: readonly string[] = [], body = ''): string {
  return [`HTTP/1.1 ${status} Told`, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', body].join(
    '\r\n',
  );
}

export async function startRecordingPlatform(): Promise<RecordingPlatform> {
  const open = new Map<Socket, Buffer>();
  let leftOver = '';
  const server = createServer({ noDelay: true }, (socket) => serve(socket));
  const platform: RecordingPlatform = {
    url: '',
    requests: [],
    faults: [],
    unfinished: () => leftOver + [...open.values()].map((bytes) => bytes.toString('latin1')).join(''),
    connections: () => open.size,
    answer: echo,
    early: null,
    forget() {
      leftOver = '';
      platform.requests.length = 0;
      platform.faults.length = 0;
    },
    close() {
      server.close();
      for (const socket of open.keys()) socket.destroy();
    },
  };

  function serve(socket: Socket): void {
    open.set(socket, Buffer.alloc(0));
    let answering: Promise<void> = Promise.resolve();
    socket.on('error', () => {});
    socket.on('close', () => {
      leftOver += open.get(socket)?.toString('latin1') ?? '';
      open.delete(socket);
    });
    socket.on('data', (chunk: Buffer) => {
      if (platform.early !== null && open.get(socket)?.length === 0) socket.write(platform.early);
      try {
        const { requests, rest } = readRequests(Buffer.concat([open.get(socket) ?? Buffer.alloc(0), chunk]));
        open.set(socket, rest);
        platform.requests.push(...requests);
        for (const request of platform.early === null ? requests : [])
          answering = answering.then(async () => void socket.write(await platform.answer(request)));
      } catch (error) {
        platform.faults.push(`${(error as Error).message} in ${JSON.stringify(chunk.toString('latin1'))}`);
        socket.destroy();
      }
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  platform.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cleanUpLater(() => platform.close());
  return platform;
}
