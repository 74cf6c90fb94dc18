/** Makes the report of an audit of the books: what a configuration would have made of the log's day. */
import { routeAddress } from '../../config/route.ts';
import type { Launch, Rule, Settings } from '../../config/settings.ts';
import type { Accounts } from './accounts.ts';
import type { Address } from './address-table.ts';
import { counted } from './texts.ts';
import type { AddressDay, AuditFinding, AuditReport, LaunchDay, LogReport, RuleDay } from './words.ts';

const MOST_ROOMS = 100;
const MOST_ADDRESSES = 200;
const SEVERITIES = ['critical', 'warning', 'info'] as const;

export interface ReportParts {
  accounts: Accounts;
  findings: AuditFinding[];
  logs: LogReport[];
  settings: Settings;
  config: string;
}

export function makeReport({ accounts, findings, logs, settings, config }: ReportParts): AuditReport {
  const { counts, stamps } = accounts;
  const requests = counts.judged;
  const all = accounts.addresses.all();
  const rooms = accounts.rooms.days(requests, accounts.tellsVisitors);
  const hasFindings = findings.some(({ severity }) => severity !== 'info');
  const rules = rulesOf(all, requests);
  return {
    ok: !hasFindings,
    verdict: hasFindings ? 'findings' : 'covered',
    summary: summaryOf(findings, requests),
    config,
    revision: settings.revision,
    logs,
    from: new Date(accounts.firstMs).toISOString(),
    to: new Date(accounts.lastMs).toISOString(),
    counts,
    requests,
    shares: sharesOf(accounts, all, requests),
    stamps: stamps.stamped === 0 ? null : stamps,
    rooms: rooms.slice(0, MOST_ROOMS),
    roomCount: rooms.length,
    rules,
    unusedRules: unusedRules(settings.rules, rules),
    byAddress: all.slice(0, MOST_ADDRESSES).map((address) => addressDay(address, requests)),
    others: sum(all.slice(MOST_ADDRESSES), ({ requests }) => requests) + accounts.addresses.others(),
    launches: settings.launches.map((launch) => launchDay(launch, settings, rooms)),
    findings,
    worst: SEVERITIES.find((one) => findings.some(({ severity }) => severity === one)) ?? null,
  };
}

function summaryOf(findings: readonly AuditFinding[], requests: number): string {
  const grave = findings.filter(({ severity }) => severity !== 'info');
  if (grave.length === 0)
    return `Nothing found: of ${counted(requests, 'request')} none that matters went around its line.`;
  const others = new Set(grave.map(({ summary }) => summary)).size - 1;
  const more = others === 0 ? '' : ` And ${counted(others, 'more finding')}.`;
  return `${grave[0]!.summary}${more}`;
}

function sharesOf(accounts: Accounts, all: readonly Address[], requests: number): AuditReport['shares'] {
  const share = (is: (address: Address) => boolean) =>
    requests === 0 ? 0 : sum(all.filter(is), (address) => address.requests) / requests;
  return {
    inRooms: share(({ outcome }) => outcome === 'admitted'),
    bypassed: share(({ outcome }) => outcome === 'bypassed'),
    refused: share(({ outcome }) => outcome === 'refused'),
    noRule: share(({ outcome, rule }) => rule === null && outcome === 'admitted'),
    stayed: requests === 0 ? 0 : accounts.stayed / requests,
    outsideTheirRoom: share(({ names }) => names !== null),
  };
}

function rulesOf(all: readonly Address[], requests: number): RuleDay[] {
  const byRule = new Map<string, RuleDay>();
  for (const { rule, class: trafficClass, outcome, requests: count } of all) {
    const key = `${outcome} ${rule ?? ''}`;
    const before = byRule.get(key)?.requests ?? 0;
    const day = { rule, class: trafficClass as Rule['class'], outcome, requests: before + count };
    byRule.set(key, { ...day, share: day.requests / requests });
  }
  return [...byRule.values()].sort((a, b) => b.requests - a.requests);
}

function unusedRules(rules: readonly Rule[], used: readonly RuleDay[]): string[] {
  const names = new Set(used.map(({ rule }) => rule));
  return rules.filter(({ name, enabled }) => enabled && !names.has(name)).map(({ name }) => name);
}

function addressDay(address: Address, requests: number): AddressDay {
  const { host, pathShape, room, outcome, rule, class: trafficClass, names, failed, notFound } = address;
  const share = requests === 0 ? 0 : address.requests / requests;
  const words = { host, pathShape, room, outcome, rule, class: trafficClass, names };
  return { ...words, requests: address.requests, share, failed, notFound };
}

function launchDay(
  { name, room, addresses }: Launch,
  settings: Settings,
  rooms: readonly { room: string; requests: number }[],
): LaunchDay {
  return {
    launch: name,
    room,
    addresses: addresses.map((address) => {
      const route = routeAddress(settings, address);
      const leadsTo = route.kind === 'room' ? route.room : route.kind;
      return { address, leadsTo, isCovered: leadsTo === room };
    }),
    requests: rooms.find((one) => one.room === room)?.requests ?? 0,
  };
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
