/** What a search says to a person at a terminal. Pure. */
import type { CapacityReport, Step } from './words.ts';

export function stepLine({ phase, atOnce, plannedPerMinute, ...step }: Step): string {
  const load = plannedPerMinute === null ? `${atOnce} at once` : `${count(plannedPerMinute)} a minute`;
  return [
    phase.padEnd(8),
    load.padStart(16),
    `${count(step.requestsPerSecond).padStart(7)} requests/s`,
    `${count(step.visitsPerMinute).padStart(7)} visits/min`,
    `p95 ${count(step.p95Ms).padStart(6)} ms`,
    step.bent === null ? '' : `bent: ${step.bent}`,
  ]
    .join('  ')
    .trimEnd();
}

const HEADS = {
  found: 'FOUND',
  'at-least': 'AT LEAST: the platform did not bend',
  invalid: 'NOT FOUND',
};

export function capacityText(report: CapacityReport): string[] {
  const { capacity, setTo, proposal, confirmed, margin } = report;
  const lines = [`${HEADS[report.outcome]}  ${report.because}`];
  if (capacity !== null)
    lines.push(
      `  ${count(capacity.visitsPerMinute)} visits a minute, ${count(capacity.requestsPerSecond)} requests a second, ${count(capacity.inFlight)} at once; ${Math.round(report.tookSeconds)} s on ${report.target}`,
    );
  if (confirmed !== null)
    lines.push(
      `  confirmed: ${Math.round((margin ?? 0) * 100)} % of it, by arrivals: p95 ${count(confirmed.p95Ms)} ms, ${Math.round(confirmed.failedShare * 1_000) / 10} % failed`,
    );
  if (setTo !== null && setTo.foundShare !== null)
    lines.push(
      `  the demo is set to ${count(setTo.visitsPerMinute)} visits a minute (${setTo.databaseConnections} connections, ${setTo.queryMs} ms a query): found ${Math.round(setTo.foundShare * 1_000) / 10} % of it`,
    );
  if (proposal === null) return lines;
  const yaml = proposal.yaml.trimEnd().split('\n');
  return [
    ...lines,
    '',
    'Proposed:',
    ...yaml.map((line) => `  ${line}`),
    '',
    ...proposal.reasons.map((one) => `- ${one}`),
  ];
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
