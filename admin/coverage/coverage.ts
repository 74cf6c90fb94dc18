/** Knows in each round how much of the traffic goes through its line, from the gates, the platform and outside, and keeps what is found. */
import { analyse } from '../../gateway/audit/coverage/analyse.ts';
import { isInside } from '../../gateway/audit/coverage/inside.ts';
import { proposeBy } from '../../gateway/audit/coverage/proposal/propose.ts';
import { remembering } from '../../gateway/audit/coverage/proposal/remember.ts';
import { readTarget } from '../../gateway/audit/coverage/target.ts';
import type { Analysis, GateCoverage, JudgeOf, ParseText } from '../../gateway/audit/coverage/words.ts';
import type { CoverageState, Finding } from '../../gateway/audit/words.ts';
import type { RoomReport } from '../../gateway/control/words.ts';
import type { ActiveConfig, Fleet } from '../control/words.ts';
import type { Observation } from '../observer/words.d.ts';
import { createFindingBook, type FindingBook, type FindingBookParts } from './finding-book.ts';
import { findingMetrics } from './finding-metrics.ts';
import { createLoadMemory } from './load-memory.ts';
import { createObservations, type PlatformCoverage, platformCoverage } from './observations.ts';
import { observedFindings } from './observed-findings.ts';
import { outsideState, probeFindings } from './probe-findings.ts';
import type { ProbeResult, Prober } from './prober.ts';

export interface CoverageParts extends FindingBookParts {
  fleet: Pick<Fleet, 'gateways' | 'onRound'>;
  active: Pick<ActiveConfig, 'active' | 'settings'>;
  judgeOf: JudgeOf;
  /** Reads a revision's text as the gateways would, pins included. */
  parse: ParseText;
  prober: Pick<Prober, 'results'>;
}

/** As `GET coverage` tells it. */
export interface CoverageReport {
  /** ISO 8601. */
  at: string;
  windowSeconds: number;
  gate: GateCoverage;
  platform: PlatformCoverage;
  outside: { state: CoverageState; probes: readonly ProbeResult[] };
  /** The open ones. */
  findings: readonly Finding[];
}

export interface Coverage {
  report(): CoverageReport;
  findings: Pick<FindingBook, 'open' | 'list'>;
  observe(observation: Observation): void;
  /** Prometheus text. */
  metrics(): string;
  /** One round; made by itself after each of the fleet's. */
  round(): void;
}

export function createCoverage(parts: CoverageParts): Coverage {
  const { clock, fleet, active, prober } = parts;
  const book = createFindingBook(parts);
  const observations = createObservations(clock, () => active.settings().audit.observerSilentSeconds * 1000);
  const loads = createLoadMemory();
  const propose = remembering(proposeBy(parts.parse));

  function look(): Analysis {
    const reports = fleet.gateways().map(({ report }) => report);
    return analyse({
      windows: reports.map(({ traffic }) => traffic),
      settings: active.settings(),
      config: active.active().config,
      judgeOf: parts.judgeOf,
      rooms: roomsOf(reports.flatMap(({ rooms }) => rooms)),
      calm: loads.calm(clock.monotonicMs()),
      atMs: clock.wallMs(),
      isWatchedLong: reports.some(
        ({ traffic, totals }) => totals.seconds >= traffic.windowSeconds && totals.seconds >= 60,
      ),
      propose,
    });
  }

  /** Whether the rules that all gateways run lead everything that was seen of it into its line. */
  function isMended({ room, evidence: { host, examples } }: Finding): boolean {
    const settings = active.settings();
    const { number } = active.active();
    if (room === null || host === null || examples.length === 0) return false;
    if (fleet.gateways().some(({ report }) => report.revision !== number)) return false;
    const judge = parts.judgeOf(settings);
    return examples.every((example) => {
      const judged = judge(readTarget(host, example));
      return judged.room !== null && isInside(judged.room, room, settings);
    });
  }

  let last = look();

  function round(): void {
    last = look();
    if (fleet.gateways().length > 0) loads.note(last.load, clock.monotonicMs());
    const found = [
      ...last.found,
      ...observedFindings(observations.now()),
      ...probeFindings(prober.results()),
    ];
    book.take(found, isMended);
  }

  fleet.onRound(round);
  return {
    report() {
      last ??= look();
      return {
        at: new Date(clock.wallMs()).toISOString(),
        windowSeconds: last.windowSeconds,
        gate: last.gate,
        platform: platformCoverage(observations.now()),
        outside: { state: outsideState(prober.results()), probes: prober.results() },
        findings: book.open(),
      };
    },
    findings: book,
    observe: observations.take,
    metrics: () => findingMetrics(book.open()),
    round,
  };
}

/** Gateways see the same rooms: of each the newest view. */
function roomsOf(reports: readonly RoomReport[]): RoomReport[] {
  const newest = new Map<string, RoomReport>();
  for (const one of reports) {
    const known = newest.get(one.view.room);
    if (known === undefined || one.view.seq > known.view.seq) newest.set(one.view.room, one);
  }
  return [...newest.values()];
}
