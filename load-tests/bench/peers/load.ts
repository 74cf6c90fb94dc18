/** Sends requests from a process of its own: one autocannon run, its options in argv as JSON, its counts on standard output. */
import autocannon from 'autocannon';

const options = JSON.parse(process.argv[2] as string) as autocannon.Options;
// It looks for the end only as often as it samples, and a second more would make the rate a lie.
const result = await autocannon({ ...options, sampleInt: 10 });
console.log(
  JSON.stringify({
    answered: result.requests.total,
    errors: result.errors,
    non2xx: result.non2xx,
    bytes: result.throughput.total,
    seconds: result.duration,
  }),
);
