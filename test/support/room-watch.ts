/** Watches a room from beside, through all gateways: how far it called, by the run's own clock. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUpLater } from './clean-up.ts';
import type { Fleet } from './fleet.ts';
import { HOST } from './fleet.ts';
import { ask } from './http-client.ts';

export interface Look {
  atMs: number;
  serving: number;
  waiting: number;
  state: string;
}

export interface RoomWatch {
  readonly looks: readonly Look[];
  /** Whether every gateway said at the last look that somebody waits: none of them lets anybody in by its share from here on. */
  readonly isWaitedEverywhere: boolean;
  /**
   * Seconds from `sinceMs` until the room called a number that it had not called before; null: it never did. Where nobody
   * waited, there was nobody to call.
   */
  callingAgainSeconds(sinceMs: number): number | null;
  stop(): Promise<void>;
}

const LOOK_MS = 100;

export function watchRoom(fleet: Fleet, room: string): RoomWatch {
  const looks: Look[] = [];
  let [isOver, isWaitedEverywhere] = [false, false];
  const look = async () => {
    const found = await Promise.all(fleet.live().map(({ url }) => lookAt(url, room)));
    isWaitedEverywhere = found.every((one) => one !== null && one.waiting > 0);
    // The gateway that knows most: the others follow within their tick.
    const best = found.filter((one) => one !== null).sort((a, b) => b.serving - a.serving)[0];
    if (best) looks.push(best);
  };
  const running = (async () => {
    for (; !isOver; await sleep(LOOK_MS)) await look();
  })();
  const stop = () => {
    isOver = true;
    return running;
  };
  cleanUpLater(stop);
  return {
    looks,
    get isWaitedEverywhere() {
      return isWaitedEverywhere;
    },
    stop,
    callingAgainSeconds: (sinceMs) => callingAgain(looks, sinceMs),
  };
}

export function callingAgain(looks: readonly Look[], sinceMs: number): number | null {
  let highest = 0;
  for (const { atMs, serving } of looks) {
    if (atMs >= sinceMs && serving > highest) return (atMs - sinceMs) / 1_000;
    highest = Math.max(highest, serving);
  }
  return null;
}

/** The longest time without a call while somebody waited. */
export function longestPauseSeconds(looks: readonly Look[], fromMs: number, toMs: number): number {
  let [highest, movedMs, longestMs] = [0, fromMs, 0];
  for (const { atMs, serving, waiting } of looks) {
    if (atMs > toMs) break;
    if (atMs >= fromMs) longestMs = Math.max(longestMs, atMs - movedMs);
    if (serving > highest || waiting === 0) movedMs = Math.max(fromMs, atMs);
    highest = Math.max(highest, serving);
  }
  return longestMs / 1_000;
}

async function lookAt(url: string, room: string): Promise<Look | null> {
  try {
    const headers = { host: HOST };
    const answer = await ask(`${url}/.headgate/rooms/${room}/status`, { headers });
    if (answer.status !== 200) return null;
    const { serving, waiting, state } = answer.json<Look>();
    return { atMs: performance.now(), serving, waiting, state };
  } catch {
    return null;
  }
}
