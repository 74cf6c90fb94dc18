/** Counts the commands that a client sends, each time one is sent: what a server has to do for this gateway. */
import type { Cluster, Redis } from 'ioredis';

/** Redirected or repeated ones count again. Must be asked before the client is used. */
export function countCommands(client: Redis | Cluster): () => number {
  let count = 0;
  const send = client.sendCommand.bind(client) as (...words: unknown[]) => unknown;
  Object.assign(client, {
    sendCommand(...words: unknown[]) {
      count += 1;
      return send(...words);
    },
  });
  return () => count;
}
