/** Entry of a worker process: questions of the first process in, answers out. What signals mean to all is the first one's to say. */
import cluster from 'node:cluster';
import { startGateway } from '../start.ts';
import { answerQuestion } from './channel.ts';
import type { Answer } from './words.ts';
import { createWorker } from './worker.ts';

const { handlers, leave } = createWorker({
  startGateway,
  env: process.env,
  exit: (code) => process.exit(code),
});

const send = (answer: Answer) => {
  if (process.connected) process.send?.(answer);
};
process.on('message', (message) => void answerQuestion(message, handlers, send));

// A terminal sends these to every process of its group, and a service manager its SIGTERM.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
process.on('SIGTERM', () => leave());

// The first process is gone, and with it the port: Node would exit here, in the middle of every request.
cluster.worker?.once('disconnect', () => {
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
  leave();
});
