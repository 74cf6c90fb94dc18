/** Connections between the first process and a worker: none is left open with nobody to answer it. */
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchHandover } from '../../gateway/workers/handover.ts';

function stage() {
  const closed: string[] = [];
  const child = Object.assign(new EventEmitter(), { send: () => true });
  // Node's own listener, which may hand over the next one in the moment of the answer.
  let next: string | null = null;
  child.on('internalMessage', () => {
    if (next !== null) hand(next);
    next = null;
  });
  const handover = watchHandover(child as unknown as ChildProcess);
  const hand = (name: string) =>
    (child.send as (...rest: unknown[]) => boolean)({ act: 'newconn' }, { close: () => closed.push(name) });
  const answer = (accepted: boolean, then: string | null = null) => {
    next = then;
    child.emit('internalMessage', { ack: 1, accepted });
  };
  return { closed, handover, hand, answer };
}

describe('a connection', () => {
  it('on its way to a worker that ends is closed, also right behind another one', () => {
    const { closed, handover, hand, answer } = stage();
    hand('first');
    answer(true, 'second');
    handover.workerEnded();
    expect(closed).toEqual(['second']);
  });

  it('that was taken is the worker’s alone', () => {
    const { closed, handover, hand, answer } = stage();
    hand('first');
    answer(true);
    handover.closeRefused();
    handover.workerEnded();
    expect(closed).toEqual([]);
  });

  it('that was refused may still be another worker’s, and is closed when there is none', () => {
    const { closed, handover, hand, answer } = stage();
    hand('first');
    answer(false);
    handover.workerEnded();
    expect(closed).toEqual([]);
    handover.closeRefused();
    expect(closed).toEqual(['first']);
  });
});
