/** The gateways as the admin sees them: their reports, read twice a second, who fell silent, and what they answer to commands. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../gateway/clock.ts';
import type { ControlLink } from '../../gateway/control/link.ts';
import type { HeardReport } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import { createRounds } from '../control/rounds.ts';
import type { Fleet } from '../control/words.ts';
import type { AdminLog } from '../log.ts';
import { createCommands } from './commands.ts';
import { createHeard } from './heard.ts';

export interface FleetParts {
  link: ControlLink;
  publisher: Publisher;
  clock: Clock;
  log: AdminLog;
  roundMs?: number;
}

export interface RunningFleet extends Fleet {
  start(): void;
  stop(): Promise<void>;
  /** Reads the reports once. */
  round(): Promise<void>;
  /** Whether the reports could be read the last time. */
  isLinked(): boolean;
}

const ROUND_MS = 500;
const SILENT_MS = 5_000;
/** Who was not heard of for so long is forgotten. */
const REMEMBERED_MS = 3_600_000;
/** Goodbyes of silent gateways are looked for this seldom: it means reading old reports. */
const ROUNDS_A_LOOK_BACK = 10;

export function createFleet({ link, publisher, clock, log, roundMs = ROUND_MS }: FleetParts): RunningFleet {
  const heard = createHeard(clock, SILENT_MS, REMEMBERED_MS);
  const commands = createCommands({ publisher, heard, clock, newId: randomUUID });
  const listeners: (() => void)[] = [];
  const faults = new Map<() => void, string>();
  let isLinked = true;
  let count = 0;

  async function read(): Promise<void> {
    const linkNowMs = await link.nowMs();
    if (count++ % ROUNDS_A_LOOK_BACK !== 0) {
      const isWhole = heard.takeLive(await link.reports(SILENT_MS), linkNowMs);
      if (isWhole) return;
    }
    heard.takeAll(await link.reports(REMEMBERED_MS), linkNowMs);
  }

  async function round(): Promise<void> {
    try {
      await read();
      isLinked = true;
    } catch (error) {
      if (isLinked) log.say('warn', { error: String(error) }, 'the gateways’ reports cannot be read');
      isLinked = false;
    }
    commands.hear(heard.live());
    for (const { report } of heard.live()) publisher.heardOf(report.serial);
    for (const listener of listeners) attempt(listener);
  }

  /** One part's fault is not the others', and it is told once for as long as it lasts. */
  function attempt(listener: () => void): void {
    try {
      listener();
      faults.delete(listener);
    } catch (error) {
      if (faults.get(listener) !== String(error))
        log.say('error', { error: String(error) }, 'a look at the gateways’ reports failed');
      faults.set(listener, String(error));
    }
  }

  const rounds = createRounds(round, roundMs);
  return {
    gateways: (): readonly HeardReport[] => heard.live(),
    silent: (): readonly HeardReport[] => heard.silent(),
    onRound: (listener) => void listeners.push(listener),
    command: commands.send,
    isLinked: () => isLinked,
    round,
    start: rounds.start,
    async stop() {
      await rounds.stop();
      commands.stop();
    },
  };
}
