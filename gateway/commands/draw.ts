/** `headgate draw verify`: anybody may check an opening draw, with what the room's status publishes and nothing else. */
import type { Command } from 'commander';
import type { CommandOutput } from '../command-output.ts';
import type { VerifyOptions } from '../draw/verify-command.ts';

const HELP = `
Exit code 0: proven; 1: not proven, or nothing is published yet; 2: wrong usage.

  headgate draw verify https://register.example.com/.headgate/rooms/event-4711/status --ticket ticket.txt
  headgate draw verify status.json --commitment 1076… --number 7 --place 3
  headgate draw verify --seed 47ea… --commitment 1076… --size 14 --number 7
  headgate draw verify status.json --all --json

Before the opening, note the commitment; after it, name it by --commitment beside the status. The number before the
opening stands in the ticket as pq, and in …/rooms/<room>/ticket as prequeueNumber. How it is drawn: docs/draw.md.`;

export function addDraw(program: Command, print: (output: CommandOutput) => void): void {
  program
    .command('draw')
    .description('the draw of an opening')
    .command('verify')
    .description('prove by the published seed which place a number was drawn to')
    .argument('[status]', "address or file of the room's status document")
    .option('--seed <hex>', 'the published seed, without a status document')
    .option(
      '--commitment <hex>',
      'SHA-256 of the seed; beside a status document: as you noted it before the opening',
    )
    .option('--size <n>', 'how many were drawn, without a status document')
    .option('--base <n>', 'last number before the prequeue, without a status document; 0 if not named')
    .option('--ticket <ticket>', 'your ticket, or a file with it')
    .option('--number <n>', 'your number before the opening')
    .option('--place <n>', 'your number since the opening')
    .option('--all', 'work out every place: each must be given exactly once')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', HELP)
    .action(async (status: string | undefined, options: VerifyOptions) => {
      const { drawVerifyCommand } = await import('../draw/verify-command.ts');
      print(await drawVerifyCommand(status, options));
    });
}
