/** Settings with just what classification reads, written as an operator writes rules. */
import type { Rule, Settings } from '../../config/settings.ts';
import type { JudgedRequest } from '../../gateway/request/words.ts';

export type WrittenRule = Partial<Omit<Rule, 'match'>> & { match?: Partial<Rule['match']> };

export interface WrittenSettings {
  rooms?: Record<string, { known?: 'any' | string[]; lanes?: Record<string, number> }>;
  rules?: WrittenRule[];
  launches?: { room: string }[];
}

export function writtenRule(rule: WrittenRule, index = 0): Rule {
  const match = { hosts: [], path: '/*', query: {}, methods: [], networks: [], caseSensitive: false };
  return {
    name: `rule ${index}`,
    enabled: true,
    class: 'registration',
    lane: 'default',
    allowance: { requestsPerMinute: null, inFlight: null },
    registered: null,
    ...rule,
    match: { ...match, ...rule.match },
  };
}

export function writtenSettings({ rooms = {}, rules = [], launches = [] }: WrittenSettings): Settings {
  const named = Object.entries({ platform: {}, ...rooms }).map(([name, room]) => {
    const { known = 'any', lanes = { default: 1 } } = room as NonNullable<WrittenSettings['rooms']>[string];
    return [name, { known: known === 'any' ? known : new Set(known), lanes }];
  });
  const settings = {
    rooms: Object.fromEntries(named),
    rules: rules.map(writtenRule),
    launches,
    default: { room: 'platform', upstream: 'main' },
  };
  return settings as unknown as Settings;
}

/** A request for a path and query that were normalised already. */
export function asked(target: string, more: Partial<JudgedRequest> = {}): JudgedRequest {
  const mark = target.indexOf('?');
  return {
    method: 'GET',
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    host: 'register.example.com',
    authority: 'register.example.com',
    scheme: 'http',
    clientAddress: '192.0.2.1',
    ...more,
  };
}
