/** Short names of figures: what stands beside a line of a chart, or a number. */
import { sentence } from './texts.ts';

const LABELS: Readonly<Record<string, string>> = {
  'arrivals.perMinute': 'Arrivals',
  'admitted.perMinute': 'Admitted',
  'line.waiting': 'In line',
  'line.called': 'Called',
  'inside.visitors': 'Inside',
  'inside.overLimit': 'Sessions over the limit',
  'platform.p95Ms': 'At the platform, p95',
  'visitors.p95Ms': 'At the visitors, p95',
  'platform.databaseWaiting': 'Requests that wait',
  'platform.connections': 'Open connections',
  'platform.requestsPerSecond': 'Requests at the platform',
  'platform.failedShare': 'At the platform',
  'visitors.failedShare': 'At the visitors',
  'gate.unqueuedShare': 'Unqueued share',
  'gate.findings': 'Open findings',
  'gate.alarms': 'Alarms',
  'gate.shedPerSecond': 'Shed by the gate',
  'visitors.emptyAnswers': 'Empty answers',
  'generator.delayMs': 'Delay, p99',
  'rule.isActive': 'The rule is in force',
  'drift.reported': 'Drift reported',
  'visitors.came': 'Visitors who came',
  'visitors.aroundTheLine': 'Went around the line, as visitors saw it',
  'visitors.medianWaitSeconds': 'Median wait',
  'visitors.p95WaitSeconds': '95 of 100 waited at most',
  'visitors.drainedAfterSeconds': 'Line empty after',
  'visitors.queued': 'Shown a waiting page',
  'honest.medianWaitSeconds': 'Median wait without bots',
  'logins.answered': 'Logins answered',
  'draw.lateShare': 'Late comers in the front half',
  'laws.overLimit': 'Most sessions over the limit',
  'laws.lostPlaces': 'Places lost',
  'laws.orderBroken': 'Called out of order',
  'laws.positionsGrown': 'Positions that grew',
  'gate.memoryGrowthMb': 'Memory of the gate grew by',
};

/** `other.newFigure` as `New figure` where nobody has named it. */
export function labelOf(figure: string): string {
  const bare = figure.slice(figure.indexOf('.') + 1).replace(/[A-Z]/g, (sign) => ` ${sign.toLowerCase()}`);
  return LABELS[figure] ?? sentence(bare);
}
