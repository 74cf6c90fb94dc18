/** The configuration of a stage: a scenario's, or one's own, with sockets, store, targets and all that leads elsewhere taken over by the stage. Pure. */
import { stringify } from 'yaml';

export type Plain = Readonly<Record<string, unknown>>;

export interface StageParts {
  /** Origins by the platform's name; the first platform stands for every upstream that the scenario has none for. */
  targets: Readonly<Record<string, readonly string[]>>;
  /** Null: embedded. */
  redisUrl: string | null;
  keysFolder: string;
}

/** What is laid over a configuration before a gateway of the stage reads it. */
export function onStage(config: Plain, parts: StageParts): Plain {
  // Those are of the machine that the configuration was written for, or lead out of this one.
  const { workers: _workers, rehearsal: _rehearsal, revision: _revision, ...rest } = config;
  return {
    ...rest,
    listen: listening(sectionOf(config.listen)),
    store: storeOf(sectionOf(config.store), parts.redisUrl),
    keys: { ...sectionOf(config.keys), path: parts.keysFolder },
    upstreams: upstreamsOf(sectionOf(config.upstreams), parts.targets),
    admin: adminOf(sectionOf(config.admin)),
    audit: auditOf(sectionOf(config.audit)),
    log: { ...sectionOf(config.log), level: 'info', samplePerSecond: 1 },
    ...(Array.isArray(config.launches) ? { launches: config.launches.map(unasked) } : {}),
  };
}

export function asText(config: Plain): string {
  return stringify(config, { lineWidth: 0 });
}

/** RFC 7386: null removes, a mapping is merged, anything else takes the place of what was there. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isPlain(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function sectionOf(value: unknown): Plain {
  return isPlain(value) ? value : {};
}

/** Visitors tell in `x-forwarded-for` where they are: they all come from this host. */
function listening({ gateway: _gateway, admin: _admin, metrics: _metrics, ...rest }: Plain): Plain {
  return { ...rest, gateway: { host: '127.0.0.1' }, trustedProxies: ['127.0.0.0/8'] };
}

function storeOf({ prefix, commandMs }: Plain, redisUrl: string | null): Plain {
  if (redisUrl === null) return { kind: 'embedded' };
  const kept = Object.entries({ prefix, commandMs }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), kind: 'redis', url: redisUrl };
}

/** A configuration as it was written, with targets where it left them to the stage: whole enough to be checked, and kept. */
export function withTargets(config: Plain, targets: StageParts['targets']): Plain {
  const upstreams = sectionOf(config.upstreams);
  return { ...config, upstreams: mergePatch(upstreamsOf(upstreams, targets), upstreams) };
}

function upstreamsOf(upstreams: Plain, targets: StageParts['targets']): Plain {
  const fallback = Object.values(targets)[0] ?? [];
  const names = Object.keys(upstreams).length > 0 ? Object.keys(upstreams) : Object.keys(targets);
  return Object.fromEntries(
    names.map((name) => {
      const { tls: _, ...rest } = sectionOf(upstreams[name]);
      return [name, { ...rest, targets: targets[name] ?? fallback }];
    }),
  );
}

/** Nobody is told of a rehearsal, and nobody signs in elsewhere. */
function adminOf({ oidc: _oidc, webhooks: _webhooks, publicUrl: _url, ...rest }: Plain): Plain {
  return rest;
}

/** Addresses of the real platform are not asked. */
function auditOf(audit: Plain): Plain {
  const { platform: _, ...probe } = sectionOf(audit.probe);
  return Object.keys(probe).length > 0 ? { ...audit, probe } : withoutProbe(audit);
}

function withoutProbe({ probe: _, ...rest }: Plain): Plain {
  return rest;
}

/** A launch without its public addresses: the gate asks those from outside, where the real platform answers. */
function unasked(launch: unknown): unknown {
  if (!isPlain(launch)) return launch;
  const { addresses: _, ...rest } = launch;
  return rest;
}
