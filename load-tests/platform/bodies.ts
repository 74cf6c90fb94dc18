/** Reads bodies as a platform does that takes what it can: JSON, forms, and anything else unread. */
import type { FastifyInstance, FastifyRequest } from 'fastify';

export function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (isForm(request)) return done(null, Object.fromEntries(new URLSearchParams(text)));
    try {
      done(null, text === '' ? undefined : JSON.parse(text));
    } catch {
      // A body in a form that nobody here reads is no error, unless it is said to be JSON.
      if (isJson(request)) done(Object.assign(new Error('body: must be JSON'), { statusCode: 400 }));
      else done(null, undefined);
    }
  });
}

// curl sends JSON as a form where it is not told otherwise; the control paths take it all the same.
function isForm(request: FastifyRequest): boolean {
  const isControl = request.url.startsWith('/_platform/');
  return !isControl && typeOf(request).startsWith('application/x-www-form-urlencoded');
}

function isJson(request: FastifyRequest): boolean {
  return request.url.startsWith('/_platform/') || typeOf(request).startsWith('application/json');
}

function typeOf(request: FastifyRequest): string {
  return request.headers['content-type'] ?? '';
}
