/** `npm run soak`: gateways under steady visitors for a long time, and what grows meanwhile. Exit codes: 0 flat, 1 grows or failed, 2 wrong usage. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startChurn } from './churn.ts';
import { MOST_PER_SECOND, readSoakOptions, SOAK_HELP, type SoakOptions } from './options.ts';
import { type SoakReport, soakReport, soakText } from './report.ts';
import { createSampler } from './sampler.ts';
import { type SoakStage, setSoakStage } from './stage.ts';
import { judge } from './verdict.ts';

const INTERRUPTED = 130;
const MINUTE_MS = 60_000;
/** In the first half of the warm-up so many times the visitors come: what is compiled of a function after hundreds of calls is compiled then. */
const EAGER = 4;
const say = (line: string) => console.error(`  ${line}`);

async function soak(options: SoakOptions, signal: AbortSignal): Promise<SoakReport> {
  const stage = await setSoakStage(options.gateways);
  try {
    return await Promise.race([play(stage, options, signal), stage.broken]);
  } finally {
    await stage.strike();
  }
}

/** The last sample is taken while the visitors still come. */
async function play(stage: SoakStage, options: SoakOptions, signal: AbortSignal): Promise<SoakReport> {
  const { minutes, warmUpMinutes, everySeconds, perSecond } = options;
  const warmUpMs = warmUpMinutes * MINUTE_MS;
  const gates = stage.gates.map(({ url }) => url);
  const churn = startChurn({ ...options, gates, perSecond: Math.min(MOST_PER_SECOND, EAGER * perSecond) });
  const sampler = createSampler(stage, churn);
  const startedMs = performance.now();
  const sinceMs = () => performance.now() - startedMs;
  let nextMinute = 1;
  try {
    for (let turn = 1; turn * everySeconds * 1_000 <= minutes * MINUTE_MS; turn++) {
      await sleep(Math.max(0, turn * everySeconds * 1_000 - sinceMs()), undefined, { signal });
      await sampler.sample(sinceMs());
      if (sinceMs() >= warmUpMs / 2) churn.setRate(perSecond);
      if (sinceMs() < nextMinute * MINUTE_MS) continue;
      say(`minute ${nextMinute++} of ${minutes}: ${churn.count()} visitors so far`);
    }
  } finally {
    await churn.stop();
  }
  const figures = sampler.series().map((one) => judge(one, warmUpMs));
  return soakReport(figures, { options, visitors: churn.count(), failures: sampler.failures() });
}

async function run(options: SoakOptions): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  try {
    const report = await soak(options, interrupted.signal);
    console.log(options.json ? JSON.stringify(report) : soakText(report));
    return report.verdict === 'grows' ? 1 : 0;
  } catch (error) {
    // Whatever fails once the processes are ended fails because of that.
    if (interrupted.signal.aborted) return INTERRUPTED;
    throw error;
  }
}

const asked = readSoakOptions(process.argv.slice(2));
if (asked.kind === 'help') console.log(SOAK_HELP);
else if (asked.kind === 'wrong') {
  console.error(`${asked.message}\n\n${SOAK_HELP}`);
  process.exitCode = 2;
} else process.exitCode = await run(asked.options);
