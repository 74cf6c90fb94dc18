/**
 * Looks for a platform's capacity: calm first; then twice as many visitors again and again until it bends, twice at the same number,
 * for a machine that stands still for a moment bends it once; then back to the neighbourhood of the bend, where the most that was done
 * is the capacity; then arrivals by chance at a share of it, smaller until the platform stays calm under them.
 */
import { bentBy, best, capacityOf } from './bend.ts';
import type { Capacity, Load, Search, Step } from './words.ts';

export interface SearchOptions {
  load: Load;
  /** Requests a second that may be sent; null: no ceiling. */
  mostPerSecond: number | null;
  /** Visitors at once; absent: as many as one machine can be. */
  mostAtOnce?: number;
  signal: AbortSignal;
  onStep(step: Step): void;
  nowMs(): number;
}

const CALM_SECONDS = 3;
const STEP_SECONDS = 2.5;
const SETTLE_SECONDS = 0.5;
const BACK_SECONDS = 3;
const ARRIVALS_SECONDS = 6;
const MOST_AT_ONCE = 4_096;
/** Of the visitors at whom it bent. */
const BACK = [0.75, 1, 1.5];
export const MARGINS = [0.8, 0.7, 0.6, 0.5];
const LONGEST_MS = 100_000;
/** Share of a core beyond which the generator was the bound. */
const BUSY = 0.95;
/** Share of the ceiling from which the ceiling, not the platform, is what was found. */
const NEAR_CEILING = 0.95;

type Raised = { steps: Step[]; end: 'bent' | 'ceiling' | 'generator' | 'time' | 'line' | 'most' };

export async function search(options: SearchOptions): Promise<Search> {
  const untilMs = options.nowMs() + LONGEST_MS;
  const calm = await measure(options, 1, 'calm', CALM_SECONDS);
  if (calm.failedShare > 0.5 || calm.requestsPerSecond === 0)
    return nothing([calm], 'the platform failed even one visitor at a time');
  const raised = await raise(options, calm, untilMs);
  const steps = [calm, ...raised.steps];
  if (raised.end === 'line')
    return nothing(
      steps,
      'a gate told visitors to wait: its limits were met, not the platform’s; name the platform itself as target',
    );
  if (raised.end === 'bent') steps.push(...(await goBack(options, raised.steps.at(-1)!)));
  const most = best(steps);
  if (most === null || options.signal.aborted) return nothing(steps, 'it ended before anything was found');
  const capacity = capacityOf(most, calm);
  const confirmation = await confirm(options, { calm, capacity, untilMs });
  const outcome = raised.end === 'bent' ? ('found' as const) : ('at-least' as const);
  const because = sentence(raised, most);
  return { outcome, because, steps: [...steps, ...confirmation.steps], calm, capacity, ...confirmation.held };
}

async function raise(options: SearchOptions, calm: Step, untilMs: number): Promise<Raised> {
  const steps: Step[] = [];
  let before = calm;
  const most = mostAtOnce(options);
  // The most itself is tried last.
  for (let last = 1; last < most; ) {
    const atOnce = Math.min(2 * last, most);
    const judge = (seen: Step) => bentBy(seen, before, calm);
    let step = await measure(options, atOnce, 'raised', STEP_SECONDS, judge);
    steps.push(step);
    if (endOf(options, step, untilMs) === 'bent') {
      step = await measure(options, atOnce, 'raised', STEP_SECONDS, judge);
      steps.push(step);
    }
    const end = endOf(options, step, untilMs);
    if (end !== null) return { steps, end };
    [before, last] = [step, atOnce];
  }
  return { steps, end: 'most' };
}

function mostAtOnce({ mostAtOnce: asked = MOST_AT_ONCE }: SearchOptions): number {
  return Math.min(asked, MOST_AT_ONCE);
}

function endOf(options: SearchOptions, step: Step, untilMs: number): Raised['end'] | null {
  if (step.toldToWait > 0) return 'line';
  if (step.requestsPerSecond >= NEAR_CEILING * (options.mostPerSecond ?? Number.POSITIVE_INFINITY))
    return 'ceiling';
  if (step.cpuShare >= BUSY) return 'generator';
  if (step.bent !== null) return 'bent';
  return options.signal.aborted || options.nowMs() > untilMs ? 'time' : null;
}

/** Where it bent may be a little early or late: the most is done near it. */
async function goBack(options: SearchOptions, bent: Step): Promise<Step[]> {
  const steps: Step[] = [];
  for (const share of BACK) {
    if (options.signal.aborted) break;
    const atOnce = Math.min(mostAtOnce(options), Math.max(1, Math.round(share * bent.atOnce!)));
    steps.push(await measure(options, atOnce, 'back', BACK_SECONDS));
  }
  return steps;
}

async function measure(
  { load, signal, onStep }: SearchOptions,
  atOnce: number,
  phase: Step['phase'],
  seconds: number,
  judge: (step: Step) => string | null = () => null,
): Promise<Step> {
  load.setAtOnce(atOnce);
  await load.measure(phase, SETTLE_SECONDS, signal);
  const seen = await load.measure(phase, seconds, signal);
  const step = { ...seen, bent: judge(seen) };
  onStep(step);
  return step;
}

interface Confirmation {
  steps: Step[];
  held: { margin: number | null; confirmed: Step | null };
}

async function confirm(
  { load, signal, onStep, nowMs }: SearchOptions,
  { calm, capacity, untilMs }: { calm: Step; capacity: Capacity; untilMs: number },
): Promise<Confirmation> {
  const steps: Step[] = [];
  for (const margin of MARGINS) {
    if (signal.aborted || nowMs() > untilMs) break;
    const seen = await load.arrivals(margin * capacity.visitsPerMinute, ARRIVALS_SECONDS, signal);
    const step = { ...seen, bent: bentBy(seen, null, calm) };
    onStep(step);
    steps.push(step);
    if (step.bent === null && !signal.aborted) return { steps, held: { margin, confirmed: step } };
  }
  return { steps, held: { margin: null, confirmed: null } };
}

function nothing(steps: readonly Step[], because: string): Search {
  const calm = steps[0] ?? null;
  return { outcome: 'invalid', because, steps, calm, capacity: null, margin: null, confirmed: null };
}

function sentence({ steps, end }: Raised, most: Step): string {
  const { atOnce, bent } = steps.at(-1) ?? most;
  const did = `it did ${Math.round(most.requestsPerSecond)} requests a second`;
  if (end === 'bent') return `with ${atOnce} visitors at once it bent: ${bent}; at most ${did}`;
  const why = {
    ceiling: 'the ceiling on requests a second was reached',
    generator: 'this machine could send no more',
    time: 'the time was over',
    most: `${atOnce} visitors at once were sent`,
  };
  return `${why[end as keyof typeof why]} before the platform bent; ${did}`;
}
