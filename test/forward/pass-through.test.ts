/** Laws of forwarding in peace: what the platform says is what the client gets, whatever kind of answer it is. */
import { type createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawExchange, startGate, startPlatform, startRawPlatform, upstreamSettings } from './support.ts';

/** What stands in an answer but for what every Node server adds. */
function split(text: string) {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { lines: head.split('\r\n'), body: rest.join('\r\n\r\n') };
}

async function through(answer: string, request = 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n') {
  const platform = await startRawPlatform((socket) => socket.write(answer, 'latin1'));
  const gate = await startGate(upstreamSettings([platform.url]));
  return { ...split(await rawExchange(gate.port, request)), gate };
}

describe('an answer passes unchanged', () => {
  it('with its status message, header casing, order and repeated headers', async () => {
    const { lines, body } = await through(
      'HTTP/1.1 299 Quite Fine\r\nX-CamelCase: One\r\nSet-Cookie: a=1; Path=/\r\nx-camelcase: two\r\nset-cookie: b=2, c=3\r\nContent-Length: 2\r\nX-Latin: \xe4\r\n\r\nok',
    );
    expect(lines[0]).toBe('HTTP/1.1 299 Quite Fine');
    expect(lines.slice(1, 7)).toEqual([
      'X-CamelCase: One',
      'Set-Cookie: a=1; Path=/',
      'x-camelcase: two',
      'set-cookie: b=2, c=3',
      'Content-Length: 2',
      'X-Latin: \xe4',
    ]);
    expect(lines).toContain('headgate-state: admitted');
    expect(body).toBe('ok');
  });

  it('as 204, which has no body', async () => {
    const { lines, body } = await through('HTTP/1.1 204 No Content\r\nETag: "x"\r\n\r\n');
    expect([lines[0], body]).toEqual(['HTTP/1.1 204 No Content', '']);
    expect(lines.join()).not.toMatch(/transfer-encoding|content-length/i);
  });

  it('as 304, which names the length of a body that it has not', async () => {
    const { lines, body } = await through(
      'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 512\r\n\r\n',
    );
    expect([lines[0], body]).toEqual(['HTTP/1.1 304 Not Modified', '']);
    expect(lines).toContain('Content-Length: 512');
  });

  it('to HEAD, with the length of the body that a GET would get', async () => {
    const request = 'HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const { lines, body } = await through('HTTP/1.1 200 OK\r\nContent-Length: 512\r\n\r\n', request);
    expect(lines).toContain('Content-Length: 512');
    expect(body).toBe('');
  });

  it('with an empty body of length 0', async () => {
    const { lines, body } = await through('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect(lines).toContain('Content-Length: 0');
    expect(body).toBe('');
  });

  it('that ends with its connection, in chunks', async () => {
    const platform = await startRawPlatform((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'));
    const gate = await startGate(upstreamSettings([platform.url]));
    const answer = await fetch(gate.url);
    expect([answer.headers.get('transfer-encoding'), await answer.text()]).toEqual(['chunked', 'to the end']);
  });

  it('in chunks, with its trailers', async () => {
    const { lines, body } = await through(
      'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 42\r\nheadgate-x: no\r\n\r\n',
    );
    expect(lines.map((line) => line.toLowerCase())).toContain('trailer: x-sum');
    expect(body).toBe('3\r\nabc\r\n0\r\nX-Sum: 42\r\n\r\n');
  });

  it('to an HTTP/1.0 client: no chunks, no trailers, no 1xx, and the end of the connection is the end', async () => {
    const { lines, body } = await through(
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 42\r\n\r\n',
      'GET /x HTTP/1.0\r\nHost: a\r\n\r\n',
    );
    expect([lines[0], body]).toEqual(['HTTP/1.1 200 OK', 'abc']);
    expect(lines.join()).not.toMatch(/transfer-encoding|trailer/i);
  });

  it('after 102 and 103, which pass as they come', async () => {
    const { lines, body } = await through(
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nheadgate-x: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    expect(lines[0]).toBe('HTTP/1.1 102 Processing');
    expect(body).toMatch(
      /^HTTP\/1.1 103 Early Hints\r\nLink: <\/a.css>; rel=preload\r\n\r\nHTTP\/1.1 200 OK\r\n/,
    );
  });

  it('after a stray 100 that nobody asked for', async () => {
    const { lines, body } = await through(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    expect([lines[0], body]).toEqual(['HTTP/1.1 200 OK', 'ok']);
  });

  it('whose body looks like a 100 itself', async () => {
    const text = 'HTTP/1.1 100 Continue\r\n\r\n';
    const platform = await startRawPlatform((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length * 2}\r\n\r\n`);
      setImmediate(() => socket.write(text, () => setImmediate(() => socket.write(text))));
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    expect(await (await fetch(gate.url)).text()).toBe(text + text);
  });

  it('with a reason phrase that cannot be written again: the usual one stands in', async () => {
    const { lines } = await through('HTTP/1.1 404 Nicht gefunden \xff\x80\r\nContent-Length: 0\r\n\r\n');
    expect(lines[0]).toMatch(/^HTTP\/1.1 404 /);
  });

  it('compressed, byte for byte', async () => {
    const zipped = gzipSync('registration '.repeat(1_000));
    const platform = await startPlatform((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': zipped.length }).end(zipped),
    );
    const gate = await startGate(upstreamSettings([platform.url]));
    const text = await rawExchange(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(Buffer.from(split(text).body, 'latin1').equals(zipped)).toBe(true);
  });

  it('as a range', async () => {
    const platform = await startPlatform((request, response) => {
      expect(request.headers.range).toBe('bytes=2-4');
      response.writeHead(206, { 'content-range': 'bytes 2-4/10', 'content-length': 3 }).end('234');
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const answer = await fetch(gate.url, { headers: { range: 'bytes=2-4' } });
    expect([answer.status, answer.headers.get('content-range'), await answer.text()]).toEqual([
      206,
      'bytes 2-4/10',
      '234',
    ]);
  });

  it('as an event stream: each event at once, and silence is no time-out', async () => {
    let send = (_text: string) => {};
    const platform = await startPlatform((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders();
      send = (text) => response.write(text);
    });
    const timeouts = { connectMs: 2_000, headersMs: 60_000, bodyMs: 40 };
    const gate = await startGate(upstreamSettings([platform.url], { timeouts }));
    const answer = await fetch(gate.url);
    expect(gate.answers[0]).toMatchObject({ isEventStream: true });
    const reader = answer.body!.getReader();
    await new Promise((resolve) => setTimeout(resolve, 150));
    for (const text of ['data: 1\n\n', 'data: 2\n\n']) {
      send(text);
      expect(Buffer.from((await reader.read()).value!).toString()).toBe(text);
    }
    await reader.cancel();
    expect(await gate.outcome(0)).toMatchObject({ kind: 'aborted' });
  });

  it('whose head comes long before its body: the head is not kept back', async () => {
    let finish = () => {};
    const platform = await startPlatform((_request, response) => {
      response.writeHead(200, { 'content-length': 2 }).flushHeaders();
      finish = () => response.end('ok');
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    const answer = await fetch(gate.url);
    expect(answer.status).toBe(200);
    finish();
    expect(await answer.text()).toBe('ok');
  });
});

describe('a request passes unchanged', () => {
  it('with a large body, gathered or streamed, by length or in chunks', async () => {
    const platform = await startPlatform((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const how = `${request.headers['content-length'] ?? '-'} ${request.headers['transfer-encoding'] ?? '-'}`;
        response.setHeader('x-how', how);
        response.end(Buffer.concat(chunks));
      });
    });
    const gate = await startGate(upstreamSettings([platform.url]));
    for (const size of [1, 65_536, 65_537, 1_000_000]) {
      const body = Buffer.alloc(size, 'x');
      const answer = await fetch(gate.url, { method: 'POST', body });
      expect(answer.headers.get('x-how')).toBe(`${size} -`);
      expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
    }
    const chunked = await post(gate.port, ['a', 'bc', 'def']);
    expect([chunked.headers['x-how'], chunked.text]).toEqual(['6 -', 'abcdef']);
  });

  it('with a body on GET and DELETE', async () => {
    const platform = await startPlatform(echo);
    const gate = await startGate(upstreamSettings([platform.url]));
    for (const method of ['GET', 'DELETE']) {
      const text = await rawExchange(
        gate.port,
        `${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody`,
      );
      expect(text).toMatch(/\r\nbody\r\n0/);
    }
  });

  it('after `Expect: 100-continue`, which the gate answers itself', async () => {
    const platform = await startPlatform((request, response) => {
      expect(request.headers.expect).toBeUndefined();
      echo(request, response);
    });
    for (const isOwnContinue of [false, true]) {
      const gate = await startGate(upstreamSettings([platform.url]), { isOwnContinue });
      const text = await rawExchange(
        gate.port,
        'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody',
      );
      expect(text).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n[\s\S]*\r\nbody\r\n0/);
      expect(text.match(/100 Continue/g)).toHaveLength(1);
    }
  });
});

function echo(
  request: IncomingMessage,
  response: Parameters<Parameters<typeof createServer>[1] & {}>[1],
): void {
  request.pipe(response);
}

function post(port: number, chunks: string[]) {
  return new Promise<{ headers: IncomingMessage['headers']; text: string }>((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST' }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ headers: answer.headers, text }));
    });
    request.on('error', reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}
