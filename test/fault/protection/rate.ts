/** How many a room lets in, by its own count of admissions: the platform's books know of a visitor only when a slow first page is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUpLater } from '../../support/clean-up.ts';
import type { GatewayProcess } from '../../support/gateway-process.ts';

export interface RatePoint {
  /** End of the window, of `performance.now()`. */
  atMs: number;
  perMinute: number;
}

export interface RateWatch {
  perMinute(fromMs: number, untilMs: number): number;
  /** The rate in each window of `windowMs`, half a second from one to the next. */
  points(windowMs: number): RatePoint[];
  stop(): Promise<void>;
}

const LOOK_MS = 500;

export function watchRate(gateway: GatewayProcess, room: string): RateWatch {
  const counts: { atMs: number; admissions: number }[] = [];
  let isOver = false;
  const look = async () => {
    for (; !isOver; await sleep(LOOK_MS)) {
      const text = await (await fetch(`${gateway.metricsUrl}/metrics`)).text();
      counts.push({ atMs: performance.now(), admissions: admissionsIn(text, room) });
    }
  };
  const looking = look().catch((error) => {
    if (!isOver) throw error;
  });
  const stop = async () => {
    isOver = true;
    await looking;
  };
  cleanUpLater(stop);
  const perMinute = (fromMs: number, untilMs: number) => {
    const span = counts.filter(({ atMs }) => atMs >= fromMs - LOOK_MS / 2 && atMs <= untilMs + LOOK_MS / 2);
    const [first, last] = [span[0], span.at(-1)];
    if (!first || !last || first === last) return 0;
    return ((last.admissions - first.admissions) / (last.atMs - first.atMs)) * 60_000;
  };
  return {
    perMinute,
    points: (windowMs) => counts.map(({ atMs }) => ({ atMs, perMinute: perMinute(atMs - windowMs, atMs) })),
    stop,
  };
}

/** Of the room alone, or of its template's label, where it is the only one. */
function admissionsIn(metrics: string, room: string): number {
  const line = metrics
    .split('\n')
    .find((text) => text.startsWith('headgate_room_admissions_total{') && text.includes(`"${room}"`));
  return line ? Number(line.slice(line.lastIndexOf(' ') + 1)) : 0;
}
