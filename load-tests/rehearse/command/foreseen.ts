/** Lays what was foreseen of a rehearsal beside what it saw. */
import { compareForecast, forecastOfRehearsal } from '../forecast/compare.ts';
import type { RehearsalReport } from '../report-words.ts';
import type { Scenario } from '../words.ts';

export interface ForeseenOptions {
  seed: number;
  compress: number;
  visitors: number | null;
}

/** Foresees it before it is played. What cannot be foreseen is no reason not to play it: then the report has no forecast. */
export function foreseeing(
  scenario: Scenario,
  { seed, compress, visitors }: ForeseenOptions,
): (report: RehearsalReport) => RehearsalReport {
  try {
    const foreseen = forecastOfRehearsal(scenario, { seed, compress, visitors });
    return (report) => ({ ...report, forecast: compareForecast(foreseen, report) });
  } catch {
    return (report) => report;
  }
}
