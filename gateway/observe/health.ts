/** Live and ready, the same under the prefix and on the metrics port. Liveness never touches the store. */

export interface HealthSources {
  isDraining(): boolean;
  store(): 'ok' | 'lost';
  upstreams(): Record<string, 'ok' | 'degraded' | 'down'>;
  /** Keys that this gateway lacks, and what to do; null: it has all. */
  lackingKeys(): { kids: readonly string[]; detail: string } | null;
  revision(): number;
}

export interface Ready {
  ready: boolean;
  store: 'ok' | 'lost';
  upstreams: Record<string, 'ok' | 'degraded' | 'down'>;
  keys: 'ok' | 'missing';
  /** Where keys are missing: which, and for people what to do. */
  missingKeys?: readonly string[];
  keysDetail?: string;
  revision: number;
}

export interface ReadyAnswer {
  status: 200 | 503;
  body: Ready;
}

/** Stays ready while the store is lost or the platform is down: the waiting pages are needed most then. */
export function readiness(sources: HealthSources): ReadyAnswer {
  const lacking = sources.lackingKeys();
  const ready = !sources.isDraining() && lacking === null;
  const body: Ready = {
    ready,
    store: sources.store(),
    upstreams: sources.upstreams(),
    keys: lacking === null ? 'ok' : 'missing',
    ...(lacking === null ? {} : { missingKeys: lacking.kids, keysDetail: lacking.detail }),
    revision: sources.revision(),
  };
  return { status: ready ? 200 : 503, body };
}
