/** What was foreseen of a rehearsal, and beside it what it saw. Pure. */
import type { ForecastComparison, RehearsalReport } from '../report-words.ts';
import type { Scenario } from '../words.ts';
import { forecastScenario } from './forecast.ts';
import type { Forecast, ForecastOptions } from './words.ts';

type Seen = Pick<RehearsalReport, 'figures' | 'series'>;

/** At the pace at which it is played, as far as it is played. */
export function forecastOfRehearsal(
  scenario: Scenario,
  options: Pick<ForecastOptions, 'seed' | 'compress' | 'visitors'>,
): Forecast {
  return forecastScenario(scenario, { ...options, stopsAtEnd: true });
}

/** `seen` in the scenario's own time, as a report tells it. */
export function compareForecast(
  { arrivals, outcomes }: Forecast,
  { figures, series }: Seen,
): ForecastComparison {
  const [outcome] = outcomes;
  const wait = outcome?.waitSeconds ?? null;
  const arrived = (series.of['arrivals.perMinute'] ?? []).filter((value) => value !== null);
  const seenOf = (figure: string) => figures[figure] ?? null;
  return {
    rows: [
      {
        ...{ name: 'arrivals a minute, most', unit: 'a minute', foreseen: arrivals.mostPerMinute },
        seen: arrived.length === 0 ? null : Math.max(...arrived),
      },
      {
        ...{ name: 'longest line', unit: 'visitors', foreseen: outcome?.longestLine ?? null },
        seen: seenOf('visitors.longestLine'),
      },
      {
        ...{ name: 'drained after', unit: 'seconds', foreseen: outcome?.drainedAfterSeconds ?? null },
        seen: seenOf('visitors.drainedAfterSeconds'),
      },
      {
        ...{ name: 'median wait', unit: 'seconds', foreseen: wait?.p50 ?? null },
        seen: seenOf('visitors.medianWaitSeconds'),
      },
      {
        ...{ name: 'p95 wait', unit: 'seconds', foreseen: wait?.p95 ?? null },
        seen: seenOf('visitors.p95WaitSeconds'),
      },
    ],
  };
}
