/** Why something is lifted or withdrawn: told in the query or in the body, since not every client sends a body with a DELETE. */
import { Type } from 'typebox';
import { AdminError } from '../errors.ts';

/** `reason`: the schema of one. Spread the result into a DELETE's schemas. */
export function deletion(reason: ReturnType<typeof Type.String>) {
  return {
    query: Type.Object({ reason: Type.Optional(reason) }),
    body: Type.Unsafe<{ reason?: string } | null>({
      type: ['object', 'null'],
      additionalProperties: false,
      properties: { reason },
    }),
  };
}

/** Throws AdminError HG_INVALID where neither says why. */
export function reasonOf(ask: {
  query: { reason?: string | undefined };
  body: { reason?: string } | null;
}): string {
  const reason = ask.query.reason ?? ask.body?.reason;
  if (reason !== undefined) return reason;
  throw new AdminError('HG_INVALID', 'say why', {
    faults: [{ path: '/query/reason', message: 'is missing' }],
  });
}
