/** Says what a rehearsal would send, from where, to which hosts and at what rate; and whether it might. Sends nothing. */
import { hostname } from 'node:os';
import { judgePlan } from '../rails/judge.ts';
import { plannedLoad } from '../rails/planned-load.ts';
import { WELL_KNOWN } from '../rails/token.ts';
import type { NamedTarget, PlannedLoad } from '../rails/words.ts';
import type { Scenario } from '../words.ts';
import type { Configured } from './configured.ts';

export interface DryRun {
  scenario: string;
  target: string;
  /** This machine. */
  from: string;
  /** Where connections go. */
  origin: string;
  addresses: readonly string[];
  visitors: number;
  seconds: number;
  compress: number;
  peakPerSecond: number;
  mostPerSecond: number | null;
  requests: PlannedLoad['requests'];
  rails: { allowed: boolean; because: string | null };
}

export interface DryPlan {
  scenario: Scenario;
  seed: number;
  compress: number;
  visitors: number | null;
  target: NamedTarget | null;
  configured: Configured | null;
}

export async function dryRun(plan: DryPlan): Promise<DryRun> {
  const { scenario, seed, compress, visitors, target, configured } = plan;
  const { groups, seconds } = scenario;
  const load = plannedLoad({ groups, seconds, compress, seed, visitors });
  const rails =
    target === null || configured === null ? null : await judgePlan(target, configured.settings, load);
  return {
    ...{ scenario: scenario.name, target: target?.name ?? 'demo', from: hostname() },
    origin: target?.url ?? 'gates on this machine (loopback), set up for it alone',
    ...{ addresses: load.addresses, visitors: load.visitors, seconds: load.seconds, compress },
    ...{ peakPerSecond: load.peakPerSecond, mostPerSecond: target?.mostPerSecond ?? null },
    requests: rounded(load.requests),
    rails: { allowed: rails?.kind !== 'refused', because: rails?.kind === 'refused' ? rails.because : null },
  };
}

export function dryText(dry: DryRun): string[] {
  const { page, asset, form, poll } = dry.requests;
  const ceiling = dry.mostPerSecond === null ? '' : `; the target allows ${dry.mostPerSecond}`;
  const agreed = dry.mostPerSecond === null ? '' : `, once it answers its token at ${WELL_KNOWN}`;
  const verdict = dry.rails.allowed ? `may be sent${agreed}` : `must not be sent: ${dry.rails.because}`;
  return [
    `${dry.scenario} on ${dry.target}: ${verdict}`,
    `from      ${dry.from} (this machine)`,
    `to        ${dry.origin}`,
    ...dry.addresses.map((address, index) => `${(index === 0 ? 'asks for' : '').padEnd(10)}${address}`),
    `visitors  ${count(dry.visitors)} within ${count(dry.seconds)} s (${dry.compress} × faster than told)`,
    `peak      up to ${count(dry.peakPerSecond)} requests a second${ceiling}`,
    `in all    up to ${count(page)} pages, ${count(asset)} assets, ${count(form)} of the form, ${count(poll)} polls`,
    'nothing was sent',
  ];
}

function rounded(requests: PlannedLoad['requests']): PlannedLoad['requests'] {
  const { page, asset, form, poll } = requests;
  return {
    page: Math.ceil(page),
    asset: Math.ceil(asset),
    form: Math.ceil(form),
    poll: Math.ceil(poll),
  };
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}
