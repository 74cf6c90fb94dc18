/** Gateways know of each other: each writes a word into the store every 5 s, and asks those who fall silent whether they live (why: gateway/line/apart.ts). */
import type { Clock } from '../clock.ts';
import type { LiveAnswer } from './ask-live.ts';
import type { StoreLog } from './embedded.ts';
import {
  dueToAsk,
  isSilent,
  noteAnswer,
  noteEntry,
  outdated,
  type Peer,
  type PeerEntry,
  readEntry,
} from './peer-list.ts';

/** Where the words are kept, by gateway id. May reject at any time: the last list stays. */
export interface PeerRegistry {
  write(id: string, text: string): Promise<void>;
  readAll(): Promise<Record<string, string>>;
  remove(id: string): Promise<void>;
}

export interface PeersParts {
  /** `address`: what others ask, see ask-live.ts. */
  self: { id: string; address: string };
  registry: PeerRegistry;
  ask(address: string): Promise<LiveAnswer>;
  clock: Clock;
  log: StoreLog;
  random(): number;
}

export interface Peers {
  start(): void;
  /** Takes its word out of the registry. */
  stop(): Promise<void>;
  /** What is due at this moment; the timer's work. Resolves when it is done. Never rejects. */
  beat(): Promise<void>;
  /** What a room's view says; asks at once. Cheap. */
  hear(silent: readonly string[]): void;
  /** Silent gateways that are dead. The same array until it changes. */
  gone(): readonly string[];
  all(): { id: string; address: string; seenMsAgo: number }[];
}

const BEAT_MS = 1_000;
/** A beat may come a little early. */
const REGISTRY_EVERY_MS = 4_900;
const UNKNOWN_EVERY_MS = 1_000;
const JITTER = 0.1;
const FIRST_COUNTERS = 1_000_000_000;

export function createPeers({ self, registry, ask, clock, log, random }: PeersParts): Peers {
  const peers = new Map<string, Peer>();
  /** Starts anywhere, so that a restart moves it. */
  let counter = Math.floor(random() * FIRST_COUNTERS);
  let gone: readonly string[] = [];
  let exchangedMs = Number.NEGATIVE_INFINITY;
  let exchanging: Promise<void> | null = null;
  let isDoubled = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const asking = new Set<Promise<void>>();

  async function exchange(): Promise<void> {
    exchangedMs = clock.monotonicMs();
    counter += 1;
    const at = new Date(clock.wallMs()).toISOString();
    const text = JSON.stringify({ address: self.address, counter, at } satisfies PeerEntry);
    try {
      await registry.write(self.id, text);
      const entries = await registry.readAll();
      sayIfDoubled(entries[self.id] !== undefined && entries[self.id] !== text);
      take(entries);
      recount();
      await dropOutdated();
    } catch {
      // A lost store changes nothing: it is said by the store itself.
    }
  }

  function exchangeOnce(): Promise<void> {
    exchanging ??= exchange().finally(() => {
      exchanging = null;
    });
    return exchanging;
  }

  function take(entries: Record<string, string>): void {
    for (const peer of peers.values()) peer.isListed = false;
    for (const [id, text] of Object.entries(entries)) {
      const entry = id === self.id ? null : readEntry(text);
      if (entry) noteEntry(peers, id, entry, clock.monotonicMs());
    }
  }

  async function dropOutdated(): Promise<void> {
    for (const id of outdated(peers, clock.monotonicMs())) {
      const wasListed = peers.get(id)?.isListed;
      peers.delete(id);
      if (wasListed) await registry.remove(id);
    }
  }

  function sayIfDoubled(isForeign: boolean): void {
    if (isForeign && !isDoubled)
      log(
        'error',
        { gateway: self.id },
        'another gateway writes under this one’s id: was its data folder copied?',
      );
    isDoubled = isForeign;
  }

  function askDue(): void {
    if (isStopped) return;
    for (const peer of dueToAsk(peers, clock.monotonicMs())) {
      const asked = askOne(peer).finally(() => asking.delete(asked));
      asking.add(asked);
    }
  }

  async function askOne(peer: Peer): Promise<void> {
    const { address } = peer;
    peer.isAsked = true;
    peer.askedMs = clock.monotonicMs();
    const answer = await ask(address).catch((): LiveAnswer => 'unreachable');
    peer.isAsked = false;
    // Another process by now: this answer was the last one's.
    if (peer.address !== address) return;
    noteAnswer(peer, answer);
    recount();
  }

  function recount(): void {
    const now = clock.monotonicMs();
    const ids = [...peers.values()].filter((peer) => peer.isGone && isSilent(peer, now)).map(({ id }) => id);
    if (ids.length === gone.length && ids.every((id, index) => id === gone[index])) return;
    for (const id of ids) if (!gone.includes(id)) sayGone(peers.get(id) as Peer);
    gone = ids;
  }

  function sayGone({ id, address, wasReached }: Peer): void {
    if (wasReached) log('info', { gateway: id }, 'a gateway has died: its share is everybody’s again');
    else
      log(
        'warn',
        { gateway: id, address },
        'a gateway fell silent and could never be asked from here: taken for dead',
      );
  }

  async function beat(): Promise<void> {
    if (clock.monotonicMs() - exchangedMs >= REGISTRY_EVERY_MS) await exchangeOnce();
    askDue();
    await Promise.all(asking);
    recount();
  }

  const schedule = (afterMs: number) => {
    timer = setTimeout(() => {
      // Not waited for: who does not answer holds up nobody else.
      void beat();
      schedule(BEAT_MS * (1 + JITTER * (2 * random() - 1)));
    }, afterMs).unref();
  };

  return {
    start: () => schedule(0),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await exchanging;
      await Promise.all(asking);
      await registry.remove(self.id).catch(() => undefined);
    },
    beat,
    hear(silent) {
      if (silent.length === 0) return;
      const now = clock.monotonicMs();
      let [isNews, isUnknown] = [false, false];
      for (const id of silent) {
        const peer = peers.get(id);
        if (!peer) isUnknown ||= id !== self.id;
        else {
          isNews ||= !isSilent(peer, now);
          peer.silentMs = now;
        }
      }
      if (isNews) askDue();
      if (isUnknown && !isStopped && now - exchangedMs >= UNKNOWN_EVERY_MS) void exchangeOnce().then(askDue);
    },
    gone: () => gone,
    all() {
      const now = clock.monotonicMs();
      return [...peers.values()].map(({ id, address, movedMs }) => ({
        id,
        address,
        seenMsAgo: now - movedMs,
      }));
    },
  };
}
