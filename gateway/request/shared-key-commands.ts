/** `headgate keys rotate` where gateways share a store: all switch at once, once each of them holds the new key. */
import { HeadgateError } from '../errors.ts';
import { newestKid, rotated } from './key-commands.ts';
import { badKeys, KEY_KINDS, type KeyFile, readKeyFiles } from './key-files.ts';
import { type Holding, liveHoldings } from './key-holders.ts';
import { writeRecord } from './key-record.ts';
import type { SharedHash } from './shared-keys.ts';
import { CURRENT, parseShared, printsOf, type SharedRecord } from './shared-record.ts';

/**
 * Returns the lines to print. Throws HG_KEYS_MISSING where nothing is recorded, no key here is newer, or (unless `force`)
 * a live gateway lacks the new key; HG_STORE_LOST where the store cannot be asked.
 */
export async function rotateSharedKeys(folder: string, hash: SharedHash, force: boolean): Promise<string[]> {
  const { fields, nowMs } = await hash.read().catch((cause: Error) => {
    throw new HeadgateError('HG_STORE_LOST', `the store cannot be asked (${cause.message})`, { cause });
  });
  const former = parseShared(fields[CURRENT]);
  if (!former) throw badKeys('store', 'no keys are recorded there yet; start a gateway that has them first');
  const next = await nextRecord(folder, former, nowMs);
  const live = liveHoldings(fields, nowMs);
  const lacking = [...live]
    .filter(([, holding]) => !holdsAll(holding, next))
    .map(([id, { host }]) => `${id} on ${host}`);
  if (lacking.length > 0 && !force)
    throw badKeys(
      'keys rotate',
      `${next.ticket} is not held by ${lacking.join(', ')}; copy its files there and send SIGHUP, or rotate with --force: those gateways are not ready then`,
    );
  if (!(await hash.replace(CURRENT, fields[CURRENT] as string, JSON.stringify(next))))
    throw badKeys(
      'keys rotate',
      'the record was changed at this very moment; look at "headgate keys list" and try again',
    );
  await writeRecord(folder, next);
  return [
    ...KEY_KINDS.map((kind) => `${kind}: ${next[kind]} signs now, before it ${former[kind]}`),
    `${live.size - lacking.length} of ${live.size} live gateways hold it; each follows within 2 s`,
    'tokens of the former keys are taken for keys.overlapHours',
  ];
}

async function nextRecord(folder: string, former: SharedRecord, nowMs: number): Promise<SharedRecord> {
  const files = await readKeyFiles(folder);
  const isNewer = KEY_KINDS.some((kind) => newestKid(files, kind) !== former[kind]);
  const record = rotated(former, files, nowMs);
  const prints = printsOf(record, files);
  if (!prints || !isNewer || isOlder(files, former))
    throw badKeys(
      folder,
      'no key here is newer than the current one; "headgate keys new" first, then copy it to every gateway and send SIGHUP',
    );
  return { ...record, rev: former.rev + 1, family: former.family, prints, draw: former.draw };
}

/** A folder that lacks the current key may know old ones alone: none of them is to sign again. */
function isOlder(files: readonly KeyFile[], former: SharedRecord): boolean {
  return KEY_KINDS.some((kind) => newestKid(files, kind) in former.replaced);
}

function holdsAll({ kids }: Holding, next: SharedRecord): boolean {
  return KEY_KINDS.every((kind) => kids[`${next[kind]}.${kind}`] === next.prints[kind]);
}
