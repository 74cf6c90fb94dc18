/** The demo platform at a faster pace: as many times more visitors a minute need as many times more of its database. Pure. */
import { apiAtPace } from '../rehearse/scenario/pace.ts';
import type { Deed, PlatformPlan } from '../rehearse/words.ts';

/** A query takes as long as ever: what visitors feel of a platform that is well, or not, is not sped up. */
export function platformAtPace(plan: PlatformPlan, compress: number): PlatformPlan {
  return {
    ...plan,
    databaseConnections: connectionsAtPace(plan.databaseConnections, compress),
    idleSeconds: Math.max(LEAST_IDLE_SECONDS, plan.idleSeconds / compress),
  };
}

/** What is done to the platform's database, or to a room, is done at the same pace. */
export function deedAtPace(deed: Deed, compress: number): Deed {
  if (deed.kind === 'api') return apiAtPace(deed, compress);
  if (deed.kind !== 'platform' || typeof deed.mode.databaseConnections !== 'number') return deed;
  const databaseConnections = connectionsAtPace(deed.mode.databaseConnections, compress);
  return { ...deed, mode: { ...deed.mode, databaseConnections } };
}

const LEAST_IDLE_SECONDS = 5;

function connectionsAtPace(connections: number, compress: number): number {
  return Math.max(1, Math.round(connections * compress));
}
