/** Finds in a log with stamps what reached the platform without one. */
import type { Settings } from '../../config/settings.ts';
import type { Accounts } from './accounts.ts';
import { percent } from './texts.ts';
import type { AuditFinding } from './words.ts';

const CRITICAL = 0.1;

/** Where no line has a stamp the log does not tell; then nothing is known, and nothing is found. */
export function aroundTheGate(accounts: Accounts, { audit }: Pick<Settings, 'audit'>): AuditFinding[] {
  const { stamped, unstamped } = accounts.stamps;
  const share = unstamped / Math.max(1, stamped + unstamped);
  if (stamped === 0 || unstamped < audit.leastRequests || share < audit.leastShare) return [];
  const busiest = accounts.addresses.all().sort((a, b) => b.unstamped - a.unstamped);
  const { host, pathShape, unstamped: most } = busiest[0]!;
  const summary = `${percent(share)} of the requests reached the platform without a stamp, around the gate: most of them ${host}${pathShape}.`;
  const minutes = Math.max(1, (accounts.lastMs - accounts.firstMs) / 60_000);
  return [
    {
      key: 'around-the-gate',
      kind: 'around-the-gate',
      severity: share >= CRITICAL ? 'critical' : 'warning',
      summary,
      evidence: {
        host: null,
        pathShape: null,
        share,
        addressShare: most / (stamped + unstamped),
        requestsPerMinute: Math.round(unstamped / minutes),
        examples: busiest
          .filter((one) => one.unstamped > 0)
          .slice(0, 4)
          .flatMap(({ examples }) => examples.slice(0, 1)),
      },
      room: null,
      proposedRule: null,
      ...{ firstSeen: null, lastSeen: null, peak: null },
    },
  ];
}
