/** How the gateway is run: listeners apart, cookies that browsers take. */
import type { Path } from '../located.ts';
import type { Law } from './law.ts';

const WILDCARDS = new Set(['0.0.0.0', '::']);

export const listenersApart: Law = function* ({ listen }) {
  const names = ['gateway', 'admin', 'metrics'] as const;
  for (const [index, name] of names.entries())
    for (const earlier of names.slice(0, index)) {
      const [one, other] = [listen[name], listen[earlier]];
      if (one.port === 0 || one.port !== other.port || !overlap(one.host, other.host)) continue;
      const path: Path = ['listen', name, 'port'];
      yield {
        path,
        rule: 'listener-unique',
        text: `${one.port} must not be the port of listen.${earlier}, too`,
        rests: [path, ['listen', earlier, 'port']],
      };
    }
};

function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((host) => (host === 'localhost' ? '127.0.0.1' : host.toLowerCase()));
  return a === b || WILDCARDS.has(a!) || WILDCARDS.has(b!);
}

/** Browsers drop cookies that break these, and every visitor would lose the place. */
export const cookies: Law = function* ({ cookies: { prefix, domain, sameSite, secure } }) {
  if (sameSite === 'None' && secure !== true)
    yield {
      path: ['cookies', 'sameSite'],
      rule: 'cookie-secure',
      text: 'None needs cookies.secure: true; browsers drop it otherwise',
      rests: [['cookies', 'secure']],
    };
  if (/^__(Secure|Host)-/i.test(prefix) && secure !== true)
    yield {
      path: ['cookies', 'prefix'],
      rule: 'cookie-secure',
      text: `${JSON.stringify(prefix)} needs cookies.secure: true`,
    };
  if (/^__Host-/i.test(prefix) && domain !== null)
    yield {
      path: ['cookies', 'domain'],
      rule: 'cookie-domain',
      text: `must be null with the prefix ${JSON.stringify(prefix)}`,
    };
};
