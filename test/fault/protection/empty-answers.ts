/** July 2017: the login of the API answers 200 with nothing, while everything else is well. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import { noteAnswers } from './answers.ts';
import { capacityOf, DATABASE, registrant } from './capacity.ts';
import { sendPrograms } from './programs.ts';
import { type Decision, decidedAtMs, setStage } from './stage.ts';

export interface EmptyOutcome {
  /** From the first empty answer until a decision named the route; null: none did. */
  namedMs: number | null;
  /** Registrations a second, before and while the login is empty. */
  before: number;
  during: number;
  /** What others were told while the login was empty. */
  visitors: Record<string, number>;
  otherPrograms: Record<string, number>;
  journal: Decision[];
}

const ROUTE = '/api/login';
const LOAD = 0.4;
const PER_SECOND = 8;
const THINK_MS = 1_500;

export async function runEmptyAnswers({
  wellMs,
  emptyMs,
}: {
  wellMs: number;
  emptyMs: number;
}): Promise<EmptyOutcome> {
  const stage = await setStage({ room: '{}' });
  const [visitorsTold, loginsTold, othersTold] = [noteAnswers(), noteAnswers(), noteAnswers()];
  const base = stage.gateway.url;
  const stopLogins = sendPrograms({
    ...{ base, method: 'POST', path: ROUTE, body: '{"user":"Ada"}' },
    ...{ perSecond: PER_SECOND, answers: loginsTold },
  });
  const stopOthers = sendPrograms({
    ...{ base, method: 'GET', path: '/api/attendees?eventid=4712' },
    ...{ perSecond: PER_SECOND / 2, answers: othersTold },
  });
  const visitors = sendArrivals({
    ...{ base, perSecond: LOAD * capacityOf(DATABASE), seed: 9 },
    ...{ plan: registrant(THINK_MS), onAnswer: visitorsTold.note },
  });
  await sleep(wellMs);
  const emptyAtMs = performance.now();
  await stage.platform.setMode({ route: ROUTE, answer: 'empty' });
  await sleep(emptyMs);
  const endMs = performance.now();
  const journal = await stage.journal();
  await Promise.all([stopLogins(), stopOthers(), visitors.stop()]);
  const named = journal.find((one) => decidedAtMs(one) >= emptyAtMs && one.sentence.includes(ROUTE));
  const outcome = {
    namedMs: named ? decidedAtMs(named) - emptyAtMs : null,
    before: stage.books.goodput(emptyAtMs - wellMs / 2, emptyAtMs),
    during: stage.books.goodput(emptyAtMs, endMs),
    visitors: visitorsTold.tally(emptyAtMs, endMs),
    otherPrograms: othersTold.tally(emptyAtMs, endMs),
    journal,
  };
  await stage.strike();
  return outcome;
}
