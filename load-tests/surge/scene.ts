/** One moment of the demo, by both platforms' books and the gate's status. */
import type { PlatformStats } from '../platform/books.ts';
import type { Stage } from './stage.ts';

export interface SideScene {
  /** Registered at the platform. */
  registered: number;
  inside: number;
  failed: number;
  p95Ms: number;
}

export interface Scene {
  atSeconds: number;
  waiting: number;
  gated: SideScene;
  bare: SideScene;
}

export async function lookAt(stage: Stage, atSeconds: number): Promise<Scene> {
  const [waiting, gated, bare] = await Promise.all([
    stage.waiting(),
    stage.gated.stats(),
    stage.bare.stats(),
  ]);
  return { atSeconds, waiting, gated: sideOf(gated), bare: sideOf(bare) };
}

function sideOf(stats: PlatformStats): SideScene {
  return {
    registered: registeredIn(stats),
    inside: stats.sessions.now,
    failed: stats.failed,
    p95Ms: stats.latencyMs.p95,
  };
}

export function registeredIn(stats: PlatformStats): number {
  return Object.values(stats.registrations).reduce((sum, count) => sum + count, 0);
}
