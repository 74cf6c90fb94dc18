/** What the signed `headgate-rehearsal` header of a rehearsal says, for the admin process that signs and the gateways that verify. */

export const REHEARSAL_TOKEN = {
  typ: 'hg-rehearsal+jwt',
  alg: 'ES256',
  issuer: 'headgate',
  audience: 'headgate-rehearsal',
} as const;
