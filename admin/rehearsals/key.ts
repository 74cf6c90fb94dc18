/** The admin process's own key, which signs the header of rehearsals and nothing else: made when it is first needed, and kept on its disk. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { importJWK, type JWK, SignJWT } from 'jose';
import { REHEARSAL_TOKEN } from '../../gateway/control/rehearsal-token.ts';
import type { ControlData } from '../data/words.ts';

export interface RehearsalKey {
  /** For gateways, which verify by it. */
  publicKey(): Readonly<Record<string, unknown>>;
  sign(rehearsal: { id: string; startedAt: string; expiresAt: string }): Promise<string>;
}

const TABLE = `CREATE TABLE IF NOT EXISTS rehearsal_key (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  jwk TEXT NOT NULL
) STRICT`;

const KID_BYTES = 9;

export function createRehearsalKey(data: ControlData): RehearsalKey {
  data.define(TABLE);
  const select = data.db.prepare('SELECT jwk FROM rehearsal_key');
  const insert = data.db.prepare('INSERT INTO rehearsal_key (only, jwk) VALUES (1, ?)');

  const own = (): JWK => {
    const row = select.get() as { jwk: string } | undefined;
    if (row !== undefined) return JSON.parse(row.jwk) as JWK;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const kid = randomBytes(KID_BYTES).toString('base64url');
    const made = { ...privateKey.export({ format: 'jwk' }), kid, alg: REHEARSAL_TOKEN.alg };
    data.transaction(() => insert.run(JSON.stringify(made)));
    return made as JWK;
  };

  return {
    publicKey() {
      const { kty, crv, x, y, kid, alg } = own();
      return { kty, crv, x, y, kid, alg };
    },
    async sign({ id, startedAt, expiresAt }) {
      const { typ, alg, issuer, audience } = REHEARSAL_TOKEN;
      const key = own();
      return new SignJWT()
        .setProtectedHeader({ typ, alg, kid: key.kid as string })
        .setJti(id)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(new Date(startedAt))
        .setExpirationTime(new Date(expiresAt))
        .sign(await importJWK(key, alg));
    },
  };
}
