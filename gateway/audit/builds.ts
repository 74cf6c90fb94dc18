/** Remembers which build each server of the platform said that it runs (`headgate-build`): the last word of each, bounded. */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { GatewayReport } from '../control/words.ts';

const MOST_TARGETS = 256;
const LONGEST_BUILD = 128;

interface SeenBuild {
  build: string;
  wallMs: number;
}

export type Builds = ReturnType<typeof createBuilds>;

export function createBuilds(clock: Pick<Clock, 'wallMs'>) {
  const byUpstream = new Map<string, Map<string, SeenBuild>>();
  let count = 0;

  return {
    saw(upstream: string, target: string, build: string): void {
      const known = byUpstream.get(upstream)?.get(target);
      if (known !== undefined) {
        if (known.build !== build) known.build = build.slice(0, LONGEST_BUILD);
        known.wallMs = clock.wallMs();
        return;
      }
      if (count >= MOST_TARGETS) return;
      count++;
      const targets = byUpstream.get(upstream) ?? new Map<string, SeenBuild>();
      byUpstream.set(upstream, targets);
      targets.set(target, { build: build.slice(0, LONGEST_BUILD), wallMs: clock.wallMs() });
    },

    /** Servers that are not configured any more are forgotten. */
    follow({ upstreams }: Pick<Settings, 'upstreams'>): void {
      for (const [upstream, targets] of byUpstream)
        for (const target of targets.keys())
          if (!upstreams[upstream]?.targets.some(({ url }) => url === target)) {
            targets.delete(target);
            count--;
          }
    },

    list(): GatewayReport['builds'] {
      return [...byUpstream].flatMap(([upstream, targets]) =>
        [...targets].map(([target, { build, wallMs }]) => ({
          ...{ upstream, target, build },
          seenAt: new Date(wallMs).toISOString(),
        })),
      );
    },
  };
}
