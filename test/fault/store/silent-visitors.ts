/** People who type for most of their idle time, while Redis loses everything and the gateways that served them are killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { type Client, createClient } from '../../../load-tests/visitors/client.ts';
import { tallyOf } from '../../../load-tests/visitors/crowd.ts';
import { type Fleet, HOST, startFleet } from '../../support/fleet.ts';
import type { GatewayProcess } from '../../support/gateway-process.ts';
import { startRedis } from '../../support/redis-server.ts';
import { watchRoom } from '../../support/room-watch.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { addFaultRow } from '../report.ts';
import { surelyCallingSeconds, untilSurelyCalling } from '../timing.ts';
import { judge, type Verdict } from '../verdict.ts';
import { ADDRESS, between, patientVisitor, ROOM } from './visitors.ts';

export interface SilenceRun {
  idleSeconds: number;
  sessions: number;
  /** Who type: half of them were served by a gateway that comes back, half by one that never does. */
  silent: number;
  /** How long they type. */
  silenceMs: { least: number; most: number };
  /** From their last request until everything is lost. */
  lostAfterMs: number;
  /** How long the one gateway stays away. */
  awayMs: number;
  /** Others, who fill every slot that seems free. */
  visitors: number;
  overMs: number;
  seed: number;
}

export interface SilenceOutcome extends Verdict {
  /** What those who had typed were told when they sent their form, by gateway of before. */
  forms: { backAgain: string[]; goneForEver: string[] };
  mostSessions: number;
  outcomes: Record<string, number>;
  callingAgainSeconds: number | null;
  schedulingDelayMs: number;
  seconds: number;
}

/** Others have asked for the newest leases by then: a tick, and a turn of a busy machine. */
const MIRRORED_MS = 1_500;

export async function runSilence(run: SilenceRun): Promise<SilenceOutcome> {
  const startedMs = performance.now();
  const redis = await startRedis();
  const fleet = await startFleet({
    gateways: 3,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: `{ limits: { sessions: ${run.sessions}, submitReserve: 0 }, session: { idleSeconds: ${run.idleSeconds} } }`,
  });
  const [watch, delay] = [watchRoom(fleet, ROOM), measureSchedulingDelay()];
  const dispatcher = new Agent({ connections: null });
  const [returning, gone] = fleet.gateways as [GatewayProcess, GatewayProcess, GatewayProcess];
  const half = Math.floor(run.silent / 2);
  const typing = await Promise.all(
    [returning, gone].map((gateway) => beginTyping(fleet, gateway, half, dispatcher)),
  );
  const silentFromMs = performance.now();
  const crowd = fleet.crowd({
    ...{ count: run.visitors, overMs: run.overMs, seed: run.seed },
    plan: (random, index) => patientVisitor(index, between(random, 500, 1_500)),
  });
  await sleep(Math.max(MIRRORED_MS, run.lostAfterMs));

  await Promise.all([returning.kill(), gone.kill(), redis.cli('FLUSHALL')]);
  const endedMs = performance.now();
  const comesBack = sleep(run.awayMs).then(() => returning.restart());
  const sent = typing.map((some) =>
    some.map((typist, index) => sendForm(typist, index, half, silentFromMs, run)),
  );
  const [backAgain, goneForEver] = (await Promise.all(sent.map((some) => Promise.all(some)))) as [
    string[],
    string[],
  ];
  await comesBack;
  const records = await crowd.done;
  await untilSurelyCalling(watch, endedMs);
  await watch.stop();
  await dispatcher.destroy();

  const { sessions } = await fleet.platform.stats();
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  const { most: mostSessions } = sessions;
  const verdict = judge({ records, mostSessions, limit: run.sessions, schedulingDelayMs });
  const thrownOut = [...backAgain, ...goneForEver].filter((told) => told !== 'admitted');
  const lostPlaces = verdict.lostPlaces + thrownOut.length;
  const breaches = [
    ...verdict.breaches,
    ...thrownOut.map((told) => `somebody who had typed was told: ${told}`),
  ];
  const callingAgainSeconds = surelyCallingSeconds(watch, endedMs);
  const { breaches: _told, ...figures } = verdict;
  const [least, most] = [run.silenceMs.least / 1_000, run.silenceMs.most / 1_000];
  const fault = `FLUSHALL and 2 of 3 gateways killed under ${least}–${most} s of silence (idle ${run.idleSeconds} s)`;
  addFaultRow({ fault, ...figures, lostPlaces, callingAgainSeconds, schedulingDelayMs });
  await fleet.stop();
  return {
    ...{ ...verdict, lostPlaces, breaches },
    forms: { backAgain, goneForEver },
    mostSessions: sessions.most,
    outcomes: tallyOf(records).outcomes,
    callingAgainSeconds,
    schedulingDelayMs,
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

interface Typist {
  client: Client;
  /** From now on any gateway that lives serves them. */
  roam(): void;
}

/** They come, see page 2 at the gateway, and begin to type. */
async function beginTyping(
  fleet: Fleet,
  gateway: GatewayProcess,
  count: number,
  dispatcher: Agent,
): Promise<Typist[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      let isBound = true;
      const base = () => (isBound ? gateway.url : fleet.origin());
      const account = `typist-${gateway.pid}-${index}`;
      const options = { base, host: HOST, dispatcher, signal: new AbortController().signal };
      const client = createClient(options, { kind: 'browser', patienceMs: 10_000, account });
      for (const path of [ADDRESS, '/ereg/step/2']) {
        const { state } = await client.send('GET', path, 'navigate');
        if (state !== 'admitted') throw new Error(`a typist was told ${state}`);
      }
      return {
        client,
        roam() {
          isBound = false;
        },
      };
    }),
  );
}

/** Each after a silence of its own; resolves with what the gate said, `admitted` where the platform got the form. */
async function sendForm(
  { client, roam }: Typist,
  index: number,
  count: number,
  sinceMs: number,
  { silenceMs: { least, most } }: SilenceRun,
): Promise<string> {
  const silenceMs = least + ((most - least) * index) / Math.max(1, count - 1);
  await sleep(Math.max(0, sinceMs + silenceMs - performance.now()));
  roam();
  const answer = await client.send('POST', '/ereg/step/2', 'navigate', 'name=Typist&step=2');
  if (answer.state !== 'admitted') return `${answer.status} ${answer.state}`;
  if (answer.header('location') !== '/ereg/step/3') return `${answer.status} to ${answer.header('location')}`;
  await client.send('POST', '/ereg/leave', 'navigate', '');
  await client.send('POST', `/.headgate/rooms/${ROOM}/leave`, 'navigate', '');
  return 'admitted';
}
