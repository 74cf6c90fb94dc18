/** The demo's command line. */
import { Command, InvalidArgumentError } from 'commander';

export interface SurgeOptions {
  visitors: number;
  seconds: number;
  seed: number;
}

export function readOptions(): SurgeOptions {
  return new Command('demo:surge')
    .description(
      'Sends a crowd to a gate with a platform behind it, and the same crowd to the same platform without a gate.',
    )
    .option('--visitors <n>', 'how many come, within four seconds', wholeNumber(1, 5000), 300)
    .option('--seconds <s>', 'the longest that the show lasts', wholeNumber(5, 600), 22)
    .option('--seed <n>', 'the same seed sends the same crowd', wholeNumber(0, 4_294_967_295), 1)
    .allowExcessArguments(false)
    .exitOverride()
    .parse()
    .opts();
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };
}
