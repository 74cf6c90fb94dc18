/** Many rooms over the masters of a cluster: one master hands over, is killed, and gives a slot away; only its own rooms may notice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tallyOf } from '../../../load-tests/visitors/crowd.ts';
import type { VisitorRecord } from '../../../load-tests/visitors/words.ts';
import { type Fleet, startFleet } from '../../support/fleet.ts';
import { type RedisCluster, startCluster } from '../../support/redis-cluster.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import { longestPauseSeconds, type RoomWatch, watchRoom } from '../../support/room-watch.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { untilSo } from '../../support/within.ts';
import { addFaultRow } from '../report.ts';
import type { Verdict } from '../verdict.ts';
import {
  type EventRoom,
  eventRooms,
  FEW,
  judgeRooms,
  lawOf,
  linesOf,
  lossesOf,
  MANY,
  noticed,
} from './cluster-rooms.ts';
import { between, patientVisitor } from './visitors.ts';

/** `asked`: a replica takes over in order; `killed`: the master is killed, cut off from its replica before; `moved`: the slot of one of its rooms goes elsewhere. */
export type ClusterFault = 'asked' | 'killed' | 'moved';

export interface ClusterRun {
  faults: readonly ClusterFault[];
  /** Rooms with few visitors each, wherever their slots lie. */
  rooms: number;
  visitorsEach: number;
  /** Visitors of each room with a long line. */
  visitorsInLine: number;
  overMs: number;
  stayMs: { least: number; most: number };
  /** Before the first fault, and after each. */
  calmMs: number;
  /** Time that the slot's move takes. */
  moveMs: number;
  seed: number;
}

export interface ClusterOutcome extends Verdict {
  roomsByMaster: number[];
  outcomes: Record<string, number>;
  /** Requests that were answered with a failure, or not at all. */
  failures: number;
  /** What was noticed in rooms of the other masters, a sentence each. */
  noticed: string[];
  /** Rooms of the failing master that the store held for a while: it had become another server. */
  heldRooms: number;
  /** By fault: the longest time without a call in a room that it hit. */
  pauseSeconds: Partial<Record<ClusterFault, number>>;
  /** The same in a room of another master, over all faults. */
  neighbourPauseSeconds: number;
  schedulingDelayMs: number;
  seconds: number;
}

const CUT_MS = 2_000;
/** How much longer those stay who are silent. */
const SILENT_STAYS = 4;
const CALLING_MS = 30_000;
const NAMES: Record<ClusterFault, string> = {
  asked: 'Cluster failover, asked for',
  killed: 'a master of the Cluster killed -9, link cut first',
  moved: 'a room’s slot moved under load',
};

