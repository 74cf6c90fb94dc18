/** `npm run bench`: the benchmark without the command line around it. */
import { benchCommand } from './command.ts';
import { BENCH_HELP, readBenchArguments } from './options.ts';

try {
  const { help, ...options } = readBenchArguments(process.argv.slice(2));
  if (help) console.log(BENCH_HELP);
  else process.exitCode = await benchCommand(options);
} catch (error) {
  if (!(error instanceof TypeError && 'code' in error)) throw error;
  console.error(`${error.message}\n\n${BENCH_HELP}`);
  process.exitCode = 2;
}
