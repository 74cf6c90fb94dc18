/** A stage over a target of one's own: visitors are sent there, and what it tells is seen; what it does not tell stays unseen, and nothing is done to it. */
import type { PlatformStats } from '../../platform/books.ts';
import { fetchJson, LOOK_MS } from '../../stage/fetch-json.ts';
import { watchPlatforms } from '../../stage/platform-figures.ts';
import type { Stage, StagePlatform } from '../../stage/words.ts';
import type { NamedTarget } from '../rails/words.ts';
import { watchLine } from './line-figures.ts';
import type { Session } from './session.ts';

export interface TargetStageOptions {
  target: NamedTarget;
  /** Null: its admin API is unknown. */
  session: Session | null;
  /** The gate's reserved paths, and the prefix of its cookies. */
  prefix: string;
  cookiePrefix: string;
  /** Epoch ms; null: whenever. */
  beginsAtMs: number | null;
}

export function targetStage(options: TargetStageOptions): Stage {
  const { target, session, prefix, cookiePrefix, beginsAtMs } = options;
  const headers: Record<string, string> = session === null ? {} : { 'headgate-rehearsal': session.header };
  const nowMs = () => performance.now();
  const platforms = platformsOf(target, session !== null);
  const lookAtPlatforms = watchPlatforms(platforms, nowMs);
  const lookAtLine = watchLine(`${target.url}${prefix}/status`, headers, nowMs);
  const admin = session?.admin ?? null;
  return {
    ...{ name: target.name, admin, platforms, beginsAtMs },
    // The host is the target's own: production's name would lead to production at an edge that both share.
    target: {
      origins: () => [target.url],
      onRefused: 'fail',
      prefix,
      cookiePrefix,
      headers,
      keepHost: false,
    },
    // Its admin API knows the rooms and the configuration of real visitors only.
    cannot: () => 'nothing is done to a target of one’s own',
    do: async () => {},
    async look() {
      const [platform, line] = await Promise.all([lookAtPlatforms(), lookAtLine()]);
      return { ...platform.figures, ...line };
    },
    atEnd: async () => ({}),
    findings: async () => [],
    revision: async () => session?.revision ?? 0,
    configText: async () => (admin === null ? '' : await activeConfig(admin)),
    strike: async () => session?.end(),
  };
}

async function activeConfig(admin: NonNullable<Stage['admin']>): Promise<string> {
  const { config } = await admin.ask<{ config?: string }>('GET', 'revisions/active');
  return config ?? '';
}

function platformsOf({ name, stats }: NamedTarget, isRehearsed: boolean): StagePlatform[] {
  if (stats === null) return [];
  const url = new URL(stats);
  // Rehearsed visitors are in books of their own, at a platform that keeps them apart.
  if (isRehearsed && !url.searchParams.has('books')) url.searchParams.set('books', 'rehearsal');
  const read = () => fetchJson<PlatformStats>(url.href, { redirect: 'error' }, LOOK_MS);
  return [
    {
      name,
      stats: () =>
        read().then(
          (stats) => [stats],
          () => [],
        ),
    },
  ];
}
