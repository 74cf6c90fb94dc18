/** What `headgate keys new | rotate | list | retire <kid>` does to the keys folder; each returns the lines to print. */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { openDrawSecret } from './draw-secret.ts';
import {
  badKeys,
  KEY_KINDS,
  type KeyFile,
  type KeyKind,
  keyFileName,
  makeKeys,
  readKeyFiles,
} from './key-files.ts';
import { type KeyRecord, readRecord, recordOr, writeRecord } from './key-record.ts';

/** Adds keys that verify from the next reload on and sign only once rotated to: every gateway can learn them first. */
export async function newKeys(folder: string, nowMs: number): Promise<string[]> {
  const held = await readKeyFiles(folder);
  // Without a record the newest key signs, and the new one would: write down who signs before it appears.
  if (held.length > 0 && !(await readRecord(folder))) await writeRecord(folder, recordOr(null, held));
  const kid = await makeKeys(folder, KEY_KINDS, laterThan(held, nowMs));
  // With a shared store no gateway makes one, and each must have the same.
  await openDrawSecret(folder);
  if (held.length === 0)
    return [
      `made ${kid} (ticket, pass, stamp) in ${folder}, the first keys there`,
      'copy the folder to every gateway that shares a store with this one',
    ];
  return [
    `made ${kid} (ticket, pass, stamp) in ${folder}`,
    'it does not sign yet: copy it to every gateway, then "headgate keys rotate"',
  ];
}

/** Makes the newest key of each kind the current one; where none is newer than the current one, a new one is made first. */
export async function rotateKeys(folder: string, nowMs: number): Promise<string[]> {
  const before = await readKeyFiles(folder);
  const former = recordOr(await readRecord(folder), before);
  const lacking = KEY_KINDS.filter(
    (kind) => newestKid(before, kind) === former[kind] || !newestKid(before, kind),
  );
  if (lacking.length > 0) await makeKeys(folder, lacking, laterThan(before, nowMs));
  const record = rotated(former, await readKeyFiles(folder), nowMs);
  await writeRecord(folder, record);
  return [
    ...KEY_KINDS.map((kind) => `${kind}: ${record[kind]} signs now, before it ${former[kind] || 'none'}`),
    'tokens of the former keys are taken for keys.overlapHours; gateways follow on their next reload',
  ];
}

export async function listKeys(folder: string): Promise<string[]> {
  const keys = await readKeyFiles(folder);
  if (keys.length === 0) return [`no keys in ${folder}`];
  const record = recordOr(await readRecord(folder), keys);
  return keys.map(
    (key) => `${key.kid}  ${key.kind.padEnd(6)}  made ${iso(key.createdAtMs)}  ${standing(key, record)}`,
  );
}

/** Deletes a key's files: tokens signed with it are unknown from then on. Refuses a key that signs. */
export async function retireKey(folder: string, kid: string): Promise<string[]> {
  const keys = await readKeyFiles(folder);
  const record = recordOr(await readRecord(folder), keys);
  const doomed = keys.filter((key) => key.kid === kid);
  if (doomed.length === 0) throw badKeys(folder, `no key ${kid} is there; "headgate keys list" names them`);
  const signing = doomed.find((key) => record[key.kind] === kid);
  if (signing)
    throw badKeys(folder, `${kid} is the current ${signing.kind} key; "headgate keys rotate" first`);
  for (const key of doomed) await unlink(join(folder, keyFileName(kid, key.kind)));
  return [
    `retired ${kid} (${doomed.map((key) => key.kind).join(', ')})`,
    'visitors who still hold tokens of it lose their place',
  ];
}

/** Keys are ordered by age: a new one is the newest also where the clock was set back. */
function laterThan(keys: readonly KeyFile[], nowMs: number): number {
  return Math.max(nowMs, (keys.at(-1)?.createdAtMs ?? 0) + 1);
}

export function newestKid(keys: readonly KeyFile[], kind: KeyKind): string {
  return keys.findLast((key) => key.kind === kind)?.kid ?? '';
}

/** What is said of a shared record beyond these is left out: gateways that share a store heed what is recorded there. */
export function rotated(former: KeyRecord, keys: readonly KeyFile[], nowMs: number): KeyRecord {
  const [ticket, pass, stamp] = KEY_KINDS.map((kind) => newestKid(keys, kind)) as [string, string, string];
  const record = { ticket, pass, stamp, rotatedAt: iso(nowMs), replaced: { ...former.replaced } };
  // A key id may serve several kinds: it is replaced once none of them signs with it.
  const signing = new Set<string>(KEY_KINDS.map((kind) => record[kind]));
  for (const kind of KEY_KINDS) {
    if (former[kind] && !signing.has(former[kind])) record.replaced[former[kind]] = record.rotatedAt;
  }
  for (const kid of signing) delete record.replaced[kid];
  return record;
}

function standing({ kid, kind }: KeyFile, record: KeyRecord): string {
  if (record[kind] === kid) return 'current';
  return record.replaced[kid] ? `replaced ${record.replaced[kid]}` : 'not current yet';
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
