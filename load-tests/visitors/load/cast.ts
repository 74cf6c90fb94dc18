/** Gives every arrival its part: the visitor of its kind, with the address, the network and the manners of its group. */
import type { Dispatcher } from 'undici';
import type { ClientOptions } from '../client.ts';
import { createVisitor } from '../visitor.ts';
import type { VisitorRecord } from '../words.ts';
import { keepEvidence } from './evidence.ts';
import { clientAddress, planOf } from './guest.ts';
import type { RequestBooks } from './request-books.ts';
import type { Due } from './schedule.ts';
import type { WorkerJob } from './worker-words.ts';

export interface Guest {
  readonly group: string;
  readonly record: VisitorRecord;
  /** Of second tabs. */
  readonly tabs: readonly VisitorRecord[];
  run(): Promise<unknown>;
  /** The run is over. */
  leave(): void;
}

export interface Cast {
  guest(due: Due, dueAtMs: number): Guest;
  setOrigins(origins: readonly string[]): void;
}

export function createCast(job: WorkerJob, books: RequestBooks, dispatcher: Dispatcher): Cast {
  const { plan, target } = job;
  let { origins } = job;
  let turn = job.index;
  const base = () => origins[turn++ % origins.length] ?? 'http://127.0.0.1:1';

  const clientOptions = (due: Due, url: URL, signal: AbortSignal): ClientOptions => ({
    base,
    ...(target.keepHost && { host: url.host }),
    dispatcher,
    signal,
    onRefused: target.onRefused,
    headers: { 'x-forwarded-for': addressOf(due), ...target.headers },
    onAnswer: (asked, answer) => books.note(url.host, asked, answer),
    onSend: books.noteDelay,
  });
  return {
    setOrigins(changed) {
      origins = changed;
    },
    guest(due, dueAtMs) {
      const url = new URL(due.arrival.address);
      const end = new AbortController();
      const { group, random } = due;
      const visitor = createVisitor({
        ...clientOptions(due, url, end.signal),
        plan: planOf(group, url.pathname + url.search, random, plan.compress),
        random,
        prefix: target.prefix,
        cookiePrefix: target.cookiePrefix,
        keepSighting: keepEvidence,
        dueAtMs,
      });
      return {
        group: group.name,
        record: visitor.record,
        tabs: [],
        run: visitor.run,
        leave: () => end.abort(),
      };
    },
  };
}

function addressOf({ group, groupIndex, index, arrival }: Due): string {
  const client = arrival.client ?? Math.floor(index / (group.behaviour.networks ?? 1));
  return clientAddress(groupIndex, client);
}
