/** Asks all gateways what a configuration would do with the requests of their last minute, and adds up what they say. */
import type { CommandAnswer } from '../../gateway/control/words.ts';
import type { Fleet } from '../control/words.ts';
import { AdminError } from '../errors.ts';

/** What one gateway found; see the traffic counter of gateway/audit. */
interface GatewayRun {
  requests: number;
  changed: number;
  byAddress: readonly AddressChange[];
}

export interface AddressChange {
  host: string;
  pathShape: string;
  /** Rooms; null: bypassed or refused. */
  from: string | null;
  to: string | null;
  fromRule: string | null;
  toRule: string | null;
  requests: number;
  /** Of all requests of the window. */
  share: number;
}

export interface DryRun {
  requests: number;
  changed: number;
  /** Of the requests; null: there were none to judge. */
  share: number | null;
  byAddress: AddressChange[];
  gateways: { gateway: string; answered: boolean; reason: string | null }[];
  /** Whether every gateway answered. */
  complete: boolean;
}

const MOST_ADDRESSES = 500;

/** Throws AdminError HG_NO_GATEWAY where none answered. */
export async function dryRun(fleet: Pick<Fleet, 'command'>, config: string): Promise<DryRun> {
  const answers = [...(await fleet.command({ kind: 'dry-run', config }, 'all'))];
  const runs = answers.flatMap(([, answer]) => (answer?.kind === 'done' ? [answer.value as GatewayRun] : []));
  const gateways = answers.map(([gateway, answer]) => ({ gateway, ...outcome(answer) }));
  if (runs.length === 0) throw new AdminError('HG_NO_GATEWAY', noneAnswered(gateways));
  const [requests, changed] = [total(runs, 'requests'), total(runs, 'changed')];
  return {
    requests,
    changed,
    share: requests === 0 ? null : changed / requests,
    byAddress: merged(runs, requests),
    gateways,
    complete: gateways.every(({ answered }) => answered),
  };
}

function merged(runs: readonly GatewayRun[], requests: number): AddressChange[] {
  const all = new Map<string, AddressChange>();
  for (const change of runs.flatMap(({ byAddress }) => byAddress)) {
    const { host, pathShape, from, to, fromRule, toRule } = change;
    const key = JSON.stringify([host, pathShape, from, to, fromRule, toRule]);
    const counted = (all.get(key)?.requests ?? 0) + change.requests;
    all.set(key, { ...change, requests: counted, share: requests === 0 ? 0 : counted / requests });
  }
  return [...all.values()].sort((a, b) => b.requests - a.requests).slice(0, MOST_ADDRESSES);
}

function outcome(answer: CommandAnswer | null): { answered: boolean; reason: string | null } {
  if (answer?.kind === 'done') return { answered: true, reason: null };
  return { answered: false, reason: answer?.reason ?? 'no answer in time' };
}

function noneAnswered(gateways: readonly { gateway: string; reason: string | null }[]): string {
  if (gateways.length === 0) return 'no gateway is there to try it on its requests';
  return `no gateway tried it: ${gateways.map(({ gateway, reason }) => `${gateway}: ${reason}`).join('; ')}`;
}

function total(runs: readonly GatewayRun[], key: 'requests' | 'changed'): number {
  return runs.reduce((sum, run) => sum + run[key], 0);
}
