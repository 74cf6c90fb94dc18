/** Takes a revision to the gateways in stages, round by round; where the process ends in between, the next one goes on. */
import type { Clock } from '../../gateway/clock.ts';
import type { Publisher } from '../control/publisher.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { RunningFleet } from '../fleet/fleet.ts';
import { begin, resume, step } from './activation.ts';
import type { Book, Deed } from './book.ts';
import { createLastMinute } from './minute.ts';
import type { Activation, Guards, Revision } from './words.ts';

export interface Activations {
  /** Throws AdminError HG_NO_GATEWAY where nobody could go first. */
  begin(number: number, deed: Deed): Revision;
  /** One look at the gateways; after each reading of their reports. */
  round(): void;
  isRunning(): boolean;
}

export interface ActivationsParts {
  data: ControlData;
  publisher: Publisher;
  book: Book;
  fleet: Pick<RunningFleet, 'gateways' | 'isLinked'>;
  clock: Clock;
  guards(): Guards;
  takeBack(number: number, deed: Deed): void;
}

const TABLE = `CREATE TABLE IF NOT EXISTS activation (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  state TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT`;

interface Running extends Deed {
  activation: Activation;
}

export function createActivations(parts: ActivationsParts): Activations {
  const { data, publisher, book, fleet, clock } = parts;
  data.define(TABLE);
  const select = data.db.prepare('SELECT state, author, reason FROM activation');
  const replace = data.db.prepare(
    'INSERT OR REPLACE INTO activation (only, state, author, reason) VALUES (1, ?, ?, ?)',
  );
  const remove = data.db.prepare('DELETE FROM activation');
  const minute = createLastMinute();
  let running = readRunning();
  let wasLinked = true;

  function readRunning(): Running | null {
    const row = select.get() as { state: string; author: string; reason: string } | undefined;
    if (row === undefined) return null;
    const activation = resume(JSON.parse(row.state) as Activation, clock.monotonicMs());
    return { activation, by: row.author, reason: row.reason };
  }

  const live = () => fleet.gateways().map(({ report }) => report);

  /** What is remembered changes with what is on the disk. */
  function keep(next: Running | null): void {
    if (next === null) remove.run();
    else replace.run(JSON.stringify(next.activation), next.by, next.reason);
    data.afterCommit(() => {
      running = next;
    });
  }

  function advance({ activation, by, reason }: Running): void {
    const next = step(activation, live(), parts.guards(), clock.monotonicMs());
    if (next.kind === 'stay') running = { activation: next.activation, by, reason };
    else
      data.transaction(() => {
        if (next.kind === 'widen') {
          book.widen(Object.keys(next.activation.gateways), next.detail);
          keep({ activation: next.activation, by, reason });
          return;
        }
        keep(null);
        if (next.kind === 'activate') book.activate(activation.revision, { by, reason });
        else parts.takeBack(activation.revision, { by: 'headgate', reason: next.reason });
      });
  }

  /** Gateways that could not be heard of have not fallen silent. */
  function heardAgain(): void {
    if (running && !wasLinked)
      running = { ...running, activation: resume(running.activation, clock.monotonicMs()) };
    wasLinked = true;
  }

  return {
    begin: (number, deed) =>
      data.transaction(() => {
        const nowMs = clock.monotonicMs();
        const first = begin(number, live(), minute.of, nowMs);
        if (first === null)
          throw new AdminError('HG_NO_GATEWAY', 'no gateway is there to try it; `stage: none` asks none');
        const revision = book.stage(number, Object.keys(first.gateways), deed);
        keep({ ...deed, activation: { ...first, revision: revision.number } });
        return revision;
      }),
    round() {
      if (!fleet.isLinked()) {
        wasLinked = false;
        return;
      }
      heardAgain();
      minute.see(live(), clock.monotonicMs());
      if (running === null) return;
      // Published by an earlier life, and overtaken since.
      if (publisher.current().staged?.number !== running.activation.revision)
        data.transaction(() => keep(null));
      else advance(running);
    },
    isRunning: () => running !== null,
  };
}
