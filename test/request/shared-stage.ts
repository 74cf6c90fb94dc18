/** Several gateways' keys on one store in memory, with a clock that the test moves. */
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSharedKeys, type SharedHash } from '../../gateway/request/shared-keys.ts';
import { handClock } from '../store/hand-clock.ts';

export async function sharedStage() {
  const root = await mkdtemp(join(tmpdir(), 'hg-shared-keys-'));
  const clock = handClock();
  const store = { fields: new Map<string, string>(), isUp: true, jumpMs: 0 };
  const logged: string[] = [];

  const asked = () => {
    if (!store.isUp) throw new Error('the store is down');
    return store.fields;
  };
  const hash: SharedHash = {
    read: async () => ({ fields: Object.fromEntries(asked()), nowMs: clock.wallMs() + store.jumpMs }),
    set: async (field, value) => void asked().set(field, value),
    drop: async (fields) => {
      for (const field of fields) asked().delete(field);
    },
    async replace(field, before, after) {
      if ((asked().get(field) ?? null) !== before) return false;
      asked().set(field, after);
      return true;
    },
  };

  return {
    clock,
    store,
    hash,
    logged,
    folder: (name: string) => join(root, name),
    current: () => JSON.parse(store.fields.get('current') ?? 'null') as Record<string, unknown> | null,
    /** As an operator does: every file of one folder into another. */
    copy: (from: string, to: string) => cp(join(root, from), join(root, to), { recursive: true }),
    async copyKeys(from: string, to: string) {
      await mkdir(join(root, to), { recursive: true });
      for (const name of await readdir(join(root, from)))
        if (name.endsWith('.jwk')) await cp(join(root, from, name), join(root, to, name));
    },
    gateway: (id: string, folder = id, needsDraw = false) =>
      createSharedKeys({
        folder: join(root, folder),
        hash,
        gateway: { id, host: `host-of-${id}` },
        overlapHours: 48,
        needsDraw: () => needsDraw,
        clock,
        log: (level, _facts, message) => logged.push(`${level} ${message}`),
      }),
    clear: () => rm(root, { recursive: true, force: true }),
  };
}

export type SharedStage = Awaited<ReturnType<typeof sharedStage>>;
