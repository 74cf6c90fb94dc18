/** Live and ready, the same under the prefix and on the metrics port. Liveness never touches the store. */

export interface HealthSources {
  isDraining(): boolean;
  store(): 'ok' | 'lost';
  upstreams(): Record<string, 'ok' | 'degraded' | 'down'>;
  keys(): 'ok' | 'missing';
  revision(): number;
}

export interface Ready {
  ready: boolean;
  store: 'ok' | 'lost';
  upstreams: Record<string, 'ok' | 'degraded' | 'down'>;
  keys: 'ok' | 'missing';
  revision: number;
}

/** Stays ready while the store is lost or the platform is down: the waiting pages are needed most then. */
export function readiness(sources: HealthSources): { status: 200 | 503; body: Ready } {
  const keys = sources.keys();
  const ready = !sources.isDraining() && keys === 'ok';
  const body = {
    ready,
    store: sources.store(),
    upstreams: sources.upstreams(),
    keys,
    revision: sources.revision(),
  };
  return { status: ready ? 200 : 503, body };
}
