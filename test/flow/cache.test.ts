/** Nobody inherits a place through a cache: behind nginx as a caching proxy each visitor gets the own number, cookie and answer. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, NAVIGATION, type Reply } from '../support/http-client.ts';
import { startCachingProxy } from '../support/nginx.ts';
import {
  echo,
  type RecordingPlatform,
  respond,
  startRecordingPlatform,
} from '../support/recording-platform.ts';

const VISITORS = 100;

let platform: RecordingPlatform;
const proxies: Record<string, string> = {};

beforeAll(async () => {
  platform = await startRecordingPlatform();
  const rooms = [200, 202, 429].map(
    (status) => `  w${status}: { waitStatus: ${status}, limits: { sessions: 0 } }`,
  );
  const rules = [200, 202, 429].map(
    (status) => `  - { name: w${status}, match: { path: /w${status}/* }, room: w${status} }`,
  );
  const gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
${rooms.join('\n')}
  paused: { state: paused }
  offline: { state: offline }
  platform: { limits: { sessions: 100000 } }
rules:
${rules.join('\n')}
  - { name: paused, match: { path: /paused/* }, room: paused }
  - { name: offline, match: { path: /offline/* }, room: offline }
  - { name: assets, match: { path: /assets/* }, action: bypass }
default: { room: platform, upstream: platform }
`,
  });
  proxies['default settings'] = await startCachingProxy(gate.url);
  // By itself nginx keeps no answer with a cookie; here only what the gate says of caching keeps places apart.
  proxies['cookies ignored'] = await startCachingProxy(
    gate.url,
    'proxy_cache_valid any 10m; proxy_ignore_headers Set-Cookie;',
  );
  proxies['a lifetime for all answers'] = await startCachingProxy(gate.url, 'proxy_cache_valid any 10m;');
});

beforeEach(() => {
  platform.forget();
  platform.answer = echo;
});

/** Of visitors without a cookie, a few at a time. */
async function visits(
  url: string,
  count = VISITORS,
  headers: Record<string, string> = NAVIGATION,
): Promise<Reply[]> {
  const replies: Reply[] = [];
  while (replies.length < count)
    replies.push(...(await Promise.all(Array.from({ length: 10 }, () => ask(url, { headers })))));
  return replies;
}

/** The token of each, as its claims; a place that two share would be one claim twice. */
const idOf = (reply: Reply, kind: 't' | 'p'): string => {
  const token = new RegExp(`hg_${kind}_[^=]+=([^;]+)`).exec(cookiesOf(reply))?.[1];
  const { jti } = JSON.parse(Buffer.from(token!.split('.')[1]!, 'base64url').toString()) as { jti: string };
  return jti;
};
const numberOf = (reply: Reply): number => {
  const token = /hg_t_[^=]+=([^;]+)/.exec(cookiesOf(reply))![1]!;
  return (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { n: number }).n;
};

describe.each(['default settings', 'a lifetime for all answers', 'cookies ignored'])(
  'nginx with proxy_cache and %s',
  (how) => {
    const at = (path: string) => `${proxies[how]}${path}?${how.length}`;

    test('does cache, so that the laws below say something', async () => {
      platform.answer = () => respond(200, ['cache-control: public, max-age=600'], 'asset');
      const replies = await visits(at('/assets/app.css'), 20);
      expect(replies.at(-1)?.headers['x-cache']).toBe('HIT');
      expect(platform.requests.length).toBeLessThan(20);
    });

    test.each([200, 202, 429])(
      `${VISITORS} visitors who are told to wait with status %i get ${VISITORS} numbers`,
      async (status) => {
        const replies = await visits(at(`/w${status}/page`));
        expect(new Set(replies.map((reply) => `${reply.status} ${reply.state}`))).toEqual(
          new Set([`${status} waiting`]),
        );
        expect(new Set(replies.map(numberOf)).size).toBe(VISITORS);
        expect(new Set(replies.map((reply) => idOf(reply, 't'))).size).toBe(VISITORS);
      },
    );

    test.each(['paused', 'offline'])(
      `${VISITORS} visitors of a room that is %s get ${VISITORS} numbers`,
      async (state) => {
        const replies = await visits(at(`/${state}/page`));
        expect(new Set(replies.map((reply) => reply.state))).toEqual(new Set([state]));
        expect(new Set(replies.map(numberOf)).size).toBe(VISITORS);
      },
    );

    test.each([
      ['public, max-age=600', ['cache-control: public, max-age=600']],
      ['s-maxage', ['cache-control: s-maxage=600', 'expires: Thu, 01 Jan 2099 00:00:00 GMT']],
      ['X-Accel-Expires', ['x-accel-expires: 600', 'cache-control: public']],
      [
        'Expires alone',
        ['expires: Thu, 01 Jan 2099 00:00:00 GMT', 'last-modified: Thu, 01 Jan 2015 00:00:00 GMT'],
      ],
      ['nothing of caching', []],
    ])('%s: an answer to which the gate added a pass is nobody else’s', async (name, headers) => {
      platform.answer = () => respond(200, headers, 'inside');
      const replies = await visits(at(`/page/${encodeURIComponent(name)}`));
      expect(new Set(replies.map((reply) => `${reply.state} ${reply.text}`))).toEqual(
        new Set(['admitted inside']),
      );
      expect(new Set(replies.map((reply) => idOf(reply, 'p'))).size).toBe(VISITORS);
      expect(new Set(replies.map((reply) => reply.headers['cache-control']))).toEqual(
        new Set(['private, no-store']),
      );
      expect(platform.requests).toHaveLength(VISITORS);
    });

    test('what programs are told is theirs alone too', async () => {
      const replies = await visits(at('/w200/api'), 20, { accept: 'application/json' });
      expect(replies.map((reply) => reply.headers['x-cache'])).not.toContain('HIT');
      const taken = await Promise.all(
        Array.from({ length: 20 }, () => ask(at('/.headgate/rooms/w202/tickets'), { method: 'POST' })),
      );
      expect(new Set(taken.map((reply) => reply.json().number)).size).toBe(20);
      const seen = await Promise.all(
        taken.map((reply) =>
          ask(at('/.headgate/rooms/w202/ticket'), {
            headers: { 'headgate-ticket': reply.json<{ ticket: string }>().ticket },
          }),
        ),
      );
      expect(seen.map((reply) => reply.json().number)).toEqual(taken.map((reply) => reply.json().number));
    });
  },
);
