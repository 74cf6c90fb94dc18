/** What visitors saw, as figures: of one moment, and of all when it is over. Real time; the pace is taken out by `at-pace.ts`. Pure. */
import type { LoadFigures, LoadResult, StatesAtAddress } from '../../visitors/load.ts';
import type { Scenario, Scene } from '../words.ts';
import { AROUND_THE_LINE, answersOf } from './gate-states.ts';

type Figures = Readonly<Record<string, number | null>>;

const MINUTE_S = 60;
const MS = 1_000;

/** Figures of kind `moment`. */
export function momentFigures({ lately, requests }: LoadFigures): Figures {
  return {
    'arrivals.perMinute': lately.seconds > 0 ? (lately.came / lately.seconds) * MINUTE_S : 0,
    'visitors.failedShare': lately.failedShare,
    'visitors.requestsPerSecond': lately.seconds > 0 ? lately.requests / lately.seconds : null,
    'visitors.p95Ms': lately.p95Ms,
    'visitors.emptyAnswers': requests.emptyAnswers,
    'generator.delayMs': lately.delayP99Ms,
  };
}

/** Figures of kind `end` that visitors tell. */
export function endOfVisitors(scenario: Scenario, result: LoadResult, compress: number): Figures {
  const { visitors, requests } = result.figures;
  const all = sorted(Object.values(result.waitsMs));
  const honest = sorted(
    scenario.groups
      .filter(({ kind }) => kind !== 'bot')
      .flatMap(({ name }) => [result.waitsMs[name] ?? [], result.unendedWaitsMs[name] ?? []]),
  );
  return {
    'visitors.came': visitors.came,
    'visitors.registered': visitors.registered,
    'visitors.thrownOut': visitors.thrownOut,
    'visitors.gaveUp': visitors.gaveUp,
    'visitors.queued': visitors.queued,
    'visitors.aroundTheLine': aroundTheLine(scenario, result.figures.states),
    'visitors.failedRequests': requests.failed,
    'visitors.medianWaitSeconds': secondsAt(all, 0.5),
    'visitors.p95WaitSeconds': secondsAt(all, 0.95),
    'honest.medianWaitSeconds': secondsAt(honest, 0.5),
    'logins.answered': requests.loginsTried === 0 ? null : requests.loginsAnswered / requests.loginsTried,
    'draw.lateShare': lateShare(scenario, result.draw, compress),
    'laws.lostPlaces': result.laws.lostPlaces.breaches,
    'laws.orderBroken': result.laws.calledOutOfOrder.breaches,
    'laws.positionsGrown': result.laws.grownPositions.breaches,
  };
}

/** Null: nobody came to an address of a group, or its addresses are a log's. */
function aroundTheLine({ groups }: Scenario, states: readonly StatesAtAddress[]): number | null {
  const pages = groups.flatMap(({ addresses }) => addresses.map(({ url }) => pageOf(url)));
  const seen = states.filter(({ host, path }) => pages.includes(host + path));
  const all = seen.reduce((sum, one) => sum + answersOf(one), 0);
  return all === 0 ? null : seen.reduce((sum, one) => sum + answersOf(one, AROUND_THE_LINE), 0) / all;
}

function pageOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname;
}

/** Figures of kind `end` that follow from the scenes. */
export function endOfScenes(scenes: readonly Scene[], beginsAtSeconds: number): Figures {
  return {
    'visitors.longestLine': mostOf(scenes, 'line.waiting'),
    'visitors.drainedAfterSeconds': drainedAfter(scenes, beginsAtSeconds),
    'laws.overLimit': mostOf(scenes, 'inside.overLimit'),
    'gate.memoryGrowthMb': grownSinceFirstTenth(scenes, 'gate.memoryMb'),
  };
}

function sorted(lists: readonly (readonly number[])[]): number[] {
  return lists.flat().sort((a, b) => a - b);
}

function secondsAt(sortedMs: readonly number[], share: number): number | null {
  const index = Math.min(sortedMs.length - 1, Math.floor(share * sortedMs.length));
  const ms = sortedMs[index];
  return ms === undefined ? null : ms / MS;
}

/** Of those who came in the later half of the time before the opening: the share in the earlier half of the line. */
function lateShare({ groups }: Scenario, draw: LoadResult['draw'], compress: number): number | null {
  for (const { name, arrivals } of groups) {
    if (arrivals.shape !== 'countdown') continue;
    const opensAtMs = (arrivals.opensAtSeconds * MS) / compress;
    const halfMs = opensAtMs - (arrivals.earlySeconds * MS) / compress / 2;
    const early = draw.filter(({ group, arrivedAtMs }) => group === name && arrivedAtMs < opensAtMs);
    const line = early.sort((a, b) => a.rank - b.rank);
    const late = line.filter(({ arrivedAtMs }) => arrivedAtMs >= halfMs);
    if (late.length === 0) return null;
    const front = new Set(line.slice(0, Math.floor(line.length / 2)));
    return late.filter((one) => front.has(one)).length / late.length;
  }
  return null;
}

function mostOf(scenes: readonly Scene[], figure: string): number | null {
  const values = seenOf(scenes, figure).map(({ value }) => value);
  return values.length === 0 ? null : Math.max(...values);
}

/** Null: somebody still waited when it ended, or nobody told. */
function drainedAfter(scenes: readonly Scene[], beginsAtSeconds: number): number | null {
  const seen = seenOf(scenes, 'line.waiting');
  const last = seen.findLastIndex(({ value }) => value > 0);
  if (seen.length === 0 || last === seen.length - 1) return null;
  return last < 0 ? 0 : Math.max(0, (seen[last + 1]?.atSeconds ?? 0) - beginsAtSeconds);
}

function grownSinceFirstTenth(scenes: readonly Scene[], figure: string): number | null {
  const seen = seenOf(scenes, figure);
  const end = seen.at(-1);
  const begin = seen.find(({ atSeconds }) => atSeconds >= (end?.atSeconds ?? 0) / 10);
  return end === undefined || begin === undefined ? null : end.value - begin.value;
}

function seenOf(scenes: readonly Scene[], figure: string): { atSeconds: number; value: number }[] {
  return scenes.flatMap(({ atSeconds, figures }) => {
    const value = figures[figure] ?? null;
    return value === null ? [] : [{ atSeconds, value }];
  });
}
