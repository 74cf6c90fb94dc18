/** Divides a bound on requests in flight among gateways by what each has to do: whole numbers, at least 1 each, by largest remainders. */

/** Of the bound, spread evenly, so that a gateway to which visitors turn all at once is not held to next to nothing. */
const EVEN_SHARE = 0.1;

/** Part of `bound` for `gateway`; all who know the same demands work out parts that add up to the bound (or to 1 each where it is smaller). */
export function portionOf(bound: number, gateway: string, demands: Readonly<Record<string, number>>): number {
  const weights = weigh({ [gateway]: 0, ...demands });
  const exact = weights.map(({ name, weight }) => ({ name, part: bound * weight }));
  const whole = exact.map(({ part }) => Math.max(1, Math.floor(part)));
  let left = bound - whole.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact
    .map(({ name, part }, at) => ({ name, at, rest: part - whole[at]! }))
    .sort((a, b) => b.rest - a.rest || (a.name < b.name ? -1 : 1));
  for (const { at } of byRemainder) {
    if (left < 1) break;
    whole[at]!++;
    left--;
  }
  return whole[exact.findIndex(({ name }) => name === gateway)]!;
}

function weigh(demands: Readonly<Record<string, number>>): { name: string; weight: number }[] {
  const names = Object.keys(demands).sort();
  const total = names.reduce((sum, name) => sum + demands[name]!, 0);
  return names.map((name) => {
    const byDemand = total === 0 ? 1 / names.length : demands[name]! / total;
    return { name, weight: (1 - EVEN_SHARE) * byDemand + EVEN_SHARE / names.length };
  });
}
