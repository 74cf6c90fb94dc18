/** Sends bytes as they are over a socket of its own, and reads the answers strictly: for what no HTTP client would send. */
import { connect, type Socket } from 'node:net';
import { type RawAnswer, readAnswers } from './raw-answers.ts';

export interface RawResult {
  answers: RawAnswer[];
  /** Whether the server closed or reset the connection. */
  isClosed: boolean;
  /** Bytes behind the last whole answer. */
  rest: Buffer;
}

export interface RawConnection {
  socket: Socket;
  write(bytes: string | Buffer): void;
  /** Resolves when `count` answers have come, the server closed, or `withinMs` are over; says which by its result. */
  read(count: number, withinMs?: number): Promise<RawResult>;
  close(): void;
}

/** Strings are sent as latin-1: one byte a character. */
const toBytes = (bytes: string | Buffer) =>
  typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;

/** `methods` names the requests in order, since an answer to HEAD has no body. */
export async function openRaw(url: string, methods: readonly string[] = []): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received: Buffer = Buffer.alloc(0);
  let isClosed = false;
  let wake = () => {};
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  // A reset is an outcome like a close; both end in 'close'.
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
    wake();
  });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const result = (): RawResult => ({ ...readAnswers(received, methods, isClosed), isClosed });
  return {
    socket,
    write: (bytes) => void socket.write(toBytes(bytes)),
    read(count, withinMs = 60_000) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(result()), withinMs);
        wake = () => {
          const present = result();
          if (present.answers.length < count && !isClosed) return;
          clearTimeout(timer);
          resolve(present);
        };
        wake();
      });
    },
    close: () => socket.destroy(),
  };
}

/** Sends the bytes on a new connection, reads `answers` (1 by default) answers, and closes. */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  options: { answers?: number; methods?: readonly string[]; withinMs?: number } = {},
): Promise<RawResult> {
  const connection = await openRaw(url, options.methods);
  connection.write(bytes);
  const result = await connection.read(options.answers ?? 1, options.withinMs);
  connection.close();
  return result;
}
