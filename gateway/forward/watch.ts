/** Watches an upstream's targets in the background: checks, outliers, ramps. Visitors' requests never wait for it. */
import { probeConnection, probePath } from './probe.ts';
import type { Target } from './target.ts';
import type { Upstream } from './upstream.ts';

export interface Watch {
  /** Resolves once each target was asked for the first time. */
  firstLook: Promise<void>;
  stop(): void;
}

/** Ramps and outliers are looked at this often, or with each check if those are more frequent. */
const LOOK_MS = 250;
const TIMEOUT_MS = 5_000;

export function watchUpstream(upstream: Upstream, now: () => number, random: () => number): Watch {
  const asking = new Set<Target>();
  let nextCheckMs = 0;

  const ask = async (target: Target) => {
    if (asking.has(target)) return;
    asking.add(target);
    const { path } = upstream.settings.health;
    const timeoutMs = Math.min(upstream.settings.timeouts.connectMs, TIMEOUT_MS);
    const isWell =
      path === null
        ? await probeConnection(target.origin, timeoutMs)
        : await probePath(target.origin, path, target.tls, timeoutMs);
    asking.delete(target);
    if (target.state.checked(isWell, now())) upstream.statusChanged(target);
  };

  const look = () => {
    const at = now();
    for (const target of upstream.targets) {
      if (target.state.tick(at)) upstream.statusChanged(target);
      upstream.judge(target, at);
    }
    upstream.look();
    if (at < nextCheckMs) return;
    // Gateways that were started together must not ask together for ever.
    nextCheckMs = at + upstream.settings.health.intervalMs * (0.9 + 0.2 * random());
    const isChecked = upstream.settings.health.path !== null;
    for (const target of upstream.targets) if (isChecked || target.state.status === 'down') void ask(target);
  };

  const timer = setInterval(look, Math.min(LOOK_MS, upstream.settings.health.intervalMs));
  timer.unref();
  return {
    firstLook: Promise.all(upstream.targets.map(ask)).then(() => undefined),
    stop: () => clearInterval(timer),
  };
}
