/** What the admin API answers, whoever sends whatever: problem documents, tags, keys, pages, and its own description. */
import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventRoutes } from '../../admin/http/event-stream.ts';
import { createIdempotency } from '../../admin/http/idempotency.ts';
import { systemClock } from '../../gateway/clock.ts';
import { CATALOGUE } from '../../gateway/errors.ts';
import { type AdminStage, adminStage } from './support/admin-stage.ts';
import { type Samples, sampleRoutes } from './support/sample-routes.ts';

let samples: Samples;
let stage: AdminStage;
let admin: string;
beforeAll(async () => {
  samples = sampleRoutes();
  stage = await adminStage({ routes: samples.routes });
  admin = stage.tokenOf('admin');
});

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  stage.ask(method, path, { token: admin, body, headers });

async function problemOf(answer: Response): Promise<Record<string, unknown>> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const problem = (await answer.json()) as { status: number; type: string; code: keyof typeof CATALOGUE };
  expect(problem.status).toBe(answer.status);
  expect(problem.type).toBe(`/problems/${CATALOGUE[problem.code].slug}`);
  return problem;
}

describe('whatever is wrong is told as a problem document', () => {
  test('all faults at once, each with its pointer, and nothing of what was sent', async () => {
    const body = {
      limits: { sessions: 'many', odd: 1, 'a/b': 2 },
      until: 'tomorrow',
      hidden: 'secret-value',
    };
    const answer = await ask('PATCH', '/v1/samples/room-1?x=1', body, { 'if-match': '"s1"' });
    const problem = await problemOf(answer);
    expect(answer.status).toBe(400);
    expect((problem.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      '/body/hidden',
      '/body/limits/a~1b',
      '/body/limits/odd',
      '/body/limits/sessions',
      '/body/reason',
      '/body/until',
      '/query/x',
    ]);
    expect(JSON.stringify(problem)).not.toContain('secret-value');
  });

  test.each([
    ['GET', '/v1/nowhere', undefined, {}, 404, 'HG_NOT_THERE'],
    ['GET', '/nowhere', undefined, {}, 404, 'HG_NOT_THERE'],
    ['PUT', '/v1/samples', {}, {}, 405, 'HG_METHOD'],
    ['OPTIONS', '/v1/samples', undefined, {}, 405, 'HG_METHOD'],
    ['POST', '/v1/samples', '{', {}, 400, 'HG_INVALID'],
    ['POST', '/v1/samples', '{"__proto__":{"a":1}}', {}, 400, 'HG_INVALID'],
    ['POST', '/v1/samples', 'x', { 'content-type': 'text/plain' }, 415, 'HG_MEDIA_TYPE'],
    ['POST', '/v1/samples', 'x'.repeat(1_048_577), {}, 413, 'HG_BODY_TOO_LARGE'],
    ['DELETE', '/v1/samples', { more: 1 }, {}, 400, 'HG_INVALID'],
    ['PATCH', '/v1/samples/room-1', { reason: 'x' }, {}, 428, 'HG_PRECONDITION_REQUIRED'],
    ['PATCH', '/v1/samples/room-1', { reason: 'x' }, { 'if-match': '"s0"' }, 412, 'HG_PRECONDITION_FAILED'],
    ['GET', '/v1/samples?limit=501', undefined, {}, 400, 'HG_INVALID'],
    ['GET', '/v1/samples?limit=1&limit=2', undefined, {}, 400, 'HG_INVALID'],
    ['GET', '/v1/samples?cursor=nonsense', undefined, {}, 400, 'HG_INVALID'],
    ['GET', '/v1/samples/%zz', undefined, {}, 400, 'HG_BAD_REQUEST'],
    ['GET', `/v1/samples/${'a'.repeat(65)}`, undefined, {}, 400, 'HG_INVALID'],
  ])('%s %s', async (method, path, body, headers, status, code) => {
    const answer = await ask(method, path, body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(await problemOf(answer)).toMatchObject({ code });
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET, HEAD, POST, DELETE');
  });

  test('what the parser refuses, too', async () => {
    const socket = connect(Number(new URL(stage.url).port), '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n');
    const text = await new Promise<string>((resolve) => {
      let all = '';
      socket.on('data', (chunk) => {
        all += chunk;
      });
      socket.on('close', () => resolve(all));
    });
    expect(text).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json[\s\S]*HG_BAD_REQUEST/);
  });

  test('a fault of our own is logged, and told with nothing but its id', async () => {
    samples.fail(new TypeError('the secret inside'));
    const answer = await ask('POST', '/v1/samples', { reason: 'x' });
    samples.fail(null);
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ status: 500, code: 'HG_INTERNAL', id: expect.any(String) });
    expect(JSON.stringify(problem)).not.toContain('inside');
    expect(JSON.stringify(stage.logged)).toContain(problem.id);
  });

  test('a full disk is 507, changes nothing, and keeps nobody from looking', async () => {
    const full = await adminStage({ routes: sampleRoutes().routes });
    const token = full.tokenOf('admin');
    const { page_count } = full.data.db.prepare('PRAGMA page_count').get() as { page_count: number };
    full.data.db.exec(`PRAGMA max_page_count = ${page_count}`);
    const body = { reason: 'x', limits: { tags: ['a'] } };
    const change = async () => {
      for (let tries = 0; tries < 500; tries += 1) {
        const { etag } = await full
          .ask('GET', '/v1/samples/room-1', { token })
          .then(({ headers }) => ({ etag: headers.get('etag') ?? '' }));
        const answer = await full.ask('PATCH', '/v1/samples/room-1', {
          token,
          body,
          headers: { 'if-match': etag },
        });
        if (answer.status !== 200) return { answer, etag };
      }
      throw new Error('the disk never filled up');
    };
    const { answer, etag } = await change();
    expect(await problemOf(answer)).toMatchObject({ status: 507, code: 'HG_CONTROL_UNWRITABLE' });
    const seen = await full.ask('GET', '/v1/samples/room-1', { token });
    expect([seen.status, seen.headers.get('etag')]).toEqual([200, etag]);
    full.data.db.exec('PRAGMA max_page_count = 1000000');
    const again = await full.ask('PATCH', '/v1/samples/room-1', {
      token,
      body,
      headers: { 'if-match': etag },
    });
    expect(again.status).toBe(200);
  });
});

