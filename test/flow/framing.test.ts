/** Framing: what two readers could take for different requests is refused; all else reaches the platform as the one request that a strict reader sees. */
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION } from '../support/http-client.ts';
import { headerOf, type RawAnswer } from '../support/raw-answers.ts';
import { openRaw, type RawResult, sendRaw } from '../support/raw-http.ts';
import {
  echo,
  type RecordingPlatform,
  respond,
  startRecordingPlatform,
} from '../support/recording-platform.ts';
import { readRequests, type StrictRequest } from '../support/strict-requests.ts';
import { type FramingCase, readCases } from './framing-cases.ts';

const CASES = readCases(new URL('corpora/framing.txt', import.meta.url));
const UNTIL_CLOSED = Number.POSITIVE_INFINITY;

let platform: RecordingPlatform;
let gate: GatewayProcess;

beforeAll(async () => {
  platform = await startRecordingPlatform();
  gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { platform: {}, full: { limits: { sessions: 0 } } }
rules:
  - { name: full, match: { path: /full/* }, room: full }
  - { name: everything, match: { path: "/*" }, action: bypass }
  - { name: asterisk, match: { methods: [OPTIONS] }, action: bypass }
default: { room: platform, upstream: platform }
`,
  });
});

beforeEach(() => {
  platform.forget();
  platform.answer = echo;
  platform.early = null;
});

const get = (target: string, id = '') => `GET ${target} HTTP/1.1\r\nHost: h\r\nX-Id: ${id}\r\n\r\n`;
const told = ({ method, target, body }: StrictRequest) =>
  `${method} ${target} ${body.toString('latin1')}`.trimEnd();
const seen = () => platform.requests.map(told);
const echoed = (answer: RawAnswer | undefined) =>
  answer === undefined
    ? undefined
    : (JSON.parse(answer.body.toString()) as { target: string; id: string; body: string });

/** A request of another client, answered: whatever the gate sent on before has reached the platform as well. */
async function fence(): Promise<void> {
  const reply = await ask(`${gate.url}/fence`);
  expect(reply.json().target).toBe('/fence');
  platform.requests.splice(
    platform.requests.findIndex(({ target }) => target === '/fence'),
    1,
  );
}

async function judge({ outcome }: FramingCase, result: RawResult): Promise<void> {
  await fence();
  expect(platform.faults).toEqual([]);
  if (outcome.kind === 'one') {
    const behind = outcome.keeps ? ['GET /behind'] : [];
    expect(seen()).toEqual([outcome.seen.trimEnd(), ...behind]);
    const finals = result.answers.filter(({ status }) => status >= 200);
    expect(finals.map(({ status }) => status)).toEqual(seen().map(() => 200));
    if (outcome.keeps && !outcome.seen.startsWith('HEAD')) expect(echoed(finals[1])?.target).toBe('/behind');
    return;
  }
  expect(seen()).toEqual([]);
  expect(platform.unfinished()).toBe('');
  if (outcome.kind === 'never') return;
  expect(result.answers.map(({ status }) => String(status))).toEqual([expect.stringMatching(outcome.status)]);
  expect(headerOf(result.answers[0]!, 'connection')).toBe('close');
  expect(result.isClosed).toBe(true);
}

describe('each malformed or ambiguous request is refused, or is the one that a strict reader sees', () => {
  test('the corpus holds at least 120 that are refused, and no name twice', () => {
    expect(CASES.filter(({ outcome }) => outcome.kind !== 'one').length).toBeGreaterThanOrEqual(120);
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });

  test.each(CASES)('$name', async (framing) => {
    const { outcome, bytes } = framing;
    const connection = await openRaw(gate.url);
    connection.write(outcome.kind === 'never' ? bytes : bytes + get('/behind'));
    if (outcome.kind === 'never') await fence();
    const result =
      outcome.kind === 'never' ? await connection.read(0) : await connection.read(wanted(outcome));
    connection.close();
    await judge(framing, result);
  });

  const pieces = CASES.filter(({ bytes, outcome }) => bytes.length < 400 && outcome.kind !== 'never');
  test.each(pieces)('byte by byte: $name', async (framing) => {
    const connection = await openRaw(gate.url);
    connection.socket.setNoDelay(true);
    for (const byte of framing.bytes + get('/behind')) {
      connection.write(byte);
      await turn();
    }
    const result = await connection.read(wanted(framing.outcome));
    connection.close();
    await judge(framing, result);
  });

  /** The asserted answers, or until the gate closes. `100 Continue` is an answer more. */
  function wanted(outcome: FramingCase['outcome']): number {
    return outcome.kind === 'one' && outcome.keeps ? 2 : UNTIL_CLOSED;
  }
});

describe('requests behind one another', () => {
  const BAD = 'GET /bad HTTP/1.1\r\nHost: h\r\nHost: evil\r\n\r\n';
  const GARBLED = 'GET /bad HTTP/1.1\r\nHost : h\r\n\r\n';

  test.each([
    ['refused by the gate', BAD],
    ['refused by the parser', GARBLED],
  ])('good, then one %s, then good: the first is answered, the last is never looked at', async (_, bad) => {
    const result = await sendRaw(gate.url, get('/first', '1') + bad + get('/last', '3'), {
      answers: UNTIL_CLOSED,
    });
    await fence();
    expect(seen()).toEqual(['GET /first']);
    expect(result.isClosed).toBe(true);
    expect(result.answers.map(({ status }) => status)).toEqual([200, 400]);
    expect(echoed(result.answers[0])?.id).toBe('1');
  });

  test('while the platform still works on the first, nothing behind a refused one is looked at', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    platform.answer = async (request) => {
      if (request.target === '/slow') await promise;
      return echo(request);
    };
    const connection = await openRaw(gate.url);
    connection.write(get('/slow', '1'));
    await expect.poll(seen).toEqual(['GET /slow']);
    connection.write(BAD + get('/last', '3'));
    await fence();
    connection.write(get('/later', '4'));
    await fence();
    resolve();
    const result = await connection.read(UNTIL_CLOSED);
    expect(result.answers.map(({ status }) => status)).toEqual([200, 400]);
    expect(seen()).toEqual(['GET /slow']);
  });

  test('ten requests in one packet reach the platform one after the other, and are answered in their order', async () => {
    const targets = Array.from({ length: 10 }, (_, at) => `/p/${at}`);
    let inside = 0;
    let most = 0;
    platform.answer = async (request) => {
      most = Math.max(most, ++inside);
      await turn();
      inside--;
      return echo(request);
    };
    const result = await sendRaw(gate.url, targets.map((target) => get(target)).join(''), { answers: 10 });
    expect(result.answers.map((answer) => echoed(answer)?.target)).toEqual(targets);
    expect(seen()).toEqual(targets.map((target) => `GET ${target}`));
    expect(most).toBe(1);
  });

  test('a body that the gate does not want is read past, and is no request', async () => {
    const waiting = await ask(`${gate.url}/full`, { headers: NAVIGATION });
    expect(waiting.state).toBe('waiting');
    const hidden = get('/smuggled');
    const refused = `POST /full HTTP/1.1\r\nHost: h\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`;
    const chunked = `POST /full HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    const reserved = `POST /.headgate/rooms/full/leave HTTP/1.1\r\nHost: h\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`;
    const result = await sendRaw(gate.url, refused + chunked + reserved + get('/innocent', '9'), {
      answers: 4,
    });
    expect(result.answers.map(({ status }) => status)).toEqual([503, 503, 404, 200]);
    expect(seen()).toEqual(['GET /innocent']);
  });

  test('an answer that comes before the body was sent does not turn the rest of the body into a request', async () => {
    platform.early = respond(200, [], 'early');
    const body = get('/smuggled').repeat(10_000);
    const result = await sendRaw(
      gate.url,
      `POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(String(result.answers[0]?.body)).toBe('early');
    platform.early = null;
    await fence();
    expect(seen().filter((request) => request.startsWith('GET'))).toEqual([]);
    expect(platform.faults).toEqual([]);
  });

  test('an upgrade behind a request waits for its turn', async () => {
    const upgrade = 'GET /up HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
    const result = await sendRaw(gate.url, get('/first') + upgrade + get('/last'), { answers: UNTIL_CLOSED });
    expect(result.answers.map(({ status }) => status)).toEqual([200, 400]);
    expect(seen()).toEqual(['GET /first']);
  });
});

describe('an answer behind which the gate closes reaches who still sends', () => {
  test.each([
    ['that expects to continue without a body', 'GET /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n'],
    ['of HTTP/1.0', 'GET /a HTTP/1.0\r\nHost: h\r\n\r\n'],
    ['that closes itself', 'GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'],
    ['refused', 'GET /a HTTP/1.1\r\nHost: h\r\nHost: evil\r\n\r\n'],
  ])('to a request %s', async (_, bytes) => {
    const connection = await openRaw(gate.url);
    connection.socket.pause();
    connection.write(bytes);
    await fence();
    await fence();
    // Had the gate's system reset the connection at the first of them, the client's would give up at the next.
    for (const byte of get('/behind')) {
      connection.write(byte);
      await turn();
    }
    connection.socket.resume();
    const result = await connection.read(UNTIL_CLOSED);
    expect(result.answers).toHaveLength(1);
    expect(result.isClosed).toBe(true);
  });
});

describe('no answer reaches another client', () => {
  test('while 8 clients ask in turn on connections of their own, and attackers send the whole corpus', async () => {
    let isAttacking = true;
    const client = async (name: number) => {
      const connection = await openRaw(gate.url);
      const answers: string[] = [];
      for (let count = 1; isAttacking || count <= 20; count++) {
        const body = `${name}-${count}`;
        connection.write(
          `POST /client/${name}/${count} HTTP/1.1\r\nHost: h\r\nX-Id: ${body}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
        const { answers: got, isClosed } = await connection.read(count);
        if (isClosed) throw new Error(`client ${name} was cut off after ${answers.length} answers`);
        const { target, id, body: echoedBody } = echoed(got[count - 1])!;
        answers.push(`${target} ${id} ${echoedBody}`);
      }
      connection.close();
      return { name, answers };
    };
    const clients = Array.from({ length: 8 }, (_, name) => client(name));
    const attacks = CASES.filter(({ outcome, bytes }) => outcome.kind !== 'never' && bytes.length < 50_000);
    for (let at = 0; at < attacks.length; at += 16)
      await Promise.all(
        attacks.slice(at, at + 16).map(({ bytes, outcome }) =>
          sendRaw(gate.url, bytes + get('/behind'), {
            answers: outcome.kind === 'one' && outcome.keeps ? 2 : UNTIL_CLOSED,
          }),
        ),
      );
    isAttacking = false;
    for (const { name, answers } of await Promise.all(clients)) {
      expect(answers.length).toBeGreaterThanOrEqual(20);
      expect(answers).toEqual(
        answers.map((_, at) => `/client/${name}/${at + 1} ${name}-${at + 1} ${name}-${at + 1}`),
      );
    }
    expect(platform.requests.filter(({ target }) => /smuggled|evil$/.test(target))).toEqual([]);
  });
});

describe('the strict reader, which judges the gate,', () => {
  test.each([
    [
      'two frames',
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a signed length', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na'],
    ['a lone LF', 'GET / HTTP/1.1\nHost: h\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    [
      'a chunk of another size',
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n',
    ],
  ])('refuses %s', (_, bytes) => {
    expect(() => readRequests(Buffer.from(bytes))).toThrow();
  });
});
