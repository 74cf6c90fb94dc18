/** `headgate override`: an operator's word to the gateways of this host, which needs neither store nor network. */
import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import type { CommandOutput } from '../command-output.ts';
import { dataFolder } from '../data-folder.ts';

interface OverrideOptions {
  wait: number;
  minutes?: string;
  reason?: string;
  data?: string;
  config?: string;
}

const MOST_SECONDS_TO_WAIT = 60;

export function addOverride(
  program: Command,
  env: NodeJS.ProcessEnv,
  print: (output: CommandOutput) => void,
): void {
  program
    .command('override')
    .description(
      'tell the gateways of this host what to do with a room for a while; needs neither store nor network',
    )
    .argument('<words...>', '<room> pause | bypass | limit <n>, or list, or lift <room>')
    .option('-m, --minutes <m>', 'how long, 1 to 1440')
    .option('-r, --reason <text>', 'why; goes to the logs')
    .option('--wait <seconds>', 'for the gateways to take it, 1 to 60', secondsToWait, 3)
    .option('--data <folder>', 'data folder of the gateways (else HEADGATE_DATA, else ./data)')
    .option('-c, --config <file>', 'configuration of the gateways, whose data folder counts')
    .action(async (words: string[], options: OverrideOptions) => {
      const { data, config, wait, ...typed } = options;
      const dataPath = data ?? (await dataFolder(config, env));
      const parts = { dataPath, patienceMs: wait * 1_000, clock: systemClock, newId: randomUUID };
      const { overrideCommand } = await import('../overrides/command.ts');
      print(await overrideCommand({ words, ...typed }, parts));
    });
}

function secondsToWait(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MOST_SECONDS_TO_WAIT) return seconds;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${MOST_SECONDS_TO_WAIT}`);
}
