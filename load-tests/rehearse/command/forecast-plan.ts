/** Who comes in a forecast: a scenario's visitors, or those whom mails bring, or those of a former launch's access log. */
import { arrivalTimes } from '../../visitors/load.ts';
import type { Arrivals, VisitorGroup } from '../visitor-words.ts';
import type { Scenario } from '../words.ts';
import type { Typed, Wave } from './typed.ts';
import { WrongUse } from './wrong-use.ts';

/** Half of those who read a mail at all come within it. */
const HALF_SECONDS = 600;
/** By then all but one of a thousand of a mail's readers have come. */
const HALVES = 10;

/** Throws WrongUse where a log cannot be read. */
export function forecastScenarioOf(
  scenario: Scenario,
  { invited, waves, log, seed }: Pick<Typed, 'invited' | 'waves' | 'log' | 'seed'>,
): Scenario {
  if (log !== undefined) return replayed(scenario, log, seed);
  if (invited === undefined && waves === undefined) return scenario;
  const mails = scaledTo(waves ?? [{ atSeconds: 0, readers: invited! }], invited);
  const last = Math.max(...mails.map(({ atSeconds }) => atSeconds));
  const arrivals: Arrivals = { shape: 'email', waves: mails, halfSeconds: HALF_SECONDS };
  return {
    ...scenario,
    title: `${scenario.title}, as mails bring them`,
    seconds: last + HALVES * HALF_SECONDS,
    groups: [withArrivals(scenario, arrivals)],
  };
}

/** Where both are told, the waves are shares of the invited. */
function scaledTo(waves: readonly Wave[], invited: number | undefined): readonly Wave[] {
  const readers = waves.reduce((sum, wave) => sum + wave.readers, 0);
  const factor = invited === undefined ? 1 : invited / readers;
  return waves.map((wave) => ({ ...wave, readers: Math.round(wave.readers * factor) }));
}

function replayed(scenario: Scenario, file: string, seed: number): Scenario {
  const group = withArrivals(scenario, { shape: 'log', file, host: null, fromSeconds: 0 });
  try {
    let last: number | null = null;
    for (const { atSeconds } of arrivalTimes(group, seed)) last = atSeconds;
    if (last === null) throw new Error('no line of it could be read');
    const title = `${scenario.title}, as ${file} tells`;
    return { ...scenario, title, seconds: Math.ceil(last) + 1, groups: [group] };
  } catch (error) {
    throw new WrongUse(
      `--log must name an access log that can be read; ${file}: ${(error as Error).message}`,
    );
  }
}

/** As the scenario's first group behaves. */
function withArrivals({ groups }: Scenario, arrivals: Arrivals): VisitorGroup {
  const like = groups.find(({ kind }) => kind === 'browser') ?? groups[0]!;
  return { ...like, name: 'invited', arrivals };
}
