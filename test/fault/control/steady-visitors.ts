/** A visitor inside who asks for many addresses, so many times a second, whatever becomes of it; and how long that took. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

export interface SteadyVisitors {
  /** Since the last call. */
  take(): { tookMs: number[]; notServed: number };
  stop(): Promise<void>;
}

/** As many as the audit counts apart. */
const ADDRESSES = 2_000;

/** `room`: that `/ereg/form` leads to. Requests go to all origins in turn. */
export async function steadyVisitors(
  origins: readonly string[],
  room: string,
  perSecond: number,
): Promise<SteadyVisitors> {
  const agent = new Agent({ connections: 64 });
  const headers = { 'headgate-pass': await passOf(origins[0]!, room) };
  let tookMs: number[] = [];
  let notServed = 0;
  let isOver = false;
  const ask = async (index: number) => {
    const beganMs = performance.now();
    const path = `/events/${word(index % ADDRESSES)}/page-${word((index * 7) % ADDRESSES)}`;
    const answer = await request(origins[index % origins.length]! + path, {
      dispatcher: agent,
      headers,
    }).catch(() => null);
    await answer?.body.dump();
    tookMs.push(performance.now() - beganMs);
    if (answer?.headers['headgate-state'] !== 'admitted') notServed++;
  };
  const send = async () => {
    const asked = new Set<Promise<void>>();
    const beganMs = performance.now();
    for (let index = 0; !isOver; await sleep(5))
      for (; index < ((performance.now() - beganMs) / 1_000) * perSecond; index++) {
        const one = ask(index).finally(() => asked.delete(one));
        asked.add(one);
      }
    await Promise.all(asked);
  };
  const sending = send();
  return {
    take() {
      const taken = { tookMs, notServed };
      [tookMs, notServed] = [[], 0];
      return taken;
    },
    async stop() {
      isOver = true;
      await sending;
      await agent.destroy();
    },
  };
}

/** Good at all gateways that share their keys. */
async function passOf(url: string, room: string): Promise<string> {
  const place = await fetch(`${url}/.headgate/rooms/${room}/tickets`, { method: 'POST' });
  const { ticket } = (await place.json()) as { ticket: string };
  const answer = await fetch(`${url}/ereg/form`, { headers: { 'headgate-ticket': ticket } });
  await answer.body?.cancel();
  return answer.headers.get('headgate-pass') as string;
}

/** Letters alone: numbers would be folded into one address. */
function word(index: number): string {
  return index
    .toString(26)
    .split('')
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');
}

export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
