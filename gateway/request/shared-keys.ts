/** Keys of gateways that share a store: none makes its own, all sign with the one that is recorded, and one that lacks it says so and overwrites nothing. */
import type { Clock } from '../clock.ts';
import { drawPrint } from './draw-secret.ts';
import { createFolderKeys } from './folder-keys.ts';
import type { GateKeys } from './gate-keys.ts';
import { badKeys } from './key-files.ts';
import {
  forgottenFields,
  HELD,
  type Holding,
  holdsKid,
  kidsOf,
  liveHoldings,
  RENEW_MS,
  standingsOf,
} from './key-holders.ts';
import { HOUR_MS, publicKeys } from './keys.ts';
import { type Lacking, lackingOf } from './lacking-keys.ts';
import { CURRENT, parseShared, recordToBe, type SharedRecord, sharedOf } from './shared-record.ts';

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

/** Resolves also where keys are missing or the store cannot be reached: the gateway runs, and takes them up as soon as they are there. */
export async function openSharedKeys(parts: SharedKeysParts): Promise<SharedKeys> {
  const keys = await createSharedKeys(parts);
  let running: Promise<void> | null = null;
  const goRound = () => {
    running ??= keys.round().finally(() => {
      running = null;
    });
    return running;
  };
  await goRound();
  const timer = setInterval(() => void goRound(), ROUND_MS);
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
  const { hash, gateway, clock, log } = parts;
  const folder = await createFolderKeys(parts.folder, parts.overlapHours * HOUR_MS);
  let record: SharedRecord | null = null;
  let live = new Map<string, Holding>();
  let heardAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let published = { text: '', at: Number.NEGATIVE_INFINITY };
  let saidLacking: string | null = null;
  let saidDeaf: string | null = null;

  const lacking = (): Lacking | null => lackingOf(record, folder.content, parts.needsDraw());

  const look = (): Promise<void> => {
    lookedAt = clock.monotonicMs();
    return folder.look(record);
  };

  /** Until the store is heard, what was recorded when this gateway last ran counts. */
  async function begin(): Promise<void> {
    await look();
    record = sharedOf(folder.content.own);
    await look();
  }

  /** Reads what is recorded, and puts it right where this gateway knows more. Answers the store's time. */
  async function agree(): Promise<number> {
    const { fields, nowMs } = await hash.read();
    heardAt = clock.monotonicMs();
    saidDeaf = null;
    live = liveHoldings(fields, nowMs);
    const stored = parseShared(fields[CURRENT]);
    const next = recordToBe(stored, record ?? sharedOf(folder.content.own), folder.content, nowMs);
    const isThere =
      next === stored || (await hash.replace(CURRENT, fields[CURRENT] ?? null, JSON.stringify(next)));
    // Who was slower learns in the next round what the other wrote.
    if (next && isThere) await adopt(next);
    const forgotten = forgottenFields(fields, nowMs);
    if (forgotten.length > 0) await hash.drop(forgotten);
    return nowMs;
  }

  async function adopt(next: SharedRecord): Promise<void> {
    if (record && JSON.stringify(next) === JSON.stringify(record)) return;
    const former = record;
    record = next;
    // A folder that cannot be written (a mounted secret) is no harm while one gateway remembers.
    await folder.keep(next).catch((error: Error) => {
      log('warn', { error: error.message }, 'current.json was not written; the record stays in memory');
    });
    // The files of new keys may have been copied here since.
    await look();
    if (former && former.ticket !== next.ticket)
      log('info', { ticket: next.ticket, rev: next.rev }, 'the signing keys were rotated');
  }

  /** Tells the others what is held here, so that none of them gives up a token of it. */
  async function publish(nowMs: number): Promise<void> {
    const holding = ownHolding(nowMs);
    const text = JSON.stringify({ ...holding, at: 0 });
    if (text === published.text && clock.monotonicMs() - published.at < RENEW_MS) return;
    await hash.set(HELD + gateway.id, JSON.stringify(holding));
    published = { text, at: clock.monotonicMs() };
  }

  function ownHolding(at: number): Holding {
    const { draw } = folder.content;
    const lacks = lacking();
    const missing = lacks === null ? [] : lacks.kids.length > 0 ? lacks.kids : ['any'];
    return { host: gateway.host, at, kids: kidsOf(folder.usable()), draw: draw && drawPrint(draw), missing };
  }

  function tellLacking(): void {
    const lacks = lacking();
    const detail = lacks?.detail ?? null;
    if (detail === saidLacking) return;
    saidLacking = detail;
    const facts = { gateway: gateway.id, missingKeys: lacks?.kids ?? [], folder: parts.folder };
    if (detail === null) log('info', facts, 'the keys are there');
    else log('error', facts, `keys are missing, this gateway is not ready: ${detail}`);
  }

  /** A store that cannot be asked changes nothing: the last record stays. */
  function tellDeaf(error: Error): null {
    if (error.message !== saidDeaf)
      log(
        'warn',
        { error: error.message },
        'which keys sign cannot be read from the store; what was last known stays in force',
      );
    saidDeaf = error.message;
    return null;
  }

  async function round(): Promise<void> {
    if (lookedAt === Number.NEGATIVE_INFINITY) await begin();
    const nowMs = await agree().catch(tellDeaf);
    if (lacking() && clock.monotonicMs() - lookedAt >= LOOK_MS) await look();
    tellLacking();
    if (nowMs !== null) await publish(nowMs).catch(tellDeaf);
  }

  return {
    ring: {
      get set() {
        return folder.set;
      },
      async reload() {
        await look();
        if (folder.content.fault) throw badKeys('keys.path', folder.content.fault);
        tellLacking();
      },
      jwks: () => publicKeys(folder.set, clock.wallMs()),
    },
    drawSecret() {
      const { draw } = folder.content;
      if (draw && (record?.draw == null || record.draw === drawPrint(draw))) return draw;
      throw badKeys('keys.path', lackingOf(record, folder.content, true)?.detail ?? 'draw.secret is missing');
    },
    lacking,
    gateways: () => standingsOf(new Map(live).set(gateway.id, ownHolding(0))),
    isHeldElsewhere(kid) {
      if (clock.monotonicMs() - heardAt > HEARD_MS) return true;
      if (kid === record?.ticket || kid === record?.pass) return true;
      for (const [id, holding] of live) if (id !== gateway.id && holdsKid(holding, kid)) return true;
      return false;
    },
    round,
    async close() {
      await hash.drop([HELD + gateway.id]).catch(() => {});
    },
  };
}