export async function runCluster(run: ClusterRun): Promise<ClusterOutcome> {
  const cluster = await startCluster();
  // With it the list of gateways is lost, too.
  const master = await cluster.masterOf('gateways');
  const lines = await linesOf(cluster, master);
  const fleet = await startFleet({
    ...{ gateways: 3, store: patient(cluster.store), idleSeconds: 60 },
    room: lawOf(FEW),
    rooms: Object.fromEntries(lines.map(({ room }) => [room, lawOf(MANY)])),
  });
  const owners = await cluster.ownersOf([...eventRooms(run.rooms, 1), ...lines].map(({ room }) => room));
  const delay = measureSchedulingDelay();
  const watches = lines.map(({ room }) => watchRoom(fleet, room));
  const [failing, moving, neighbour] = watches as [RoomWatch, RoomWatch, RoomWatch];
  const startedMs = performance.now();
  const crowd = sendVisitors(fleet, run, lines);
  await sleep(run.calmMs);

  const pauseSeconds: ClusterOutcome['pauseSeconds'] = {};
  let victim = master;
  for (const fault of run.faults) {
    const watch = fault === 'moved' ? moving : failing;
    const sinceMs = performance.now();
    if (fault === 'moved') await cluster.migrate(lines[1]!.room, run.moveMs);
    else victim = await failOver(cluster, victim, fault);
    await untilCalling(watch, performance.now());
    await sleep(run.calmMs);
    pauseSeconds[fault] = longestPauseSeconds(watch.looks, sinceMs, performance.now());
    if (fault !== run.faults.at(-1)) await cluster.heal();
  }
  const endedMs = performance.now();
  const losses = await lossesOf(cluster, [...owners.keys()]);
  const records = await crowd;
  await Promise.all(watches.map(({ stop }) => stop()));
  const verdict = await judgeRooms(fleet, records, lines);
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  addRows(pauseSeconds, verdict, schedulingDelayMs);
  await fleet.stop();
  const isVictim = (room: string) => owners.get(room) === master;
  return {
    ...verdict,
    roomsByMaster: [...Map.groupBy(owners, ([, owner]) => owner.port).values()].map(({ length }) => length),
    outcomes: tallyOf(records).outcomes,
    failures: records.reduce((sum, { failures }) => sum + failures, 0),
    noticed: noticed(records, losses, isVictim),
    heldRooms: [...losses].filter(([room, count]) => isVictim(room) && count > 0).length,
    pauseSeconds,
    neighbourPauseSeconds: longestPauseSeconds(neighbour.looks, startedMs + run.calmMs, endedMs),
    schedulingDelayMs,
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

/** A master that is killed has acknowledged, for a while, what its replica will never have. */
async function failOver(
  cluster: RedisCluster,
  victim: RedisServer,
  how: 'asked' | 'killed',
): Promise<RedisServer> {
  if (how === 'killed') {
    await cluster.cutLink(victim);
    await sleep(CUT_MS);
  }
  return cluster.failover(victim, how);
}

/** A machine that is busy for half a second must not be taken for a Redis that is lost. */
function patient(store: string): string {
  return store.replace(/ }$/, ', commandMs: 2000 }');
}

/** Says nothing between the first page and goodbye: nobody but the gateways can tell a store that forgot them. */
function isSilent(index: number): boolean {
  return index % 2 === 0;
}

/** In each room they come over the whole time, so that every fault meets some. */
async function sendVisitors(
  fleet: Fleet,
  run: ClusterRun,
  lines: readonly EventRoom[],
): Promise<readonly VisitorRecord[]> {
  const events = eventRooms(run.rooms, 1).map(({ event }) => event);
  const come = (of: readonly string[], count: number, seed: number) =>
    fleet.crowd({
      ...{ count, overMs: run.overMs, seed },
      plan: (random, index) => {
        const event = of[index % of.length]!;
        const stayMs = between(random, run.stayMs.least, run.stayMs.most);
        const who = { address: `/ereg/newreg.php?eventid=${event}`, account: `${event}-${index}` };
        return isSilent(index)
          ? patientVisitor(index, SILENT_STAYS * stayMs, { ...who, looksEveryMs: SILENT_STAYS * stayMs })
          : patientVisitor(index, stayMs, who);
      },
    }).done;
  const all = [come(events, events.length * run.visitorsEach, run.seed)];
  for (const [index, { event }] of lines.entries())
    all.push(come([event], run.visitorsInLine, run.seed + 10_000 * (index + 1)));
  return (await Promise.all(all)).flat();
}

/** That it took too long is judged later, by the time. */
function untilCalling(watch: RoomWatch, sinceMs: number): Promise<void> {
  const isCalling = () => watch.callingAgainSeconds(sinceMs) !== null;
  return untilSo(CALLING_MS, 'the line did not call again', isCalling).catch(() => {});
}

function addRows(pauses: ClusterOutcome['pauseSeconds'], verdict: Verdict, schedulingDelayMs: number): void {
  const { breaches: _told, ...figures } = verdict;
  const none = { overLimit: 0, lostPlaces: 0, orderBroken: 0, positionsGrown: 0 };
  // What visitors were told is known of the whole run: it stands in the first row.
  for (const [index, [fault, seconds]] of Object.entries(pauses).entries())
    addFaultRow({
      fault: NAMES[fault as ClusterFault],
      ...(index === 0 ? figures : none),
      callingAgainSeconds: seconds,
      schedulingDelayMs,
    });
}
