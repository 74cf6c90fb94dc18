/** An old primary still answers one gateway while the others are with the promoted replica: two stores of one room, for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Crowd, sendCrowd, tallyOf } from '../../../load-tests/visitors/crowd.ts';
import type { VisitorRecord } from '../../../load-tests/visitors/words.ts';
import { HOST } from '../../support/fleet.ts';
import { roomAt } from '../../support/room-client.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { untilSo } from '../../support/within.ts';
import { addFaultRow } from '../report.ts';
import { judge, type Verdict } from '../verdict.ts';
import { admittedByOld, insideBooks, newcomerStates, type PartedStage, startParted } from './parted-stage.ts';
import { between, patientVisitor, ROOM } from './visitors.ts';

export interface IsolationRun {
  /** With `min-replicas-to-write 1` the old primary refuses. */
  refuses: boolean;
  sessions: number;
  /** Inside before the network parts, until after it is healed. */
  inside: number;
  /** Come while it is parted, evenly: to the gateway that is alone, and to the others. */
  alone: number;
  together: number;
  partedMs: number;
  seed: number;
}

export interface IsolationOutcome extends Verdict {
  mostSessions: number;
  /** What the gateway that is alone may let in by itself: an equal part of what was free. */
  share: number;
  /** What it said of the room while it was alone, and to newcomers of rooms that hold, and that are open, without a store. */
  saidAlone: { share: string; hold: string; open: string };
  /** Let in by the old primary: until it was shown a ticket of the other side, and then, before its hold was over. */
  admittedAlone: number;
  admittedAfterToken: number;
  /** Visitors by how their visit ended. */
  outcomes: Record<string, number>;
  /** From the healing until no more were inside than may be, for good. */
  settledSeconds: number;
  schedulingDelayMs: number;
}

/** Less than the hold of 3 s, so that it is still on at the end. */
const AFTER_TOKEN_MS = 2_000;
const INSIDE_MS = 20_000;
const SHARING = 3;

export async function runIsolation(run: IsolationRun): Promise<IsolationOutcome> {
  const [stage, delay] = [await startParted(run.sessions), measureSchedulingDelay()];
  const before = crowdAt(stage, 'together', run.inside, 1_000, run, run.partedMs + 4_000);
  const areInside = async () => (await insideBooks(stage)).now === run.inside;
  await untilSo(INSIDE_MS, 'not everybody came in', areInside);
  await stage.replicas.inStep();
  const admittedBefore = await admittedByOld(stage);

  await stage.part(run.refuses);
  const alone = crowdAt(stage, 'alone', run.alone, run.partedMs, run, run.partedMs / 2);
  const together = crowdAt(stage, 'together', run.together, run.partedMs, run, run.partedMs / 2);
  await sleep(run.partedMs);
  const saidAlone = await sayings(stage);
  const admittedAlone = (await admittedByOld(stage)) - admittedBefore;
  const admittedAfterToken = run.refuses ? 0 : await showToken(stage);
  await stage.heal();

  const settled = watchSettling(stage, run.sessions);
  const crowds = [[...(await before.done), ...(await together.done)], await alone.done];
  const settledSeconds = await settled();
  const mostSessions = (await insideBooks(stage)).most;
  const share = Math.floor((run.sessions - run.inside) / SHARING);
  const verdict = judgeSides(crowds, mostSessions, run.sessions + share);
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  addRow(run, verdict, schedulingDelayMs);
  await stage.fleet.stop();
  return {
    ...verdict,
    ...{ mostSessions, share, saidAlone, admittedAlone, admittedAfterToken },
    ...{ outcomes: tallyOf(crowds.flat()).outcomes, settledSeconds, schedulingDelayMs },
  };
}

function crowdAt(
  stage: PartedStage,
  side: 'alone' | 'together',
  count: number,
  overMs: number,
  run: IsolationRun,
  stayMs: number,
): Crowd {
  const seed = run.seed + count;
  return sendCrowd({
    ...{ count, overMs, seed, base: () => stage.origin(side), host: HOST },
    plan: (random, index) => patientVisitor(seed * 1_000 + index, between(random, stayMs * 0.8, stayMs)),
  });
}

async function sayings({ sides }: PartedStage): Promise<IsolationOutcome['saidAlone']> {
  const { state } = await roomAt(sides.alone, ROOM).status();
  return { share: state, ...(await newcomerStates(sides.alone)) };
}

/** Brings a ticket of the others' side to the gateway that is alone; how many its store lets in from then on. */
async function showToken(stage: PartedStage): Promise<number> {
  const { alone, together } = stage.sides;
  const { ticket } = await roomAt(together[0]!, ROOM).join();
  await roomAt(alone, ROOM).place(ticket);
  const before = await admittedByOld(stage);
  await sleep(AFTER_TOKEN_MS);
  return (await admittedByOld(stage)) - before;
}

/** Watches the books from now on, until asked how long more than may be were inside. */
function watchSettling(stage: PartedStage, limit: number): () => Promise<number> {
  const sinceMs = performance.now();
  let [isOver, lastMs] = [false, sinceMs];
  const watching = (async () => {
    for (; !isOver; await sleep(50)) if ((await insideBooks(stage)).now > limit) lastMs = performance.now();
  })();
  return async () => {
    isOver = true;
    await watching;
    return (lastMs - sinceMs) / 1_000;
  };
}

/** The two sides know nothing of each other: order is kept on each. */
function judgeSides(
  sides: readonly (readonly VisitorRecord[])[],
  mostSessions: number,
  limit: number,
): Verdict {
  const verdicts = sides.map((records) => judge({ records, mostSessions: 0, limit }));
  const sum = (figure: (verdict: Verdict) => number) => verdicts.reduce((all, each) => all + figure(each), 0);
  const books = judge({ records: [], mostSessions, limit });
  return {
    overLimit: books.overLimit,
    lostPlaces: sum(({ lostPlaces }) => lostPlaces),
    orderBroken: sum(({ orderBroken }) => orderBroken),
    positionsGrown: sum(({ positionsGrown }) => positionsGrown),
    breaches: [books, ...verdicts].flatMap(({ breaches }) => breaches),
  };
}

function addRow({ refuses }: IsolationRun, verdict: Verdict, schedulingDelayMs: number): void {
  const { breaches: _told, ...figures } = verdict;
  const how = refuses ? 'that refuses (min-replicas-to-write 1)' : 'that writes on';
  const fault = `isolated old primary ${how}; over: beyond the share`;
  addFaultRow({ fault, ...figures, callingAgainSeconds: null, schedulingDelayMs });
}
