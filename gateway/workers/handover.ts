/**
 * Closes the connections that Node's cluster would leave open for ever: those on their way to a worker that is killed
 * (Node 26: 18 of 20 kills under load), and those that the last worker refused because it had stopped listening. Node
 * keeps its copy until a worker says that it took the connection; closed, the client knows, and asks anew.
 */
import type { ChildProcess } from 'node:child_process';

interface Connection {
  /** On one that was taken, and closed here, it does nothing. */
  close?: () => void;
}

export interface Handover {
  workerEnded(): void;
  closeRefused(): void;
}

/** A worker is sent one connection at a time, and answers each with `accepted`. */
export function watchHandover(child: ChildProcess): Handover {
  let onItsWay: Connection | undefined;
  let refused: Connection | undefined;
  const send = child.send.bind(child) as (...rest: unknown[]) => boolean;
  child.send = (message: unknown, connection?: unknown, ...rest: unknown[]) => {
    if (connection) onItsWay = connection;
    return send(message, connection, ...rest);
  };
  // Before Node's own listener: by its answer a worker may be sent the next one.
  child.prependListener('internalMessage', (message: { accepted?: boolean }) => {
    if (message.accepted === undefined) return;
    if (!message.accepted) refused = onItsWay;
    onItsWay = undefined;
  });
  return {
    workerEnded: () => onItsWay?.close?.(),
    closeRefused: () => refused?.close?.(),
  };
}
