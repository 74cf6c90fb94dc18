/** Takes the pace out of figures: what was seen in real time is told in the scenario's own. Pure. */
import { FIGURES } from '../figures.ts';

/** Rates a minute are divided, times in seconds multiplied; what a machine does in a second (requests, latency) stays as it was. */
export function atScenarioPace(
  figures: Readonly<Record<string, number | null>>,
  compress: number,
): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      value === null ? null : value * factorOf(name, compress),
    ]),
  );
}

function factorOf(name: string, compress: number): number {
  const unit = FIGURES[name]?.unit;
  if (unit === 'a minute') return 1 / compress;
  return unit === 'seconds' ? compress : 1;
}
