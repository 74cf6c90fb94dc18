/** What the gateways decide for one room and its platform, looked at while a run goes on: the room's rate, who was let in, and the bound in flight. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUpLater } from '../../support/clean-up.ts';
import type { GatewayProcess } from '../../support/gateway-process.ts';
import { percentile } from '../control/steady-visitors.ts';

interface Look {
  atMs: number;
  /** By the room's own count, whichever gateway let them in. */
  admissions: number;
  /** Null: the room is held to nothing; the platform to its connections. */
  perMinute: number | null;
  inFlight: number | null;
}

/** Times are of `performance.now()`; every figure is of all gateways together. */
export interface Decided {
  admitted(fromMs: number, untilMs: number): number;
  /** Admissions a minute. */
  admissions(fromMs: number, untilMs: number): number;
  /** Medians of what was in force; NaN: nothing ever was. */
  perMinute(fromMs: number, untilMs: number): number;
  inFlight(fromMs: number, untilMs: number): number;
  /** First moment after `fromMs` at which the room was held to a rate; null: it never was. */
  heldAt(fromMs: number): number | null;
  /** Rates that were in force, one every two seconds. */
  course(fromMs: number): string[];
  stop(): Promise<void>;
}

const LOOK_MS = 250;
const COURSE_EVERY = 8;

/** Every gateway tells the same, so one of them is asked. */
export function watchDecided({ metricsUrl }: GatewayProcess): Decided {
  const looks: Look[] = [];
  let isOver = false;
  const watch = async () => {
    for (; !isOver; await sleep(LOOK_MS)) looks.push(await lookAt(metricsUrl));
  };
  const watching = watch().catch((error) => {
    if (!isOver) throw error;
  });
  const stop = async () => {
    isOver = true;
    await watching;
  };
  cleanUpLater(stop);
  const within = (fromMs: number, untilMs: number) =>
    looks.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
  const median = (of: 'perMinute' | 'inFlight') => (fromMs: number, untilMs: number) =>
    percentile(
      within(fromMs, untilMs).flatMap((look) => look[of] ?? []),
      0.5,
    );
  const ends = (fromMs: number, untilMs: number): [Look, Look] => {
    const span = within(fromMs - LOOK_MS, untilMs);
    const [first, last] = [span[0], span.at(-1)];
    if (!first || !last || first === last) throw new Error('nobody looked at the room at this time');
    return [first, last];
  };
  return {
    admitted(fromMs, untilMs) {
      const [first, last] = ends(fromMs, untilMs);
      return last.admissions - first.admissions;
    },
    admissions(fromMs, untilMs) {
      const [first, last] = ends(fromMs, untilMs);
      return ((last.admissions - first.admissions) / (last.atMs - first.atMs)) * 60_000;
    },
    perMinute: median('perMinute'),
    inFlight: median('inFlight'),
    heldAt: (fromMs) =>
      looks.find(({ atMs, perMinute }) => atMs >= fromMs && perMinute !== null)?.atMs ?? null,
    course: (fromMs) =>
      looks
        .filter(({ atMs }, at) => atMs >= fromMs && at % COURSE_EVERY === 0)
        .map(
          ({ atMs, perMinute, inFlight }) =>
            `${((atMs - fromMs) / 1_000).toFixed(0)} s: ${perMinute ?? 'any number'} a minute, ${inFlight ?? 'any number'} in flight`,
        ),
    stop,
  };
}

async function lookAt(metricsUrl: string): Promise<Look> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  return {
    atMs: performance.now(),
    admissions: figureOf(text, 'headgate_room_admissions_total', 'event-') ?? 0,
    perMinute: figureOf(text, 'headgate_room_rate_per_minute', 'event-'),
    inFlight: figureOf(text, 'headgate_upstream_in_flight_limit', 'platform'),
  };
}

function figureOf(metrics: string, name: string, label: string): number | null {
  const line = metrics.split('\n').find((text) => text.startsWith(`${name}{`) && text.includes(`"${label}`));
  return line ? Number(line.slice(line.lastIndexOf(' ') + 1)) : null;
}
