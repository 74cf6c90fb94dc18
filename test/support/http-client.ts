/** A plain HTTP client for laws about the gate: no cookies by itself, no redirects, headers as they came. */
import { request as send } from 'undici';

export interface Reply {
  status: number;
  state: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  /** Every Set-Cookie, as sent. */
  setCookies: string[];
  text: string;
  json<T = Record<string, unknown>>(): T;
}

export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};

export async function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const answer = await send(url, {
    method: (options.method ?? 'GET') as 'GET',
    headers: options.headers ?? {},
    body: options.body ?? null,
  });
  const text = await answer.body.text();
  const setCookie = answer.headers['set-cookie'] ?? [];
  return {
    status: answer.statusCode,
    state: answer.headers['headgate-state'] as string | undefined,
    headers: answer.headers,
    setCookies: Array.isArray(setCookie) ? setCookie : [setCookie],
    text,
    json: <T>() => JSON.parse(text) as T,
  };
}

/** `name=value` of each cookie that was set and not cleared, ready to be sent back. */
export function cookiesOf(reply: Reply): string {
  return reply.setCookies
    .filter((cookie) => !/Max-Age=0/.test(cookie))
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** A visitor with a cookie jar, who navigates. */
export function visitor(base: string, extra: Record<string, string> = {}) {
  const jar = new Map<string, string>();
  const keep = (reply: Reply) => {
    for (const cookie of reply.setCookies) {
      const [name, value] = (cookie.split(';')[0] as string).split(/=(.*)/s) as [string, string];
      if (/Max-Age=0/.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    return reply;
  };
  const cookie = (): Record<string, string> =>
    jar.size > 0 ? { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } : {};
  return {
    jar,
    /** A top-level navigation, as a browser sends it. */
    open: async (path: string) =>
      keep(await ask(base + path, { headers: { ...NAVIGATION, ...extra, ...cookie() } })),
    send: async (path: string, options: Parameters<typeof ask>[1] = {}) =>
      keep(await ask(base + path, { ...options, headers: { ...extra, ...cookie(), ...options.headers } })),
    /** A posted form, as a browser sends it. */
    post: async (path: string, body = 'a=b') =>
      keep(
        await ask(base + path, {
          method: 'POST',
          body,
          headers: {
            ...NAVIGATION,
            'content-type': 'application/x-www-form-urlencoded',
            ...extra,
            ...cookie(),
          },
        }),
      ),
  };
}
