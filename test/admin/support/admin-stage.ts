/** An admin API on real sockets and real files, with tokens of every role, for laws about what it answers. */
import type { FastifyInstance } from 'fastify';
import { type AuditBook, createAuditLog } from '../../../admin/audit-log/audit-log.ts';
import { auditLogRoutes } from '../../../admin/audit-log/audit-log-routes.ts';
import type { OidcSettings } from '../../../admin/auth/oidc.ts';
import { createAuth } from '../../../admin/auth/sign-in.ts';
import { tokenRoutes } from '../../../admin/auth/token-routes.ts';
import { createTokenTable, type TokenTable } from '../../../admin/auth/token-table.ts';
import type { Auth } from '../../../admin/auth/words.ts';
import { controlFile, type OpenedData, openControlData } from '../../../admin/data/open.ts';
import { createAdminServer } from '../../../admin/http/app.ts';
import { createEventHub, type Events } from '../../../admin/http/events.ts';
import type { Role, Route } from '../../../admin/words.ts';
import { type Clock, systemClock } from '../../../gateway/clock.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export interface AdminStage {
  server: FastifyInstance;
  url: string;
  dataPath: string;
  data: OpenedData;
  audit: AuditBook;
  tokens: TokenTable;
  auth: Auth;
  hub: Events;
  routes: readonly Route[];
  /** Messages and facts as they were logged. */
  logged: { level: string; facts: object; message: string }[];
  /** A new token's text. */
  tokenOf(role: Role, rooms?: string[]): string;
  ask(
    method: string,
    path: string,
    how?: { token?: string | undefined; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>;
}

export interface StageParts {
  routes?: (parts: { data: OpenedData; audit: AuditBook; hub: Events }) => Route[];
  clock?: Clock;
  environmentToken?: string;
  oidc?: OidcSettings;
}

export async function adminStage({
  routes,
  clock = systemClock,
  environmentToken,
  oidc,
}: StageParts = {}): Promise<AdminStage> {
  const dataPath = await tempFolder();
  const logged: AdminStage['logged'] = [];
  const log = {
    say: (level: string, facts: object, message: string) => void logged.push({ level, facts, message }),
  };
  const data = openControlData(controlFile(dataPath), clock, log);
  const audit = createAuditLog(data, clock, log);
  const tokens = createTokenTable(data, clock, audit);
  const auth = createAuth({ tokens, environmentToken, oidc: oidc ?? null, clock, log });
  const hub = createEventHub(clock.wallMs);
  const all = [...tokenRoutes(tokens), ...auditLogRoutes(audit), ...(routes?.({ data, audit, hub }) ?? [])];
  const settings = { listen: { trustedProxies: [], keepAliveSeconds: 75 } };
  const server = createAdminServer({ routes: all, auth, data, hub, clock, log, version: '0.0.0', settings });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  cleanUpLater(async () => {
    await server.close();
    audit.close();
    data.close();
  });
  let made = 0;
  return {
    server,
    url,
    dataPath,
    data,
    audit,
    tokens,
    auth,
    hub,
    routes: all,
    logged,
    tokenOf: (role, rooms) => {
      made += 1;
      const token = {
        name: `${role} ${made}`,
        role,
        rooms: rooms ?? null,
        expiresInHours: null,
        reason: 'a test',
      };
      return tokens.add(token, 'a test').text;
    },
    ask: (method, path, { token, body, headers } = {}) =>
      fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      }),
  };
}
