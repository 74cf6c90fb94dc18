/** Admitted visitors who keep asking: how long each answer took, and whether one of them was ever told anything but "inside". */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { type Answer, type Client, createClient } from '../../../load-tests/visitors/client.ts';
import { type Fleet, HOST } from '../../support/fleet.ts';

export interface InsidersOptions {
  address: string;
  room: string;
  count: number;
  /** Each asks once in this time. */
  everyMs: number;
  /** Gateway for the next request; any of the fleet where absent. */
  origin?: () => string;
}

export interface Ask {
  atMs: number;
  tookMs: number;
  isServed: boolean;
  told: string;
}

export interface Insiders {
  readonly asked: readonly Ask[];
  /** So many of them say goodbye, one after the other, to the platform first. */
  leave(count: number): Promise<void>;
  stop(): Promise<void>;
}

interface Insider {
  client: Client;
  hasLeft: boolean;
}

/** Resolves when all of them are inside; rejects where one is not let in. */
export async function letIn(fleet: Fleet, options: InsidersOptions): Promise<Insiders> {
  const { room, count, everyMs } = options;
  const dispatcher = new Agent({ connections: null, keepAliveTimeout: 60_000 });
  const over = new AbortController();
  const base = options.origin ?? fleet.origin;
  const asked: Ask[] = [];
  const insiders: Insider[] = Array.from({ length: count }, (_, index) => ({
    client: createClient(
      { base, host: HOST, dispatcher, signal: new AbortController().signal },
      { kind: 'browser', patienceMs: 10_000, account: `${room}-insider-${index}` },
    ),
    hasLeft: false,
  }));

  const enter = async ({ client }: Insider) => {
    const answer = await client.send('GET', options.address, 'navigate');
    if (answer.state !== 'admitted') throw new Error(`an insider of ${room} was told ${answer.state}`);
  };
  const goOn = async (insider: Insider) => {
    await sleep(Math.random() * everyMs);
    for (; !over.signal.aborted && !insider.hasLeft; await sleep(everyMs)) {
      const answer = await insider.client.send('GET', '/ereg/step/2', 'navigate');
      if (!insider.hasLeft) asked.push(askOf(answer));
    }
  };
  const goodbye = async (insider: Insider) => {
    insider.hasLeft = true;
    await insider.client.send('POST', '/ereg/leave', 'navigate', '');
    await insider.client.send('POST', `/.headgate/rooms/${room}/leave`, 'navigate', '');
  };

  for (const insider of insiders) await enter(insider);
  const going = insiders.map(goOn);
  return {
    asked,
    async leave(some) {
      for (const insider of insiders.slice(0, some)) await goodbye(insider);
    },
    async stop() {
      over.abort();
      await Promise.all(going);
      await dispatcher.destroy();
    },
  };
}

/** The 99th percentile; NaN where nobody asked. */
export function p99Of(asked: readonly Ask[]): number {
  const sorted = asked.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN;
}

/** Served by the platform, with the form still there. */
function askOf({ askedAtMs, toldAtMs, status, state }: Answer): Ask {
  const isServed = status === 200 && state === 'admitted';
  return { atMs: askedAtMs, tookMs: toldAtMs - askedAtMs, isServed, told: `${status} ${state}` };
}
