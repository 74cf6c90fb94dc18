/** Asks a target whether it is well, apart from the visitors' traffic. */
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** Whether the target accepts connections. */
export function probeConnection(origin: URL, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const port = Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80);
    const socket = connect({ host: origin.hostname.replace(/^\[|\]$/g, ''), port });
    const end = (isWell: boolean) => {
      socket.destroy();
      resolve(isWell);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Whether the target answers a GET of the path with 2xx or 3xx, in time. */
export function probePath(
  origin: URL,
  path: string,
  tls: ConnectionOptions,
  timeoutMs: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const options = {
      agent: false as const,
      headers: { 'user-agent': 'headgate-health', connection: 'close' },
    };
    const url = new URL(path, origin);
    const request =
      origin.protocol === 'https:' ? httpsGet(url, { ...options, ...tls }) : httpGet(url, options);
    const end = (isWell: boolean) => {
      clearTimeout(timer);
      request.destroy();
      resolve(isWell);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    request.once('response', ({ statusCode = 500 }) => end(statusCode < 400));
    request.on('error', () => end(false));
  });
}
