/** The books and the modes, under `/_platform/`. A wrong change names its field and changes nothing. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { MODE_CHANGE_SCHEMA, type Mode } from '../mode.ts';
import type { Premises } from '../words.ts';

interface SchemaFault {
  instancePath: string;
  message?: string;
  params: Record<string, unknown>;
}

export function addControl(app: FastifyInstance, premises: Premises): void {
  const booksOf = ({ books }: { books?: string }) =>
    books === 'rehearsal' ? premises.rehearsalBooks : premises.books;
  app.get<{ Querystring: { books?: string } }>('/_platform/stats', ({ query }, reply) => {
    const books = booksOf(query);
    return books === null ? refuseBooks(reply) : books.stats();
  });
  app.get('/_platform/mode', () => premises.mode);
  app.post<{ Querystring: { books?: string } }>('/_platform/reset', ({ query }, reply) => {
    const books = booksOf(query);
    if (books === null) return refuseBooks(reply);
    books.reset();
    return books.stats();
  });
  app.post<{ Body: Partial<Mode> }>(
    '/_platform/mode',
    { schema: { body: MODE_CHANGE_SCHEMA }, attachValidation: true },
    (request, reply) => {
      const fault = request.validationError?.validation?.[0] as SchemaFault | undefined;
      if (fault) return refuseChange(reply, fault);
      return Object.assign(premises.mode, request.body);
    },
  );
}

function refuseBooks(reply: FastifyReply) {
  const error = 'books: only a platform that was started with --integrated has those of a rehearsal';
  return reply.code(404).send({ field: 'books', error });
}

function refuseChange(reply: FastifyReply, fault: SchemaFault) {
  const field = fault.instancePath.slice(1) || String(fault.params.additionalProperty ?? 'body');
  return reply.code(400).send({ field, error: `${field}: ${ruleText(fault)}` });
}

function ruleText({ message, params }: SchemaFault): string {
  if ('additionalProperty' in params)
    return `is no mode; there are ${Object.keys(MODE_CHANGE_SCHEMA.properties).join(', ')}`;
  if ('allowedValues' in params) return `must be one of ${JSON.stringify(params.allowedValues)}`;
  return message ?? 'is wrong';
}
