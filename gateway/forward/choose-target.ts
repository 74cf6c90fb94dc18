/** Chooses the target with the least work in flight for its weight; where none is well, the least bad one. Pure. */

export interface Candidate {
  /** Requests in flight. */
  outstanding: number;
  /** Weight with ramp and health counted in; 0: takes no requests. */
  effectiveWeight: number;
}

/**
 * Among the targets to which one request more is no worse than to the others, by weight at random:
 * candidates are those with o/w < min over all of (o+1)/w. Equal weights give strictly the least outstanding with ties at
 * random; an idle upstream shares by weight; a target that ramps up gets its small share and no stampede.
 */
export function chooseTarget<T extends Candidate>(targets: readonly T[], random: () => number): T | null {
  let bound = Number.POSITIVE_INFINITY;
  for (const target of targets) {
    if (target.effectiveWeight > 0)
      bound = Math.min(bound, (target.outstanding + 1) / target.effectiveWeight);
  }
  let totalWeight = 0;
  for (const target of targets) if (isCandidate(target, bound)) totalWeight += target.effectiveWeight;
  let point = random() * totalWeight;
  let chosen: T | null = null;
  for (const target of targets) {
    if (!isCandidate(target, bound)) continue;
    chosen = target;
    point -= target.effectiveWeight;
    if (point < 0) break;
  }
  return chosen;
}

function isCandidate(target: Candidate, bound: number): boolean {
  return target.effectiveWeight > 0 && target.outstanding / target.effectiveWeight < bound;
}

export interface Ailing {
  weight: number;
  state: { status: 'up' | 'ejected' | 'down'; failuresInRow: number };
}

/** Nobody is well: those that answer at all before those that refuse, then whoever failed least lately. */
export function leastBad<T extends Ailing>(targets: readonly T[], random: () => number): T | null {
  const candidates = targets.filter((target) => target.weight > 0);
  const answering = candidates.filter((target) => target.state.status === 'ejected');
  const pool = answering.length > 0 ? answering : candidates;
  const fewest = Math.min(...pool.map((target) => target.state.failuresInRow));
  const best = pool.filter((target) => target.state.failuresInRow === fewest);
  return best[Math.floor(random() * best.length)] ?? null;
}
