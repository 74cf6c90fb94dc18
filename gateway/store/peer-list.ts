/** What this gateway knows of the others: who has been heard of lately, who can be reached, and who is dead. */
import type { LiveAnswer } from './ask-live.ts';

export interface Peer {
  readonly id: string;
  address: string;
  counter: number;
  /** Monotonic ms when its counter was last seen to move. */
  movedMs: number;
  isListed: boolean;
  wasReached: boolean;
  isGone: boolean;
  /** Monotonic ms when a room last called it silent, and when it was last asked. */
  silentMs: number;
  askedMs: number;
  isAsked: boolean;
}

export interface PeerEntry {
  address: string;
  counter: number;
  /** ISO, for whoever looks into the store; nothing is decided by it. */
  at: string;
}

/** Entries of the dead too, until they are dropped; only those heard of lately are asked. */
const MOST_KEPT = 1_024;
const MOST_ASKED = 64;
const DROPPED_MS = 600_000;
/** Rooms that sleep are ticked each 10 s: for so long after the last word of its silence a gateway counts as silent. */
const SILENT_MS = 15_000;
const SILENT_EVERY_MS = 900;
const EVERY_MS = 10_000;
/** Who wrote nothing for so long is asked only where a room names it. */
const LIVELY_MS = 30_000;
const LONGEST_ADDRESS = 300;

export function readEntry(text: string): PeerEntry | null {
  try {
    const { address, counter, at } = JSON.parse(text) as Partial<PeerEntry>;
    if (typeof address !== 'string' || address.length > LONGEST_ADDRESS) return null;
    if (!address.startsWith('http://') || !Number.isSafeInteger(counter)) return null;
    return { address, counter: counter as number, at: String(at) };
  } catch {
    return null;
  }
}

/** A word from the registry. A counter or address that moved is a sign of life. */
export function noteEntry(
  peers: Map<string, Peer>,
  id: string,
  { address, counter }: PeerEntry,
  nowMs: number,
): void {
  const known = peers.get(id);
  if (!known) {
    if (peers.size < MOST_KEPT) peers.set(id, newPeer(id, address, counter, nowMs));
    return;
  }
  known.isListed = true;
  if (known.counter === counter && known.address === address) return;
  // A process that listens elsewhere is another one: whether it can be reached is to be found out again.
  if (known.address !== address) Object.assign(known, { address, wasReached: false, askedMs: -Infinity });
  Object.assign(known, { counter, movedMs: nowMs, isGone: false });
}

/** Those to drop: silent in the registry too for ten minutes, or taken out of it and not there any more. */
export function outdated(peers: ReadonlyMap<string, Peer>, nowMs: number): string[] {
  const ids: string[] = [];
  for (const peer of peers.values()) {
    const hasLeft = !peer.isListed && peer.isGone && !isSilent(peer, nowMs);
    if (hasLeft || nowMs - peer.movedMs > DROPPED_MS) ids.push(peer.id);
  }
  return ids;
}

/** Whom to ask now: the silent each second, the others each 10 s, to know whether they can be reached at all. */
export function dueToAsk(peers: ReadonlyMap<string, Peer>, nowMs: number): Peer[] {
  let room = MOST_ASKED;
  for (const { isAsked } of peers.values()) if (isAsked) room -= 1;
  const due = [...peers.values()].filter((peer) => isDue(peer, nowMs));
  due.sort((a, b) => Math.max(b.silentMs, b.movedMs) - Math.max(a.silentMs, a.movedMs));
  return due.slice(0, Math.max(0, room));
}

function isDue(peer: Peer, nowMs: number): boolean {
  if (peer.isAsked) return false;
  const unaskedMs = nowMs - peer.askedMs;
  if (isSilent(peer, nowMs)) return unaskedMs >= SILENT_EVERY_MS;
  return unaskedMs >= EVERY_MS && (nowMs - peer.movedMs <= LIVELY_MS || !peer.isListed);
}

/**
 * Refused is dead. Unreachable tells nothing of one that could be reached before: it may live on with another store. One that
 * never could be has a wrong address, which must not hold anybody's share back.
 */
export function noteAnswer(peer: Peer, answer: LiveAnswer): void {
  if (answer === 'alive') peer.wasReached = true;
  peer.isGone = answer === 'refused' || (answer === 'unreachable' && !peer.wasReached);
}

export function isSilent({ silentMs }: Peer, nowMs: number): boolean {
  return nowMs - silentMs <= SILENT_MS;
}

function newPeer(id: string, address: string, counter: number, nowMs: number): Peer {
  return {
    ...{ id, address, counter, movedMs: nowMs, isListed: true, wasReached: false, isGone: false },
    ...{ silentMs: -Infinity, askedMs: -Infinity, isAsked: false },
  };
}
