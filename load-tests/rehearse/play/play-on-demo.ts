/** Plays a scenario on a demo that is set up for it alone, and struck afterwards. */
import { setStage } from '../../stage/stage.ts';
import type { RehearsalReport } from '../report-words.ts';
import type { Scenario } from '../words.ts';
import { type PlayOptions, play } from './play.ts';

/** Rejects where no stage could be set. */
export async function playOnDemo(scenario: Scenario, options: PlayOptions): Promise<RehearsalReport> {
  const { compress, signal } = options;
  const stage = await setStage(scenario.stage, { compress, signal, opensAtSeconds: openingOf(scenario) });
  try {
    return await play(scenario, stage, options);
  } finally {
    await stage.strike();
  }
}

/** A launch of the calendar opens when visitors expect it; where none counts down, it is open when they come. */
function openingOf({ groups }: Scenario): number {
  const openings = groups.flatMap(({ arrivals }) =>
    arrivals.shape === 'countdown' ? [arrivals.opensAtSeconds] : [],
  );
  return openings.length === 0 ? 0 : Math.min(...openings);
}
