/** Asks another gateway process whether it lives: an answer within a second, whatever the network does. */
import { type ClientRequest, get } from 'node:http';

/**
 * `refused`: that machine answers, and says that the process is not there: it is dead. `unreachable`: nobody can tell from here.
 */
export type LiveAnswer = 'alive' | 'refused' | 'unreachable';

const ASK_MS = 1_000;
const ALIVE = 200;
/** Another gateway has the port by now (gateway/store/peer-port.ts). */
export const NOT_THIS_GATEWAY = 410;

/** `address`: the whole URL, with the gateway's id in it. Never rejects. */
export function askLive(address: string): Promise<LiveAnswer> {
  return new Promise((resolve) => {
    let request: ClientRequest | undefined;
    const settle = (answer: LiveAnswer) => {
      clearTimeout(timer);
      request?.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle('unreachable'), ASK_MS);
    try {
      // A connection of its own: what a kept one tells is not whether a new one would be refused.
      request = get(address, { agent: false }, ({ statusCode }) => settle(answerOf(statusCode)));
      request.on('error', ({ code }: NodeJS.ErrnoException) =>
        settle(code === 'ECONNREFUSED' ? 'refused' : 'unreachable'),
      );
    } catch {
      settle('unreachable');
    }
  });
}

function answerOf(status: number | undefined): LiveAnswer {
  if (status === ALIVE) return 'alive';
  return status === NOT_THIS_GATEWAY ? 'refused' : 'unreachable';
}
