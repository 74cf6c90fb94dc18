/** The demo's last word: a small table by both platforms' books, and one sentence. */
import type { PlatformStats } from '../platform/books.ts';
import { tallyOf } from '../visitors/crowd.ts';
import type { VisitorRecord } from '../visitors/words.ts';
import { formatMs } from './chart.ts';
import { registeredIn } from './scene.ts';

export interface SideResult {
  stats: PlatformStats;
  records: readonly VisitorRecord[];
}

export function summaryOf(gated: SideResult, bare: SideResult): string[] {
  const row = (name: string, of: (side: SideResult) => number | string) =>
    name.padEnd(34) + String(of(gated)).padStart(14) + String(of(bare)).padStart(18);
  return [
    `${''.padEnd(34)}${'with the gate'.padStart(14)}${'without the gate'.padStart(18)}`,
    row('visitors', ({ records }) => records.length),
    row('registered', ({ stats }) => registeredIn(stats)),
    row(
      'gave up, or lost what they typed',
      ({ records }) => countOf(records, 'gave-up') + countOf(records, 'thrown-out'),
    ),
    row('still there when the demo ended', ({ records }) => countOf(records, 'stopped')),
    row('requests to the platform', ({ stats }) => stats.requests),
    row('of these failed', ({ stats }) => stats.failed),
    row('p95 of a request', ({ stats }) => formatMs(stats.latencyMs.p95)),
    row('most visitors inside at once', ({ stats }) => stats.sessions.most),
    row('longest queue at the database', ({ stats }) => stats.database.mostWaiting),
    '',
    sentenceOf(gated, bare),
  ];
}

function countOf(records: readonly VisitorRecord[], outcome: 'gave-up' | 'thrown-out' | 'stopped'): number {
  return tallyOf(records).outcomes[outcome] ?? 0;
}

function sentenceOf(gated: SideResult, bare: SideResult): string {
  const [withGate, without] = [gated, bare].map(({ stats }) => registeredIn(stats));
  const failed = bare.stats.failed;
  return `With the gate ${withGate} of ${gated.records.length} visitors registered, each in turn; without it ${without} did, and the platform failed ${failed} requests.`;
}
