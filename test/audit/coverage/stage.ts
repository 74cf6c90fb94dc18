/** Situations for the coverage analysis: a written configuration, judged by the real classifier, and windows written by hand. */
import { parseConfig } from '../../../config/load.ts';
import type { Settings } from '../../../config/settings.ts';
import { addressJudge } from '../../../gateway/audit/coverage/address-judge.ts';
import { analyse } from '../../../gateway/audit/coverage/analyse.ts';
import { proposeBy } from '../../../gateway/audit/coverage/proposal/propose.ts';
import { readTarget } from '../../../gateway/audit/coverage/target.ts';
import type { Situation } from '../../../gateway/audit/coverage/words.ts';
import type { FoundNow } from '../../../gateway/audit/words.ts';
import { createAuditJudge } from '../../../gateway/audit-judge.ts';
import type { AddressCount, RoomReport, TrafficWindow } from '../../../gateway/control/words.ts';

export const judgeOf = addressJudge(createAuditJudge);

export function parse(config: string): Settings | null {
  const read = parseConfig(config, 'headgate.yaml', {});
  return read.ok ? read.settings : null;
}

export function settingsOf(config: string): Settings {
  const read = parseConfig(config, 'headgate.yaml', {});
  if (!read.ok) throw new Error(read.errors.map(({ message }) => message).join('\n'));
  return read.settings;
}

export interface WrittenRules {
  rules: string[];
  launches?: string[];
  rooms?: string[];
}

/** A configuration of the demo platform with these rules, one line each. */
export function configOf({ rules, launches = [], rooms = [] }: WrittenRules): string {
  return [
    '# the operator’s own words',
    'upstreams: { platform: { targets: ["http://127.0.0.1:9000"] } }',
    'rooms:',
    '  "event-{eventid}": { limits: { sessions: 500, admissionsPerMinute: 300 } }',
    '  platform: { limits: { sessions: 2000 } }',
    ...rooms.map((room) => `  ${room}`),
    'rules:',
    '  - { name: assets, match: { path: /assets/*, methods: [GET, HEAD] }, action: bypass, class: asset } # as ever',
    ...rules.map((rule) => `  - ${rule}`),
    'default: { room: platform, upstream: platform }',
    `launches: [${launches.join(', ')}]`,
    '',
  ].join('\n');
}

/** Counts of one address; judged by nobody: what is not said is as for a page of the default room that all is well with. */
export function counted(host: string, pathShape: string, more: Partial<AddressCount> = {}): AddressCount {
  const requests = more.requests ?? more.forwarded ?? 100;
  return {
    host,
    pathShape,
    room: 'platform',
    outcome: 'allowed',
    rule: null,
    class: 'registration',
    names: null,
    requests,
    forwarded: requests,
    failed: 0,
    notFound: 0,
    totalMs: requests * 5,
    examples: [pathShape],
    ...more,
  };
}

export function windowOf(byAddress: readonly AddressCount[], windowSeconds = 60): TrafficWindow {
  const add = (of: (one: AddressCount) => number) => byAddress.reduce((total, one) => total + of(one), 0);
  return {
    windowSeconds,
    requests: add((one) => one.requests),
    forwarded: add((one) => one.forwarded),
    others: 0,
    byAddress,
  };
}

export function situationOf(
  config: string,
  windows: readonly TrafficWindow[],
  more: Partial<Situation> = {},
): Situation {
  return {
    windows,
    config,
    settings: settingsOf(config),
    judgeOf,
    rooms: [],
    calm: null,
    atMs: Date.parse('2026-12-01T15:05:00Z'),
    isWatchedLong: true,
    propose: proposeBy(parse),
    ...more,
  };
}

export function foundIn(
  config: string,
  byAddress: readonly AddressCount[],
  more: Partial<Situation> = {},
): FoundNow[] {
  return [...analyse(situationOf(config, [windowOf(byAddress)], more)).found];
}

/** Where the proposal’s configuration leads a visitor. */
export function ledBy(config: string, host: string, target: string): string | null {
  return judgeOf(settingsOf(config))(readTarget(host, target)).room;
}

export function roomReport(room: string, view: Partial<RoomReport['view']>): RoomReport {
  const limits = { sessions: 500, admissionsPerMinute: 300, seats: null, submitReserve: 10 };
  return {
    view: { room, state: 'open', waiting: 0, sessions: 0, limits, ...view } as RoomReport['view'],
    template: 'event-{eventid}',
    mode: 'act',
    why: '',
  };
}
