/** August 2018 as an access log: three addresses of one event, of which the rules know one. */
import { lineOf, START_MS } from './stage.ts';

export const ADDRESSES = {
  covered: { host: 'register.example.com', target: '/ereg/newreg.php?eventid=4711' },
  mobile: { host: 'm.example.com', target: '/mobile/register?eventid=4711&email=joe%40example.com' },
  tickets: { host: 'tickets.example.org', target: '/buy/4711' },
  other: { host: 'register.example.com', target: '/events' },
};

/** Of 20 requests in turn, who asks for what. */
const TURNS = [
  ...Array(6).fill('covered'),
  ...Array(6).fill('mobile'),
  ...Array(5).fill('tickets'),
  ...Array(3).fill('other'),
];

export function augustLog(
  requests = 6_000,
  everyMs = 50,
  stampOf: (index: number) => string | undefined = () => undefined,
): string[] {
  return Array.from({ length: requests }, (_, index) => {
    const { host, target } = ADDRESSES[TURNS[(index * 7) % TURNS.length] as keyof typeof ADDRESSES];
    const client = `198.51.${(index >> 8) % 256}.${index % 256}`;
    return lineOf({ host, target, client, atMs: START_MS + index * everyMs, stamp: stampOf(index) });
  });
}
