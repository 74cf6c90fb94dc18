/** Whether places depend on arrivals: χ² of a table of arrivals by places, each cut into as many equal parts. */

/** Of each arrival, in order, the place; both counted from 1. */
export function chiSquareOf(places: ArrayLike<number>, parts: number): number {
  const size = places.length;
  const counts = new Float64Array(parts * parts);
  for (let arrival = 0; arrival < size; arrival++) {
    const row = Math.floor((arrival * parts) / size);
    const column = Math.floor(((places[arrival]! - 1) * parts) / size);
    counts[row * parts + column]! += 1;
  }
  const expected = size / parts ** 2;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Degrees of freedom: places are a permutation, so that rows and columns are full. */
export function freedomOf(parts: number): number {
  return (parts - 1) ** 2;
}

/** The quantile of χ² that lies `deviations` of a normal distribution above the middle (Wilson and Hilferty); 3.719: one in 10,000. */
export function quantile(freedom: number, deviations = 3.719): number {
  return freedom * (1 - 2 / (9 * freedom) + deviations * Math.sqrt(2 / (9 * freedom))) ** 3;
}
