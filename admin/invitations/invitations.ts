/** Invitations into a room's lane: made by the batch, told once to who asked, and revoked by the batch on all gateways. */
import type { CommandWords } from '../../gateway/control/words.ts';
import type { AuditLog } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import { timeAhead } from '../rooms/times.ts';
import type { Actor } from '../words.ts';
import { signBatch } from './sign.ts';
import { createBatchTable } from './table.ts';
import type { BatchDocument, InvitationPost, NewBatchDocument } from './words.ts';

export interface InvitationsParts {
  /** Has one gateway do it. Throws AdminError HG_NO_GATEWAY, HG_NOT_THERE, HG_CONFLICT. */
  ask(words: Extract<CommandWords, { kind: 'invitations' }>): Promise<unknown>;
  /** Puts the revoked ones into the published document; called within the change, and undone with it. */
  publish(revoked: readonly string[]): void;
  data: ControlData;
  auditLog: AuditLog;
  clock: { wallMs(): number };
  newId(): string;
}

export interface Invitations {
  /** Newest first. */
  list(): BatchDocument[];
  get(id: string): BatchDocument | undefined;
  /** Throws AdminError HG_INVALID, HG_CONFLICT where too many are out, and what `ask` throws. */
  make(actor: Actor, asked: InvitationPost): Promise<NewBatchDocument>;
  /** Throws AdminError HG_NOT_THERE. */
  revoke(actor: Actor, id: string, reason: string): void;
}

/** Gateways hold the ids of those that were revoked until they would have expired. */
const MOST_LIVE = 1_000;
const DEFAULT_MS = 30 * 86_400_000;

export function createInvitations(parts: InvitationsParts): Invitations {
  const { data, auditLog, clock } = parts;
  const table = createBatchTable(data);
  const now = () => new Date(clock.wallMs()).toISOString();

  function write(actor: Actor, batch: BatchDocument, reason: string): void {
    const { id, room, lane, count, expiresAt, note } = batch;
    data.transaction(() => {
      table.add(batch);
      const entry = { actor: actor.name, action: 'invitations.make', subject: room, reason };
      auditLog.append({ ...entry, before: null, after: { id, lane, count, expiresAt, note } });
    });
  }

  async function make(actor: Actor, asked: InvitationPost): Promise<NewBatchDocument> {
    const { room, lane, count, note = null, reason } = asked;
    const issuedAt = clock.wallMs();
    const asks = timeAhead(asked.expiresAt, 'expiresAt', issuedAt);
    if (table.live(now()) >= MOST_LIVE)
      throw new AdminError(
        'HG_CONFLICT',
        `there are ${MOST_LIVE} batches that have not expired; nothing was made`,
      );
    const id = parts.newId();
    // Whole seconds, as the tokens say it.
    const expiresAt = Math.ceil((asks ?? issuedAt + DEFAULT_MS) / 1_000) * 1_000;
    const invitations = await signBatch({ id, room, lane, issuedAt, expiresAt }, count, parts.ask);
    const told = { note: note?.toWellFormed() ?? null, expiresAt: new Date(expiresAt).toISOString() };
    const facts = { id, room, lane, count, ...told };
    const batch = { ...facts, by: actor.name, at: new Date(issuedAt).toISOString() };
    write(actor, { ...batch, revokedAt: null }, reason);
    return { ...batch, invitations };
  }

  function revoke(actor: Actor, id: string, reason: string): void {
    const batch = table.get(id);
    if (batch === undefined) throw new AdminError('HG_NOT_THERE', `there are no invitations ${id}`);
    if (batch.revokedAt !== null) return;
    data.transaction(() => {
      const at = now();
      table.revoke(id, at);
      const { room, lane, count } = batch;
      const entry = { actor: actor.name, action: 'invitations.revoke', subject: room, reason };
      auditLog.append({ ...entry, before: { id, lane, count }, after: { revokedAt: at } });
      parts.publish(table.revoked(at));
    });
  }

  return { list: table.list, get: table.get, make, revoke };
}
