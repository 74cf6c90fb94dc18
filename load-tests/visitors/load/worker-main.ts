/** A process that sends: does what its parent tells it by messages, and ends with it. */

import { startWorker, type Worker } from './worker.ts';
import type { FromWorker, ToWorker } from './worker-words.ts';

let worker: Worker | null = null;
const tell = (message: FromWorker) => process.send?.(message);

process.on('message', (message: ToWorker) => {
  if (message.kind === 'begin') begin(startWorker(message.job));
  else if (message.kind === 'origins') worker?.setOrigins(message.origins);
  else if (message.kind === 'stop') worker?.stop();
  else if (worker) tell({ kind: 'seen', id: message.id, seen: worker.seen() });
});
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group of processes: the parent decides when this one ends.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => tell({ kind: 'failed', message: String(error.stack) }));

function begin(started: Worker): void {
  worker = started;
  void started.over.then(({ seen, evidence }) => tell({ kind: 'over', seen, evidence }));
}

tell({ kind: 'ready' });
