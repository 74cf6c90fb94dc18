/** `headgate keys token new | list | revoke`: on the admin's data folder, also beside a running admin process, which heeds it at once. */
import { existsSync } from 'node:fs';
import type { Clock } from '../../gateway/clock.ts';
import { type CommandOutput, failed, printable } from '../../gateway/command-output.ts';
import { createAuditLog } from '../audit-log/audit-log.ts';
import { controlFile, openControlData } from '../data/open.ts';
import { AdminError } from '../errors.ts';
import type { AdminLog } from '../log.ts';
import type { Role } from '../words.ts';
import { createTokenTable, type TokenTable } from './token-table.ts';
import type { TokenView } from './words.ts';

export type TokenAsked =
  | { kind: 'new'; role: string; name: string; rooms: string | undefined; expiresHours: string | undefined }
  | { kind: 'list' }
  | { kind: 'revoke'; id: string };

const BY = 'command line';
const onStandardError: AdminLog = { say: (_level, _facts, message) => console.error(`headgate: ${message}`) };

export function tokenCommand(asked: TokenAsked, dataPath: string, clock: Clock): CommandOutput {
  const file = controlFile(dataPath);
  if (asked.kind !== 'new' && !existsSync(file))
    return failed(`there are no tokens in ${dataPath}; name the data folder by --data or HEADGATE_DATA`);
  const data = openControlData(file, clock, onStandardError);
  try {
    return perform(asked, createTokenTable(data, clock, createAuditLog(data, clock, onStandardError)));
  } catch (error) {
    if (error instanceof AdminError && error.code === 'HG_INVALID')
      return { exitCode: 2, stdout: [], stderr: [`headgate: ${error.message}`] };
    if (error instanceof AdminError) return failed(error.message);
    throw error;
  } finally {
    data.close();
  }
}

function perform(asked: TokenAsked, tokens: TokenTable): CommandOutput {
  if (asked.kind === 'new') return make(asked, tokens);
  if (asked.kind === 'list') return { exitCode: 0, stdout: listed(tokens), stderr: [] };
  if (!tokens.revoke(asked.id, BY, null)) return failed(`there is no token ${printable(asked.id)}`);
  return { exitCode: 0, stdout: [`revoked ${asked.id}: it is worth nothing from now on`], stderr: [] };
}

/** The token alone goes to standard output, so that a script can take it. */
function make(asked: TokenAsked & { kind: 'new' }, tokens: TokenTable): CommandOutput {
  const { view, text } = tokens.add(
    {
      name: asked.name,
      role: asked.role as Role,
      rooms: asked.rooms?.split(',').map((room) => room.trim()) ?? null,
      expiresInHours: asked.expiresHours === undefined ? null : Number(asked.expiresHours),
      reason: null,
    },
    BY,
  );
  const stderr = [
    `headgate: made token ${lineOf(view)}`,
    'headgate: it is shown this once; keep it as a password',
  ];
  return { exitCode: 0, stdout: [text], stderr };
}

function listed(tokens: TokenTable): string[] {
  const lines = tokens.list().map((view) => `${lineOf(view)}  ${standing(view, tokens)}`);
  return lines.length > 0 ? lines : ['no tokens'];
}

function lineOf({ id, name, role, rooms }: TokenView): string {
  return `${id}  ${role.padEnd(9)}  ${name}${rooms ? `  (${rooms.join(', ')})` : ''}`;
}

function standing(view: TokenView, tokens: TokenTable): string {
  if (view.revokedAt !== null) return `revoked ${view.revokedAt}`;
  const until =
    view.expiresAt === null ? 'no end' : `${tokens.isGood(view) ? 'until' : 'ended'} ${view.expiresAt}`;
  return `${until}, made ${view.createdAt} by ${view.createdBy}, last used ${view.lastUsedAt ?? 'never'}`;
}
