/** Asks an admin API as an operator's script does. */
import { ask, type Reply } from './http-client.ts';

export interface AdminClient {
  readonly url: string;
  readonly token: string;
  /** The body of a 200. Throws with what came instead. */
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** The body of any 2xx. Throws with what came instead. */
  done<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<T>;
}

/** `path` is below `/v1/`. */
export function adminClient(url: string, token: string): AdminClient {
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(`${url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const done = async <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const reply = await send(method, path, body, headers);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return (reply.text === '' ? null : reply.json()) as T;
  };
  return { url, token, send, done, get: (path) => done('GET', path) };
}

/** How many of a token's last characters are the secret. */
export const SECRET_CHARACTERS = 43;
