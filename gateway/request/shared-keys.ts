/** Keys of gateways that share a store: none makes its own, all sign with the one that is recorded, and one that lacks it says so and overwrites nothing. */
import type { Clock } from '../clock.ts';
import { drawPrint, readDrawSecret } from './draw-secret.ts';
import type { GateKeys } from './gate-keys.ts';
import { badKeys, readKeyFiles } from './key-files.ts';
import {
  forgottenFields,
  type GatewayKeys,
  HELD,
  type Holding,
  holdsKid,
  kidsOf,
  liveHoldings,
  RENEW_MS,
  standingsOf,
} from './key-holders.ts';
import { readRecord, recordOr, writeRecord } from './key-record.ts';
import { importSet, type KeySet } from './key-set.ts';
import { HOUR_MS, publicKeys } from './keys.ts';
import { type KeysFolder, type Lacking, lackingOf } from './lacking-keys.ts';
import {
  firstShared,
  isImpostor,
  newerRecord,
  parseShared,
  printsOf,
  type SharedRecord,
  sharedOf,
} from './shared-record.ts';

/** The hash in the store that all gateways read and write. Each call rejects where the store cannot be asked. */
export interface SharedHash {
  /** All fields, and the store's time in ms. */
  read(): Promise<{ fields: Record<string, string>; nowMs: number }>;
  set(field: string, value: string): Promise<void>;
  drop(fields: readonly string[]): Promise<void>;
  /** Writes `after` where the field still is `before` (null: absent); false: somebody was faster. */
  replace(field: string, before: string | null, after: string): Promise<boolean>;
}

export interface SharedKeysParts {
  folder: string;
  hash: SharedHash;
  /** This gateway, and the machine it runs on. */
  gateway: { id: string; host: string };
  overlapHours: number;
  /** Whether a launch of the present configuration draws its order. */
  needsDraw(): boolean;
  clock: Clock;
  log(level: 'info' | 'warn' | 'error', facts: object, message: string): void;
}

export interface SharedKeys extends GateKeys {
  /** Looks at store and folder once; what `openSharedKeys` does each second. */
  round(): Promise<void>;
}

/** A rotation is noticed within two of these. */
const ROUND_MS = 1_000;
/** While keys are missing the folder is looked at this often. */
const LOOK_MS = 2_000;
/** Without a word of the store for longer, nobody can tell what other gateways hold. */
const HEARD_MS = 10_000;
const CURRENT = 'current';

/** Resolves also where keys are missing or the store cannot be reached: the gateway runs, and takes them up as soon as they are there. */
export async function openSharedKeys(parts: SharedKeysParts): Promise<SharedKeys> {
  const keys = await createSharedKeys(parts);
  let running = keys.round();
  await running;
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    running = keys.round().finally(() => {
      isBusy = false;
    });
  }, ROUND_MS);
  timer.unref();
  return {
    ...keys,
    async close() {
      clearInterval(timer);
      await running;
      await keys.close();
    },
  };
}

