/** Starts the processes of a load, tells them where to send, gathers what they see, and judges it when all is over. */
import { availableParallelism } from 'node:os';
import type { Load, LoadFigures, LoadOptions, LoadPlan, LoadResult, LoadTarget } from '../load-words.ts';
import { drawOf, judgeLaws, unendedWaitsOf, waitsOf } from './judged.ts';
import { machineNowMs } from './machine-clock.ts';
import { mergedFigures } from './merged-figures.ts';
import { forkSender, ownSender, type Sender } from './worker-process.ts';
import type { Seen, WorkerJob } from './worker-words.ts';

/** Until the first may come: each process hears of it before. */
const BEGIN_MS = 50;
const LOOK_AT_ORIGINS_MS = 250;
const MOST_WORKERS = 2;

export async function sendLoad(plan: LoadPlan, target: LoadTarget, options: LoadOptions = {}): Promise<Load> {
  const workers = options.workers ?? Math.max(1, Math.min(MOST_WORKERS, availableParallelism() - 2));
  options.signal?.throwIfAborted();
  const forked = await Promise.all(Array.from({ length: workers }, forkSender));
  await options.untilBegin?.();
  const job = jobOf(plan, target, options);
  const senders =
    workers === 0
      ? [ownSender(job(0, 1))]
      : forked.map((process, index) => process.begin(job(index, workers)));
  const following = followOrigins(target, senders);
  const load = loadOf(plan, senders, job(0, 1).beginsAtMs);
  const stop = () => void load.stop();
  options.signal?.addEventListener('abort', stop);
  void load.done.then(() => {
    clearInterval(following);
    options.signal?.removeEventListener('abort', stop);
  });
  return load;
}

function jobOf(plan: LoadPlan, target: LoadTarget, { starvedMs = 0 }: LoadOptions) {
  const { onRefused, prefix, cookiePrefix, headers, keepHost } = target;
  const beginsAtMs = machineNowMs() + BEGIN_MS;
  return (index: number, of: number): WorkerJob => ({
    ...{ plan, index, of, beginsAtMs, starvedMs },
    origins: [...target.origins()],
    target: { onRefused, prefix, cookiePrefix, headers, keepHost },
  });
}

/** A balancer changes its mind while it goes on. */
function followOrigins(target: LoadTarget, senders: readonly Sender[]): NodeJS.Timeout {
  let told = target.origins().join(' ');
  return setInterval(() => {
    const origins = [...target.origins()];
    if (origins.join(' ') === told) return;
    told = origins.join(' ');
    for (const sender of senders) sender.setOrigins(origins);
  }, LOOK_AT_ORIGINS_MS);
}

function loadOf(plan: LoadPlan, senders: readonly Sender[], beginsAtMs: number): Load {
  const last: Array<Seen | null> = senders.map(() => null);
  const whole = (failures: readonly string[]): LoadFigures => {
    const realSeconds = Math.max(0, machineNowMs() - beginsAtMs) / 1_000;
    return mergedFigures({
      seen: last.filter((seen) => seen !== null),
      processes: senders.length,
      atSeconds: realSeconds * plan.compress,
      ...{ realSeconds, failures },
    });
  };
  const done = Promise.all(senders.map(({ over }) => over)).then((results): LoadResult => {
    for (const [index, { seen }] of results.entries()) last[index] = seen ?? last[index] ?? null;
    const evidence = results.flatMap((result) => result.evidence);
    const figures = whole(results.flatMap(({ failed }) => failed ?? []));
    return {
      figures,
      laws: judgeLaws(evidence),
      waitsMs: waitsOf(evidence),
      unendedWaitsMs: unendedWaitsOf(evidence),
      draw: drawOf(evidence, beginsAtMs),
      generator: figures.generator,
    };
  });
  return {
    done,
    async figures() {
      const looks = await Promise.all(senders.map((sender) => sender.look()));
      const silent = looks.filter((seen) => seen === null).length;
      for (const [index, seen] of looks.entries()) last[index] = seen ?? last[index] ?? null;
      return whole(silent > 0 ? [`${silent} of ${senders.length} processes that send did not answer`] : []);
    },
    stop() {
      for (const sender of senders) sender.stop();
      return done;
    },
  };
}
