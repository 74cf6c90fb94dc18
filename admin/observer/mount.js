/** Mounts an observer in servers: Express, Connect and `node:http` by a middleware, Fastify by a plugin. */
import { refusal, sendRefusal } from './refuse.js';

/**
 * `settle` answers a verdict or a promise of one, `observe` always a verdict. Only a server that refuses waits for the promise; in every other case,
 * and when something in here fails, the request goes on at once.
 */
export function mount({ settle, observe, refuse, troubles }) {
  const failed = (error) => troubles.is('judging', `a request was not judged: ${error.message}`);

  /** Calls `go` or `stop`, once. */
  function decide(request, go, stop) {
    let verdict;
    try {
      verdict = settle(request);
    } catch (error) {
      failed(error);
      return go();
    }
    if (!(verdict instanceof Promise)) return verdict.isRefused ? stop() : go();
    const settled = verdict.catch((error) => {
      failed(error);
      return null;
    });
    if (!refuse) return go();
    return void settled.then((late) => (late?.isRefused ? stop() : go()));
  }

  function middleware(request, response, next) {
    decide(request, next, () => sendRefusal(request, response));
  }

  function fastify(app, _options, done) {
    app.addHook('onRequest', (request, reply, goOn) => {
      decide(request.raw, goOn, () => {
        const { status, headers, body } = refusal(request.raw);
        // As bytes: to a text Fastify would add a charset of its own.
        reply.code(status).headers(headers).send(Buffer.from(body));
      });
    });
    done();
  }
  // Fastify's own marks: the hook holds for the whole app, not for an encapsulated part of it.
  fastify[Symbol.for('skip-override')] = true;
  fastify[Symbol.for('fastify.display-name')] = '@headgate/observer';

  /** An upgrade has no middleware: its server asks here whether it may go on. */
  function upgrade(request, socket) {
    try {
      if (!observe(request).isRefused) return true;
    } catch (error) {
      failed(error);
      return true;
    }
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    return false;
  }

  return { middleware, fastify, upgrade };
}
