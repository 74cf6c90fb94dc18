/**
 * Fifty sources that ask for 2,000 numbers a minute each, beside people and a shared address, against one room of a gate with
 * its default protection. The crowd lives in a process of its own; gate and platform do not wait for it.
 */
import { startChild } from '../../../load-tests/child-process.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { startGateway } from '../../support/gateway-process.ts';
import { startSmallPlatform } from '../../support/small-platform.ts';

export type BotKind = 'never come' | 'come when called';

export interface BotRun {
  /** Null: no bots. */
  bots: BotKind | null;
  /** YAML of `protection`. */
  protection: string;
  /** At most; a run is over once most people are inside. Whoever waits then still is said to have waited until the last of these. */
  seconds: number;
}

export interface BotOutcome {
  /** Seconds, until inside. */
  medianWaitSeconds: number;
  /** Those of the shared address. */
  sharedMedianSeconds: number;
  sharedRefused: number;
  sharedLate: number;
  stillWaiting: number;
  botNumbers: number;
  /** Of those, in the default lane. */
  botsFirst: number;
  botsRefused: number;
  /** How much later than planned a visitor asked, ms, at worst. */
  lateMs: number;
}

const ADMISSIONS_PER_MINUTE = 1_800;

export async function runBots(run: BotRun): Promise<BotOutcome> {
  const platform = await startSmallPlatform();
  const gate = await startGateway({ config: configOf(run, platform.url) });
  const crowd = startChild('test/fault/price/bots-main.ts', [gate.url, JSON.stringify(run)]);
  cleanUpLater(() => crowd.kill());
  const [, words] = await crowd.printed(/^seen (.*)$/m, run.seconds * 1_000 + 60_000);
  await crowd.kill();
  await gate.stop();
  return JSON.parse(words!) as BotOutcome;
}

function configOf({ protection }: BotRun, upstream: string): string {
  return `
listen: { trustedProxies: [127.0.0.1/32] }
upstreams: { platform: { targets: ["${upstream}"] } }
rooms: { launch: { limits: { admissionsPerMinute: ${ADMISSIONS_PER_MINUTE} } } }
default: { room: launch, upstream: platform }
protection: ${protection}
`;
}
