/**
 * Shares a budget by max-min fairness: nobody gets more than is asked for, and nobody can be given more without taking it from somebody
 * who has less for the weight.
 *
 * Water-filling: the level rises for everybody in proportion to the weight; who is satisfied drops out, and what is left rises on.
 * Guarantees come first, at most as much as is asked for. Regimes: the budget covers all demands (everybody gets the demand); it covers
 * the guarantees (these, then by weight); it does not (the guarantees in proportion).
 * Source: Bertsekas and Gallager, Data Networks, 6.5.2; Demers, Keshav and Shenker, Fair Queueing, 1989.
 */
export interface Claim {
  demand: number;
  weight: number;
  /** Never taken by others, as far as it is asked for. */
  guarantee: number;
}

/** One share for each claim, in their order; together never more than the budget. */
export function maxMinShares(budget: number, claims: readonly Claim[]): number[] {
  const floors = claims.map(({ demand, guarantee }) => Math.min(demand, guarantee));
  const promised = sum(floors);
  if (promised >= budget) return floors.map((floor) => (promised > 0 ? (floor * budget) / promised : 0));
  const level = levelOf(budget, claims, floors);
  return claims.map((claim, i) => atLevel(level, claim, floors[i]!));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const atLevel = (level: number, { demand, weight }: Claim, floor: number): number =>
  Math.min(demand, Math.max(floor, level * weight));

/** The level at which the budget is used up. Between two neighbouring corners the sum is a straight line. */
function levelOf(budget: number, claims: readonly Claim[], floors: readonly number[]): number {
  const total = (level: number): number => sum(claims.map((claim, i) => atLevel(level, claim, floors[i]!)));
  const corners = claims.flatMap(({ demand, weight }, i) => [demand / weight, floors[i]! / weight]);
  corners.sort((a, b) => a - b);
  let [low, high] = [0, corners.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (total(corners[middle]!) >= budget) high = middle;
    else low = middle + 1;
  }
  const above = corners[low];
  if (above === undefined) return Number.POSITIVE_INFINITY;
  const below = low === 0 ? 0 : corners[low - 1]!;
  const [least, most] = [total(below), total(above)];
  return most === least ? above : below + ((above - below) * (budget - least)) / (most - least);
}
