/** Gives every arrival its part: the visitor of its kind, with the address, the network and the manners of its group. */
import type { Dispatcher } from 'undici';
import type { VisitorGroup } from '../../rehearse/visitor-words.ts';
import type { ClientOptions } from '../client.ts';
import { openSecondTab } from '../second-tab.ts';
import type { Visit } from '../visit.ts';
import { createVisitor } from '../visitor.ts';
import type { Random, VisitorRecord } from '../words.ts';
import { keepEvidence } from './evidence.ts';
import { clientAddress, isOneOf, planOf } from './guest.ts';
import { partOf } from './part.ts';
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

/** Nobody listens there: what a balancer without a gate does. */
const NOWHERE = 'http://127.0.0.1:1';

export function createCast(job: WorkerJob, books: RequestBooks, dispatcher: Dispatcher): Cast {
  const { plan, target } = job;
  let { origins } = job;
  let turn = job.index;
  const base = () => origins[turn++ % origins.length] ?? NOWHERE;

  const clientOptions = (due: Due, host: string, signal: AbortSignal): ClientOptions => ({
    base,
    ...(target.keepHost && { host }),
    ...{ dispatcher, signal, onRefused: target.onRefused },
    headers: { 'x-forwarded-for': addressOf(due), ...target.headers },
    onAnswer: (asked, answer) => books.note(host, asked, answer),
    onSend: books.noteDelay,
  });
  return {
    setOrigins(changed) {
      origins = changed;
    },
    guest(due, dueAtMs) {
      const { host, path } = splitAddress(due.arrival.address);
      const ends = { visit: new AbortController(), tab: new AbortController() };
      const { group, random } = due;
      const client = clientOptions(due, host, ends.visit.signal);
      const tab = createTab(group, random, clientOptions(due, host, ends.tab.signal));
      const visitor = createVisitor({
        ...client,
        plan: planOf(group, path, random, plan.compress),
        ...{ random, prefix: target.prefix, cookiePrefix: target.cookiePrefix, dueAtMs },
        keepSighting: (sightings, sighting) => {
          keepEvidence(sightings, sighting);
          tab.open(visitor.visit);
        },
        ...partOf(due, { job, client, books }),
      });
      return {
        ...{ group: group.name, record: visitor.record, tabs: tab.records },
        async run() {
          await visitor.run();
          ends.tab.abort();
          await tab.closed();
        },
        leave() {
          ends.visit.abort();
          ends.tab.abort();
        },
      };
    },
  };
}

/** Opened once somebody who has two tabs was first told of a place. */
function createTab({ kind, behaviour }: VisitorGroup, random: Random, options: ClientOptions) {
  const isWanted = kind === 'browser' && isOneOf(behaviour.twoTabsShare, random);
  const records: VisitorRecord[] = [];
  let tab: Promise<unknown> | null = null;
  return {
    records,
    open(first: Visit): void {
      if (isWanted) tab ??= openSecondTab(first, options).then((record) => records.push(record));
    },
    closed: async () => void (await tab),
  };
}

function addressOf({ group, groupIndex, index, arrival }: Due): string {
  const client = arrival.client ?? Math.floor(index / (group.behaviour.networks ?? 1));
  return clientAddress(groupIndex, client);
}

/** By hand, since `URL` would tidy up what a log tells exactly. */
function splitAddress(address: string): { host: string; path: string } {
  const from = address.indexOf('//') + 2;
  const to = address.indexOf('/', from);
  return to < 0
    ? { host: address.slice(from), path: '/' }
    : { host: address.slice(from, to), path: address.slice(to) };
}
