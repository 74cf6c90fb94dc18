/** The open findings as figures for the metrics port. Pure. */
import type { Finding, Severity } from '../../gateway/audit/words.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/** `headgate_findings{severity}`, in Prometheus text. */
export function findingMetrics(open: readonly Pick<Finding, 'severity'>[]): string {
  const rows = SEVERITIES.map((severity) => {
    const count = open.filter((finding) => finding.severity === severity).length;
    return `headgate_findings{severity="${severity}"} ${count}`;
  });
  const head = [
    '# HELP headgate_findings Open findings of the coverage audit.',
    '# TYPE headgate_findings gauge',
  ];
  return `${[...head, ...rows].join('\n')}\n`;
}
