/** The API's own description: OpenAPI 3.1 made of the schemas that judge, and a page to read it that needs nothing from elsewhere. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problems.ts';

const TEXT = `Everything under \`/v1\` needs \`authorization: Bearer <token>\`.
Lists answer \`{ items, next }\`; \`next\` is the \`cursor\` of the following page, null on the last.
Errors are problem documents (RFC 9457); \`errors\` names each fault by a JSON pointer.`;

/** The page's own files, and styles that it sets by itself; nothing from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The bar above names whoever made the page, and asks for the address of another document. */
const PLAIN = '.swagger-ui .topbar { display: none }';

export function addReference(server: FastifyInstance, version: string): void {
  server.addSchema(Problem);
  server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Headgate admin API', version, description: TEXT },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `def-${index}`),
    },
  });
  server.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true, docExpansion: 'list', validatorUrl: null, persistAuthorization: false },
    staticCSP: PAGE_POLICY,
    theme: { title: 'Headgate admin API', css: [{ filename: 'headgate.css', content: PLAIN }] },
  });
}

/** Addresses that anybody may read. */
export function addOpenAddresses(server: FastifyInstance): void {
  const hidden = { schema: { hide: true } };
  server.get('/openapi.json', hidden, async () => server.swagger());
  server.get('/live', hidden, async () => ({ live: true }));
  server.get('/', hidden, async (_request, reply) => reply.redirect('/docs/'));
}
