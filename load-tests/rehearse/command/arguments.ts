/** `headgate rehearse` as the command line knows it: its options, its help; what it does is loaded when it is called. */
import { type Command, Option } from 'commander';
import { type Typed, wrongUse } from './typed.ts';
import { limitsOf, numberFrom, platformOf, wavesOf } from './values.ts';

export const MOST_COMPRESS = 100;
export const LEAST_COMPRESS = 0.1;
export const MOST_VISITORS = 100_000;

const HELP = `
Plays a scenario with virtual visitors, through real gates and rules, and judges what must hold. Without a target it sets up
a stage of its own on this machine: gates, store, demo platform.

Exit code 0: everything held; 1: something did not, or it ended early; 2: wrong usage, or a target that must not be loaded.

  headgate rehearse --list
  headgate rehearse august-2018                          as it happened: fails
  headgate rehearse august-2018 --mended --html report.html
  headgate rehearse --config headgate.yaml --launch "autumn summit"
  headgate rehearse --config headgate.yaml --target staging --launch "autumn summit" --dry
  headgate rehearse my-scenario.yaml --compress 10 --visitors 500 --seed 7 --json > report.json
  headgate rehearse --find-capacity --platform '{"databaseConnections":10,"queryMs":20}'
  headgate rehearse --forecast --invited 20000 --waves 0:15000,30m:5000

Only targets that the configuration names under rehearsal.targets are loaded, and only if they agree by answering their token
at /.well-known/headgate-rehearsal: docs/rehearse.md.`;

export type RunRehearse = (scenario: string | undefined, typed: Typed) => Promise<number>;

export function addRehearse(program: Command, run: RunRehearse): void {
  const command = program
    .command('rehearse')
    .description('play a launch with virtual visitors, and learn what would go wrong')
    .argument('[scenario]', 'built-in scenario, or a YAML file (else the plain launch)')
    .showHelpAfterError('(headgate rehearse --help tells all options)');
  addChoice(command);
  addStage(command);
  addInstead(command);
  addOutput(command);
  command.addHelpText('after', HELP).action(async (scenario: string | undefined, typed: Typed) => {
    const wrong = wrongUse(typed);
    if (wrong !== null) command.error(`error: ${wrong}`, { exitCode: 2 });
    process.exitCode = await run(scenario, typed);
  });
}

function addChoice(command: Command): void {
  command
    .addOption(
      new Option('--form <form>', 'as it went wrong, or mended').choices(['as-it-happened', 'mended']),
    )
    .option('--as-it-happened', 'short for --form as-it-happened, the form that is played by itself')
    .option('--mended', 'short for --form mended')
    .option('--seed <n>', 'the same seed sends the same visitors', numberFrom(0, 4_294_967_295, true), 1)
    .option(
      '--compress <n>',
      'how many times faster than told it is played',
      numberFrom(LEAST_COMPRESS, MOST_COMPRESS, false),
    )
    .option(
      '--visitors <n>',
      'about so many come, in place of what is told; with --find-capacity at most so many at once',
      numberFrom(1, MOST_VISITORS, true),
    );
}

function addStage(command: Command): void {
  command
    .option(
      '-c, --config <file>',
      'the gate’s configuration, where targets are named (for --target and --launch else HEADGATE_CONFIG)',
    )
    .option('--target <name>', 'play it on this target of rehearsal.targets, in place of the demo')
    .option('--launch <name>', 'this launch of the configuration: its addresses and opening; its readiness')
    .option('--platform <json>', 'with --find-capacity: how the demo platform is set', platformOf);
}

function addInstead(command: Command): void {
  command
    .option('--list', 'tell the built-in scenarios')
    .option('--schema', 'print the JSON Schema of scenarios')
    .option('--dry', 'say what would be sent, from where, at what rate; send nothing')
    .option('--forecast', 'foresee line and waits, before any load is sent')
    .option('--invited <n>', 'with --forecast: so many were invited', numberFrom(1, 100_000_000, true))
    .option('--waves <list>', 'with --forecast: mails, such as 0:15000,30m:5000', wavesOf)
    .option('--log <file>', 'with --forecast: access log of a former launch')
    .option('--limits <list>', 'with --forecast: limits side by side, sessions:admissions a minute', limitsOf)
    .option('--find-capacity', 'raise the load until the platform bends, and propose limits');
}

function addOutput(command: Command): void {
  command
    .option('--json', 'one JSON document on standard output')
    .option('--html <file>', 'write the report as a page that stands alone')
    .option('--out <file>', 'write the report as JSON')
    .option('--compare <file>', 'an earlier report to compare with (else the last one of the scenario)');
}
