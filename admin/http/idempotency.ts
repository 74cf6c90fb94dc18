/**
 * What must not happen twice happens once for one `idempotency-key`: the first good answer is kept for a day and given again.
 * A key is its actor's. What was refused has changed nothing, so the key is free again. Where the process ended in between,
 * nobody knows whether it happened: the key is answered with 409 until the day is over.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../gateway/clock.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { AdminLog } from '../log.ts';
import type { Answer } from '../words.ts';

export interface IdempotentCall {
  actor: string;
  key: string;
  /** Of method, path and body. */
  request: string;
}

export interface Idempotency {
  /** Throws AdminError: HG_INVALID, HG_IDEMPOTENCY_REUSED, HG_CONFLICT, and what `act` threw. */
  once(call: IdempotentCall, act: () => Promise<Answer>): Promise<Answer>;
}

interface Row {
  request: string;
  answer: string | null;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS idempotency (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT,
    atMs INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
  ) STRICT, WITHOUT ROWID;
`;
const KEPT_MS = 86_400_000;
const REPLAYED = { 'idempotency-replayed': 'true' };

export function hashOfRequest(method: string, path: string, body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body ?? null]))
    .digest('hex');
}

export function createIdempotency(
  data: ControlData,
  clock: Pick<Clock, 'wallMs'>,
  log: AdminLog,
): Idempotency {
  data.define(TABLE);
  const find = data.db.prepare('SELECT request, answer FROM idempotency WHERE actor = ? AND key = ?');
  const begin = data.db.prepare('INSERT INTO idempotency VALUES (?, ?, ?, NULL, ?)');
  const keep = data.db.prepare('UPDATE idempotency SET answer = ? WHERE actor = ? AND key = ?');
  const free = data.db.prepare('DELETE FROM idempotency WHERE actor = ? AND key = ?');
  const prune = data.db.prepare('DELETE FROM idempotency WHERE atMs < ?');
  const running = new Map<string, { request: string; answer: Promise<Answer> }>();

  const act = async (call: IdempotentCall, perform: () => Promise<Answer>): Promise<Answer> => {
    data.transaction(() => {
      prune.run(clock.wallMs() - KEPT_MS);
      begin.run(call.actor, call.key, call.request, clock.wallMs());
    });
    try {
      const answer = await perform();
      quietly(() => keep.run(JSON.stringify(answer), call.actor, call.key));
      return answer;
    } catch (error) {
      quietly(() => free.run(call.actor, call.key));
      throw error;
    }
  };

  /** The answer stands, also where it cannot be remembered. */
  const quietly = (change: () => unknown) => {
    try {
      data.transaction(change);
    } catch (error) {
      log.say('warn', { error: (error as Error).message }, 'an idempotency key was not written down');
    }
  };

  return {
    async once(call, perform) {
      refuseOddKey(call.key);
      const id = JSON.stringify([call.actor, call.key]);
      const first = running.get(id);
      if (first) {
        refuseOther(first.request, call.request);
        return replayed(await first.answer);
      }
      const row = find.get(call.actor, call.key) as unknown as Row | undefined;
      if (row) return kept(row, call.request);
      const answer = act(call, perform).finally(() => running.delete(id));
      running.set(id, { request: call.request, answer });
      return answer;
    },
  };
}

function kept(row: Row, request: string): Answer {
  refuseOther(row.request, request);
  if (row.answer !== null) return replayed(JSON.parse(row.answer) as Answer);
  throw new AdminError(
    'HG_CONFLICT',
    'a request with this idempotency key was begun and its outcome is unknown; look at the present state, then use a new key',
  );
}

function replayed(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, ...REPLAYED } };
}

function refuseOddKey(key: string): void {
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return;
  throw new AdminError('HG_INVALID', 'idempotency-key must have 1 to 200 visible ASCII characters');
}

function refuseOther(first: string, second: string): void {
  if (first !== second)
    throw new AdminError('HG_IDEMPOTENCY_REUSED', 'this key came before with another method, path or body');
}
