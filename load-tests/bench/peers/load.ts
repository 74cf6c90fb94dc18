/** Sends requests from a process of its own: one autocannon run, its options in argv as JSON, its counts on standard output. */
import autocannon from 'autocannon';

const options = JSON.parse(process.argv[2] as string) as autocannon.Options;
const result = await autocannon(options);
console.log(
  JSON.stringify({
    answered: result.requests.total,
    errors: result.errors,
    non2xx: result.non2xx,
    bytes: result.throughput.total,
    seconds: result.duration,
  }),
);
