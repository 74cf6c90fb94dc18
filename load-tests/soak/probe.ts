/**
 * Loaded into a gateway that is soaked (`node --import`): tells on a socket file what only its own process knows. Each question
 * collects the garbage first, so that what is left is what it keeps; the loop's delay is read before that.
 */
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Probed {
  heapBytes: number;
  /** ArrayBuffers and what else lives outside of the heap. */
  outsideBytes: number;
  loopDelayP99Ms: number;
  /** What keeps a process alive: sockets, timers, requests. */
  resources: number;
}

const RESOLUTION_MS = 10;
const socketFile = process.env.HEADGATE_SOAK_SOCKET;
if (socketFile !== undefined) listenAt(socketFile);

function listenAt(file: string): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const server = createServer((_request, response) => {
    // The histogram has the timer's own period in it.
    const loopDelayP99Ms = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS);
    collect();
    delay.reset();
    const { heapUsed, external } = process.memoryUsage();
    const resources = process.getActiveResourcesInfo().length;
    const probed: Probed = { heapBytes: heapUsed, outsideBytes: external, loopDelayP99Ms, resources };
    response.end(JSON.stringify(probed));
  });
  server.listen(file).unref();
}