export async function createSharedKeys(parts: SharedKeysParts): Promise<SharedKeys> {
  const { hash, clock, log } = parts;
  const ownField = HELD + parts.gateway.id;
  let folder: KeysFolder = { files: [], own: null, draw: null, fault: null };
  let record: SharedRecord | null = null;
  let set: KeySet = await importSet(parts.folder, [], recordOr(null, []), 0);
  let setOf = '';
  let live = new Map<string, Holding>();
  let heardAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let published = { text: '', at: Number.NEGATIVE_INFINITY };
  let saidLacking: string | null = null;
  let saidDeaf: string | null = null;

  const lacking = (): Lacking | null => lackingOf(record, folder, parts.needsDraw());

  async function look(): Promise<void> {
    lookedAt = clock.monotonicMs();
    try {
      const [files, own, draw] = await Promise.all([
        readKeyFiles(parts.folder),
        readRecord(parts.folder),
        readDrawSecret(parts.folder),
      ]);
      folder = { files, own, draw, fault: null };
      await take();
    } catch (error) {
      folder = { ...folder, fault: (error as Error).message };
    }
  }

  /** Another set only where something is different: what was verified under the former is forgotten with it. */
  async function take(): Promise<void> {
    const current = record ?? recordOr(folder.own, folder.files);
    const files = folder.files.filter((file) => !isImpostor(record, file));
    const made = JSON.stringify([kidsOf(files), current]);
    if (made === setOf) return;
    set = await importSet(parts.folder, files, current, parts.overlapHours * HOUR_MS);
    setOf = made;
  }

  /** Reads what is recorded, and puts it right where this gateway knows more. */
  async function agree(): Promise<number> {
    const { fields, nowMs } = await hash.read();
    heardAt = clock.monotonicMs();
    saidDeaf = null;
    live = liveHoldings(fields, nowMs);
    const text = fields[CURRENT] ?? null;
    const stored = parseShared(fields[CURRENT]);
    const known = newerRecord(stored, record ?? sharedOf(folder.own));
    const next = withDraw(known ?? firstOf(nowMs));
    const isWritten = next === stored || (next !== null && (await hash.replace(CURRENT, text, textOf(next))));
    // Who was slower learns in the next round what the other wrote.
    if (next && isWritten) await adopt(next);
    const forgotten = forgottenFields(fields, nowMs);
    if (forgotten.length > 0) await hash.drop(forgotten);
    return nowMs;
  }

  function firstOf(nowMs: number): SharedRecord | null {
    return folder.fault ? null : firstShared(folder.own, folder.files, nowMs);
  }

  /** The first gateway with all keys and a draw secret says which secret counts. */
  function withDraw(next: SharedRecord | null): SharedRecord | null {
    if (next === null || next.draw !== null || folder.draw === null) return next;
    const prints = printsOf(next, folder.files);
    const isAtHome = prints !== null && textOf(prints) === textOf(next.prints);
    return isAtHome ? { ...next, rev: next.rev + 1, draw: drawPrint(folder.draw) } : next;
  }

  async function adopt(next: SharedRecord): Promise<void> {
    const isNew = record === null || textOf(next) !== textOf(record);
    if (!isNew) return;
    const isRotation = record !== null && record.ticket !== next.ticket;
    record = next;
    await keepOnDisk(next);
    // The files of new keys may have been copied here since.
    await look();
    if (isRotation) log('info', { ticket: next.ticket, rev: next.rev }, 'the signing keys were rotated');
  }

  /** So that a store that lost everything is told. A folder that cannot be written (a mounted secret) is no harm. */
  async function keepOnDisk(next: SharedRecord): Promise<void> {
    if (folder.fault || textOf(sharedOf(folder.own)) === textOf(next)) return;
    await writeRecord(parts.folder, next).catch((error: Error) =>
      log('warn', { error: error.message }, 'current.json was not written; the record stays in memory'),
    );
  }

  async function publish(nowMs: number): Promise<void> {
    const holding = ownHolding(nowMs);
    const text = textOf({ ...holding, at: 0 });
    live.set(parts.gateway.id, holding);
    if (text === published.text && clock.monotonicMs() - published.at < RENEW_MS) return;
    await hash.set(ownField, textOf(holding));
    published = { text, at: clock.monotonicMs() };
  }

  function ownHolding(at: number): Holding {
    const lacks = lacking();
    return {
      host: parts.gateway.host,
      at,
      kids: kidsOf(folder.files.filter((file) => !isImpostor(record, file))),
      draw: folder.draw && drawPrint(folder.draw),
      missing: lacks === null ? [] : lacks.kids.length > 0 ? lacks.kids : ['any'],
    };
  }

  function tellLacking(): void {
    const lacks = lacking();
    if ((lacks?.detail ?? null) === saidLacking) return;
    saidLacking = lacks?.detail ?? null;
    if (lacks) {
      const facts = { missingKeys: lacks.kids, folder: parts.folder };
      log('error', facts, `keys are missing, this gateway is not ready: ${lacks.detail}`);
    } else log('info', { ticket: set.ticket.kid }, 'the keys are there');
  }

  /** A store that cannot be asked changes nothing: the last record stays. */
  function tellDeaf(error: Error): null {
    if (error.message !== saidDeaf)
      log('warn', { error: error.message }, 'the record of the keys is not heard');
    saidDeaf = error.message;
    return null;
  }

  async function round(): Promise<void> {
    if (lookedAt === Number.NEGATIVE_INFINITY) await look();
    const nowMs = await agree().catch(tellDeaf);
    if (lacking() && clock.monotonicMs() - lookedAt >= LOOK_MS) await look();
    tellLacking();
    if (nowMs !== null) await publish(nowMs).catch(() => {});
  }

  return {
    ring: {
      get set() {
        return set;
      },
      async reload() {
        await look();
        if (folder.fault) throw badKeys('keys.path', folder.fault);
        tellLacking();
      },
      jwks: () => publicKeys(set, clock.wallMs()),
    },
    drawSecret() {
      const { draw } = folder;
      if (draw && (record?.draw == null || record.draw === drawPrint(draw))) return draw;
      throw badKeys('keys.path', lackingOf(record, folder, true)?.detail ?? 'draw.secret is not there');
    },
    lacking,
    gateways(): GatewayKeys[] {
      return standingsOf(new Map(live).set(parts.gateway.id, ownHolding(0)));
    },
    isHeldElsewhere(kid) {
      if (clock.monotonicMs() - heardAt > HEARD_MS || kid === record?.ticket || kid === record?.pass)
        return true;
      for (const [id, holding] of live) if (id !== parts.gateway.id && holdsKid(holding, kid)) return true;
      return false;
    },
    round,
    async close() {
      await hash.drop([ownField]).catch(() => {});
    },
  };
}

function textOf(value: unknown): string {
  return JSON.stringify(value);
}
