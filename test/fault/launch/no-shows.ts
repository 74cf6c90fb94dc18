/** Half of those called do not come: how much of the slots is used all the same, through HTTP, in a day that is compressed as a whole. */
import { fileURLToPath } from 'node:url';
import { startChild } from '../../../load-tests/child-process.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { startGateway } from '../../support/gateway-process.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';

/** Times are those of the run's own day. */
export interface NoShowsRun {
  /** So many times as fast gateway, platform and crowd live. */
  factor: number;
  sessions: number;
  visitors: number;
  /** Mean of an exponential stay. */
  stayMs: number;
  noShowShare: number;
  /** From 30 s after the start; so long visitors come. */
  judgedMs: number;
  seed: number;
}

export interface NoShowsSeen {
  slotSeconds: number;
  /** Of the judged time, while somebody waited. */
  waitedSeconds: number;
  /** Sessions at once, by the platform. */
  most: number;
  outcomes: Record<string, number>;
  /** Positions that grew. */
  grown: number;
}

export interface NoShowsOutcome extends NoShowsSeen {
  utilisation: number;
  schedulingDelayMs: number;
}

const FAST_TIME = fileURLToPath(new URL('../../support/fast-time.ts', import.meta.url));

export async function runNoShows(run: NoShowsRun): Promise<NoShowsOutcome> {
  const env = { NODE_OPTIONS: `--import=${FAST_TIME}`, FAST_TIME: String(run.factor) };
  const platform = startChild('load-tests/platform/main.ts', ['--port', '0', '--idle-seconds', '3600'], env);
  cleanUpLater(() => platform.kill());
  const [, upstream] = await platform.printed(/platform on (http:\/\/[^,\s]+)/);
  const gate = await startGateway({ config: configOf(run, upstream!), env });
  const delay = measureSchedulingDelay();
  const crowd = startChild(
    'test/fault/launch/no-shows-main.ts',
    [gate.url, upstream!, JSON.stringify(run)],
    env,
  );
  cleanUpLater(() => crowd.kill());
  const withinMs = (2 * run.judgedMs) / run.factor + 120_000;
  const [, words] = await crowd.printed(/^seen (.*)$/m, withinMs);
  const { p99Ms: schedulingDelayMs } = await delay.stop();
  await Promise.all([gate.kill(), platform.kill(), crowd.kill()]);
  const seen = JSON.parse(words!) as NoShowsSeen;
  const utilisation = seen.slotSeconds / (run.sessions * seen.waitedSeconds);
  return { ...seen, utilisation, schedulingDelayMs };
}

function configOf({ sessions }: NoShowsRun, upstream: string): string {
  return `
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${upstream}"] } }
rooms:
  "event-{eventid}":
    limits: { sessions: ${sessions}, submitReserve: 0 }
    session: { idleSeconds: 3600, maxSeconds: 7200 }
  platform: {}
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
`;
}
