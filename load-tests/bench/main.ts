/** `npm run bench`: the benchmark without the command line around it. */
import { parseArgs } from 'node:util';
import { benchCommand } from './command.ts';

const HELP = `npm run bench -- [--json] [--runs 5] [--amount 20000] [--joins 1000000]

CPU time of the gateway process for each request, beside a peer measured in turns in the same run; medians of the runs.
The Redis rows start a redis-server of their own.
  --json    one JSON document on standard output (npm run -s bench -- --json)
  --runs    measurements of each row
  --amount  requests a measurement
  --joins   joins before memory and size are measured
Exit codes: 0 every goal met, 1 one missed, 2 wrong usage.`;

try {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      runs: { type: 'string' },
      amount: { type: 'string' },
      joins: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) console.log(HELP);
  else process.exitCode = await benchCommand(values);
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