describe('every answer', () => {
  test('is neither framed nor guessed at, and other sites may not read it', async () => {
    for (const path of ['/live', '/v1/samples', '/nowhere', '/docs/', '/openapi.json']) {
      const { headers } = await ask('GET', path, undefined, { origin: 'https://elsewhere.example' });
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
      expect(headers.get('access-control-allow-origin'), path).toBeNull();
      expect(headers.get('server') ?? headers.get('x-powered-by'), path).toBeNull();
    }
  });

  test('is 304 to who has it already, and the tag is what If-Match must name', async () => {
    const first = await ask('GET', '/v1/samples/room-1');
    const etag = first.headers.get('etag') as string;
    const same = await ask('GET', '/v1/samples/room-1', undefined, { 'if-none-match': `"x", W/${etag}` });
    expect([same.status, await same.text()]).toEqual([304, '']);
    const changed = await ask('PATCH', '/v1/samples/room-1', { reason: 'x' }, { 'if-match': etag });
    expect(changed.status).toBe(200);
    const late = await ask('PATCH', '/v1/samples/room-1', { reason: 'x' }, { 'if-match': etag });
    expect(late.status).toBe(412);
    expect((await ask('GET', '/v1/samples/room-1', undefined, { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('an idempotency key', () => {
  const post = (key: string, body: unknown = { reason: 'x' }, token = admin) =>
    stage.ask('POST', '/v1/samples', { token, body, headers: { 'idempotency-key': key } });

  test('makes a repeated request happen once, and answers it as the first', async () => {
    const before = samples.happened();
    const [first, second] = [await post('a'), await post('a')];
    expect(samples.happened()).toBe(before + 1);
    expect(await second.json()).toEqual(await first.json());
    expect(second.status).toBe(201);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  });

  test('makes requests that come while the first one runs wait for it, and happen once', async () => {
    const { once } = createIdempotency(stage.data, systemClock, { say: () => {} });
    const { promise, resolve } = Promise.withResolvers<void>();
    let count = 0;
    const act = async () => {
      await promise;
      count += 1;
      return { status: 201, body: { count } } as const;
    };
    const call = { actor: 'a', key: 'at-once', request: 'r' };
    const asked = Array.from({ length: 20 }, () => once(call, act));
    const other = once({ ...call, request: 'other' }, act);
    await expect(other).rejects.toMatchObject({ code: 'HG_IDEMPOTENCY_REUSED' });
    resolve();
    expect((await Promise.all(asked)).map(({ body }) => body)).toEqual(Array(20).fill({ count: 1 }));
  });

  test('holds for requests over many connections at once', async () => {
    const before = samples.happened();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('b')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(samples.happened()).toBe(before + 1);
  });

  test('with another request is refused, and is another actor’s own', async () => {
    await post('c');
    expect((await post('c', { reason: 'other' })).status).toBe(422);
    const before = samples.happened();
    expect((await post('c', { reason: 'other' }, stage.tokenOf('operator'))).status).toBe(201);
    expect(samples.happened()).toBe(before + 1);
  });

  test('is free again where nothing was changed', async () => {
    samples.fail(new Error('no'));
    expect((await post('d')).status).toBe(500);
    samples.fail(null);
    expect((await post('d')).status).toBe(201);
  });

  test('whose request was cut off by the process’s end is answered with 409, not a second time', async () => {
    const row = 'INSERT INTO idempotency SELECT actor, ?, request, NULL, atMs FROM idempotency WHERE key = ?';
    await post('e');
    stage.data.db.prepare(row).run('f', 'e');
    expect((await post('f')).status).toBe(409);
  });

  test('is forgotten after a day', async () => {
    const before = samples.happened();
    await post('g');
    stage.data.db.exec("UPDATE idempotency SET atMs = atMs - 86400001 WHERE key = 'g'");
    await post('h');
    await post('g');
    expect(samples.happened()).toBe(before + 3);
  });
});

describe('a list', () => {
  test('comes a page at a time, whole and in order', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const answer = await ask('GET', `/v1/samples?limit=3${cursor && `&cursor=${cursor}`}`);
      const page = (await answer.json()) as { items: string[]; next: string | null };
      seen.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 7 }, (_, index) => `room-${index}`));
  });
});

describe('live events', () => {
  const event = (room: string | null, summary: string) =>
    ({ kind: 'finding', room, summary, severity: 'info', data: { a: 1 } }) as const;

  async function listen(token: string, headers: Record<string, string> = {}) {
    const leave = new AbortController();
    const answer = await fetch(`${stage.url}/v1/events`, {
      signal: leave.signal,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (word: string) => {
      while (!text.includes(word)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended before ${word}: ${text}`);
        text += value;
      }
      return text;
    };
    await until('retry:');
    return { answer, until, leave: () => leave.abort() };
  }

  test('reach who listens, and organisers those of their rooms alone', async () => {
    const viewer = await listen(stage.tokenOf('viewer'));
    const organiser = await listen(stage.tokenOf('organiser', ['room-1']));
    expect(viewer.answer.headers.get('content-type')).toBe('text/event-stream');
    for (const room of ['room-2', null, 'room-1']) stage.hub.emit(event(room, `of ${room}`));
    expect(await viewer.until('of room-1')).toMatch(/of room-2[\s\S]*of null[\s\S]*of room-1/);
    const seen = await organiser.until('of room-1');
    expect(seen).not.toMatch(/of room-2|of null/);
    expect(seen).toMatch(/id: \S+\nevent: finding\ndata: \{.*"at":"20/);
    viewer.leave();
    organiser.leave();
  });

  test('go on from the last one that was seen', async () => {
    stage.hub.emit(event(null, 'seen'));
    const id = stage.hub.since(null).at(-1)!.id;
    for (const summary of ['missed one', 'missed two']) stage.hub.emit(event(null, summary));
    const again = await listen(admin, { 'last-event-id': id });
    const text = await again.until('missed two');
    expect(text.match(/summary":"([^"]*)/g)).toHaveLength(2);
    again.leave();
  });

  test('are remembered to a thousand, and all of them are told to who comes from before a restart', async () => {
    for (let n = 0; n < 2_500; n += 1) stage.hub.emit(event(null, `number ${n}`));
    expect(stage.hub.since(null)).toHaveLength(1_000);
    expect(stage.hub.since('other-5')).toHaveLength(1_000);
    expect(stage.hub.since(stage.hub.since(null)[997]!.id).map(({ event: { summary } }) => summary)).toEqual([
      'number 2498',
      'number 2499',
    ]);
  });

  test('end with the token, and cut off who does not read', async () => {
    const [route] = eventRoutes(stage.hub, 5);
    let isGood = true;
    const actor = { name: 'a', role: 'viewer', rooms: null } as const;
    const base = { params: undefined, query: undefined, body: undefined, actor, ifMatch: null };
    const listening = (await route!.handle({ ...base, mayGoOn: async () => isGood }))
      .body as NodeJS.ReadableStream;
    listening.resume();
    isGood = false;
    await new Promise((resolve) => listening.once('end', resolve));
    const idle = (await route!.handle(base)).body as NodeJS.ReadableStream & {
      destroyed: boolean;
      readableLength: number;
    };
    const big = { ...event(null, 'x'.repeat(100_000)) };
    for (let n = 0; n < 50 && !idle.destroyed; n += 1) stage.hub.emit(big);
    expect(idle.destroyed).toBe(true);
    expect(idle.readableLength).toBeLessThan(1_300_000);
  });
});

describe('the reference', () => {
  test('describes every route, its refusals and how to sign in, made of the schemas that judge', async () => {
    const document = (await (await stage.ask('GET', '/openapi.json')).json()) as {
      openapi: string;
      paths: Record<
        string,
        Record<string, { security: object[]; responses: Record<string, object>; requestBody?: object }>
      >;
      components: { securitySchemes: object; schemas: object };
    };
    expect(document.openapi).toBe('3.1.0');
    expect(document.components.securitySchemes).toEqual({ bearer: { type: 'http', scheme: 'bearer' } });
    expect(document.components.schemas).toHaveProperty('Problem');
    for (const route of stage.routes) {
      const operation =
        document.paths[route.path.replaceAll(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
      expect(operation?.security, route.path).toEqual([{ bearer: [] }]);
      expect(Object.keys(operation!.responses)).toEqual(
        expect.arrayContaining([...Object.keys(route.answers), '400', '401', '403', '429', '500']),
      );
    }
    const patch = JSON.stringify(document.paths['/v1/samples/{room}']!.patch);
    expect(patch).toContain('"additionalProperties":false');
    expect(patch).toMatch(/application\/problem\+json[^}]*#\/components\/schemas\/Problem/);
    expect(document.paths).toHaveProperty('/v1/events');
    expect(Object.keys(document.paths).every((path) => path.startsWith('/v1/'))).toBe(true);
  });

  test('is a page that asks nobody else for anything', async () => {
    expect((await stage.ask('GET', '/')).headers.get('location')).toBe('/docs/');
    const page = await (await stage.ask('GET', '/docs/')).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file as string);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(file).toMatch(/^\.\//);
      expect((await stage.ask('GET', `/docs/${file.slice(2)}`)).status, file).toBe(200);
    }
    const initializer = await (await stage.ask('GET', '/docs/static/swagger-initializer.js')).text();
    expect(initializer).toContain('"validatorUrl":null');
  });
});
