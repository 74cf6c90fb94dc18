/**
 * Keeps the memory of large bodies flat. Each read of a socket is a buffer outside V8's heap, and V8 starts to collect those
 * only when 64 MB of them have come together, since so few objects on its heap belong to them. A minor collection for
 * every 16 MB that were streamed (1 ms or so) frees them while they are young.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const BYTES_PER_COLLECTION = 16 << 20;

type Collect = (options: { type: 'minor' }) => void;

let collect: Collect | null = null;
let bytes = 0;
let isDue = false;

/** Called with each piece of a body that is passed on. */
export function countStreamed(pieceBytes: number): void {
  bytes += pieceBytes;
  if (bytes < BYTES_PER_COLLECTION || isDue) return;
  isDue = true;
  setImmediate(collectYoung);
}

function collectYoung(): void {
  collect ??= exposeCollect();
  collect({ type: 'minor' });
  bytes = 0;
  isDue = false;
}

/** The collector is only there when asked for by flag; the flag may be set while the process runs. */
function exposeCollect(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}
