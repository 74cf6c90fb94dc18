/** Which gateway holds which keys: each lists its own in the store, so that a key that one of them has is never given up by another. */
import type { KeyFile } from './key-files.ts';
import { printOf } from './key-set.ts';

/** What one gateway says of itself, under `held:<gateway id>`. */
export interface Holding {
  /** Of the machine that it runs on: operators look for it there. Not for the public. */
  host: string;
  /** Store time, ms, when it was written: by the store's own clock, since gateways' may be wrong. */
  at: number;
  /** Print of each key that it holds, by `<kid>.<kind>`. */
  kids: Record<string, string>;
  /** Print of its draw secret; null: it has none. */
  draw: string | null;
  /** Key ids that it lacks. */
  missing: readonly string[];
}

export interface GatewayKeys {
  /** Its id. */
  name: string;
  keys: 'ok' | 'missing';
}

export const HELD = 'held:';
/** Holdings are renewed this often; after three times as long without, a gateway does not count as live. */
export const RENEW_MS = 5_000;
const LIVE_MS = 3 * RENEW_MS;
/** Holdings of gateways that are long gone are taken out of the list. */
const FORGET_MS = 3_600_000;

export function kidsOf(files: readonly KeyFile[]): Record<string, string> {
  return Object.fromEntries(files.map((file) => [`${file.kid}.${file.kind}`, printOf(file)]));
}

/** What live gateways hold, by gateway id. The store's clock may have jumped: a holding from the future is as old as one from the past. */
export function liveHoldings(
  fields: Readonly<Record<string, string>>,
  storeNowMs: number,
): Map<string, Holding> {
  const live = new Map<string, Holding>();
  for (const [field, text] of Object.entries(fields)) {
    if (!field.startsWith(HELD)) continue;
    const holding = parseHolding(text);
    if (holding && Math.abs(storeNowMs - holding.at) <= LIVE_MS) live.set(field.slice(HELD.length), holding);
  }
  return live;
}

/** Fields of gateways that have not been heard of for an hour, and what is no holding at all. */
export function forgottenFields(fields: Readonly<Record<string, string>>, storeNowMs: number): string[] {
  return Object.entries(fields)
    .filter(([field]) => field.startsWith(HELD))
    .filter(([, text]) => Math.abs(storeNowMs - (parseHolding(text)?.at ?? 0)) > FORGET_MS)
    .map(([field]) => field);
}

export function holdsKid({ kids }: Holding, kid: string): boolean {
  return `${kid}.ticket` in kids || `${kid}.pass` in kids;
}

/** By name. */
export function standingsOf(holdings: ReadonlyMap<string, Holding>): GatewayKeys[] {
  return [...holdings]
    .map(([name, { missing }]): GatewayKeys => ({ name, keys: missing.length === 0 ? 'ok' : 'missing' }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function parseHolding(text: string): Holding | null {
  try {
    const value = JSON.parse(text) as Partial<Holding> | null;
    const isWhole =
      typeof value?.host === 'string' &&
      typeof value.at === 'number' &&
      typeof value.kids === 'object' &&
      value.kids !== null &&
      Array.isArray(value.missing);
    return isWhole ? { ...(value as Holding), draw: value.draw ?? null } : null;
  } catch {
    return null;
  }
}
