/** What a visitor does by its group's kind and by how it comes: where nothing is said, it comes as a browser or a program does. */
import { takeNumbers } from '../bot.ts';
import type { ClientOptions } from '../client.ts';
import { watchCountdown } from '../countdown.ts';
import { syncPhone } from '../mobile.ts';
import { replayLine } from '../replay.ts';
import type { VisitorOptions } from '../visitor.ts';
import { MACHINE_OFFSET_MS } from './machine-clock.ts';
import type { RequestBooks } from './request-books.ts';
import type { Due } from './schedule.ts';
import type { WorkerJob } from './worker-words.ts';

interface Props {
  job: WorkerJob;
  client: ClientOptions;
  books: RequestBooks;
}

/** People's clocks and fingers differ so much at an opening, s of the scenario. */
const OPENING_SPREAD_SECONDS = 1;

export function partOf(
  { group, arrival }: Due,
  { job, client, books }: Props,
): Pick<VisitorOptions, 'before' | 'instead'> {
  const { arrivals, behaviour, kind } = group;
  if (arrivals.shape === 'log') return { instead: (visit) => replayLine(visit, arrival.method ?? 'GET') };
  if (kind === 'mobile') return { instead: (visit) => syncPhone(visit, books) };
  if (kind === 'bot') return { instead: (visit) => takeNumbers(visit, client, behaviour) };
  if (arrivals.shape !== 'countdown') return {};
  const realMs = (seconds: number) => (seconds * 1_000) / job.plan.compress;
  const countdown = {
    opensAtMs: job.beginsAtMs - MACHINE_OFFSET_MS + realMs(arrivals.opensAtSeconds),
    reloadMs: realMs(arrivals.reloadSeconds),
    spreadMs: realMs(OPENING_SPREAD_SECONDS),
  };
  return { before: (visit) => watchCountdown(visit, countdown) };
}
