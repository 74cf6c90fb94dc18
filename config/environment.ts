/** The variables that win over the file: each is checked here, and its faults name it. */
import { FORMATS, originOf } from './formats.ts';
import type { Located, Path, Positions } from './located.ts';

export interface Override {
  path: Path;
  value: unknown;
  variable: string;
}

export interface Environment {
  dataPath: string;
  overrides: Override[];
  faults: Located[];
}

type Read = { ok: true; value: unknown } | { ok: false; says: string };

const PORTS: Record<string, Path> = {
  HEADGATE_PORT: ['listen', 'gateway', 'port'],
  HEADGATE_ADMIN_PORT: ['listen', 'admin', 'port'],
  HEADGATE_METRICS_PORT: ['listen', 'metrics', 'port'],
};
const HOSTS: Record<string, Path> = {
  HEADGATE_ADMIN_HOST: ['listen', 'admin', 'host'],
  HEADGATE_METRICS_HOST: ['listen', 'metrics', 'host'],
};

/** `written`: the plain values of the file, for the name of its default upstream. */
export function readEnvironment(env: NodeJS.ProcessEnv, written: unknown): Environment {
  const found: Environment = { dataPath: env.HEADGATE_DATA || './data', overrides: [], faults: [] };
  const take = (variable: string, path: Path, read: (text: string) => Read, secret = false) => {
    const text = env[variable];
    if (text === undefined || text === '') return;
    const answer = read(text);
    if (answer.ok) found.overrides.push({ path, value: answer.value, variable });
    else
      found.faults.push(
        fault(variable, secret ? 'its value' : JSON.stringify(text.slice(0, 80)), answer.says),
      );
  };
  for (const [variable, path] of Object.entries(PORTS)) take(variable, path, readPort);
  for (const [variable, path] of Object.entries(HOSTS)) take(variable, path, readHost);
  take('HEADGATE_REDIS_URL', ['store'], (text) => readRedis(text, written), true);
  const upstream = defaultUpstream(written);
  if (upstream !== null) take('HEADGATE_UPSTREAM', ['upstreams', upstream, 'targets'], readTargets);
  return found;
}

/** Puts the overrides into the plain values, where the sections above them are sections. */
export function applyOverrides(written: unknown, overrides: readonly Override[]): void {
  for (const { path, value } of overrides) {
    let at: unknown = written;
    for (const key of path.slice(0, -1)) at = child(at, key);
    const last = path.at(-1)!;
    if (isRecord(at)) at[last] = value;
  }
}

/** Places of overridden values are their variables. */
export function withOverrides(positions: Positions, overrides: readonly Override[]): Positions {
  return {
    of(path, at) {
      const override = overrides.find((one) => one.path.every((key, index) => key === path[index]));
      return override === undefined
        ? positions.of(path, at)
        : { file: 'environment', line: 0, column: 0, variable: override.variable };
    },
  };
}

function child(at: unknown, key: string | number): unknown {
  if (!isRecord(at) || key === '__proto__') return undefined;
  if (at[key] === undefined || at[key] === null) at[key] = {};
  return at[key];
}

function readPort(text: string): Read {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return { ok: true, value: port };
  return { ok: false, says: 'must be a port from 0 to 65535' };
}

function readHost(text: string): Read {
  const { accepts, says } = FORMATS.host!;
  return accepts(text) ? { ok: true, value: text } : { ok: false, says };
}

/** What the file says of prefix, time-out and TLS stays; the addresses that it names do not. */
function readRedis(text: string, written: unknown): Read {
  if (!/^rediss?:\/\/[^\s/]+/.test(text) || !URL.canParse(text))
    return { ok: false, says: 'must be redis://host:port or rediss://host:port' };
  const store = isRecord(written) && isRecord(written.store) ? written.store : {};
  const { url: _url, sentinels: _sentinels, name: _name, nodes: _nodes, ...kept } = store;
  return { ok: true, value: { ...kept, kind: 'redis', url: text } };
}

function readTargets(text: string): Read {
  const origins = text.split(',').map((part) => part.trim());
  const good = origins.every((origin) => originOf(origin) !== null);
  return good ? { ok: true, value: origins } : { ok: false, says: FORMATS.origin!.says };
}

/** Without a default there is nothing to replace, and the file is refused for it. */
function defaultUpstream(written: unknown): string | null {
  const section = isRecord(written) ? written.default : undefined;
  const name = isRecord(section) ? section.upstream : undefined;
  return typeof name === 'string' && name !== '' ? name : null;
}

function fault(variable: string, value: string, says: string): Located {
  const message = `${variable}: ${value} ${says} (environment)`;
  return { file: 'environment', line: 0, column: 0, path: variable, message, rule: 'environment' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
