/** The traffic of a healthy platform with 50 events: people, programs, crawlers, health checks, typos and scans. */
import type { PlayedGate, PlayedRequest } from './played-gate.ts';

export const EVENTS = Array.from({ length: 50 }, (_, index) => String(4700 + index));
const HOST = 'register.example.com';
const SITE = 'www.example.com';

type Random = () => number;

/** One second of it: about 25 requests. */
export function playSecond(gate: PlayedGate, random: Random): void {
  gate.ask({ host: HOST, target: '/healthz' });
  gate.ask({ host: '10.0.0.7', target: '/' });
  for (let i = 0; i < 2; i++) journey(gate, random);
  for (let i = 0; i < 12; i++) gate.ask(visit(random));
}

/** Page 1 names the event, the pages behind it do not. */
function journey(gate: PlayedGate, random: Random): void {
  const event = eventOf(random);
  const room = gate.ask({
    host: HOST,
    target: `/ereg/newreg.php?eventid=${event}${random() < 0.3 ? '&lang=de' : ''}`,
  });
  gate.ask({ host: HOST, target: '/assets/app.css' });
  const pages = Math.floor(random() * 5);
  for (let page = 2; page < 2 + pages; page++)
    gate.ask({
      host: HOST,
      target: `/ereg/step/${page}`,
      method: random() < 0.5 ? 'POST' : 'GET',
      ...(room === null ? {} : { pass: room }),
    });
}

/** Few events are much asked for. */
function eventOf(random: Random): string {
  return EVENTS[Math.floor(EVENTS.length * random() ** 2)] ?? '4700';
}

const VISITS: readonly [weight: number, (event: string, random: Random) => PlayedRequest][] = [
  [20, () => ({ host: SITE, target: '/' })],
  [15, () => ({ host: SITE, target: '/events' })],
  [18, (event) => ({ host: SITE, target: `/events/${event}` })],
  [15, (event) => ({ host: HOST, target: `/api/attendees?eventid=${event}` })],
  [8, (event) => ({ host: SITE, target: `/?eventid=${event}&utm_source=mail` })],
  [8, () => ({ host: HOST, target: '/assets/app.css' })],
  [6, (event, random) => ({ host: SITE, target: `/events/${event}?page=${Math.floor(random() * 50)}` })],
  [3, (event, random) => ({ host: SITE, target: `/news/${Math.floor(random() * 900)}-about-${event}` })],
  [2, () => ({ host: HOST, target: '/robots.txt', status: 404 })],
  [1, (event) => ({ host: HOST, target: `/erge/newreg.php?eventid=${event}`, status: 404 })],
  [1, (event) => ({ host: HOST, target: `/ereg/newreg.phpp?eventid=${event}l`, status: 404 })],
  [1, () => ({ host: HOST, target: '/ereg/newreg.php?eventid=', status: 404 })],
  [6, (_, random) => ({ host: HOST, target: `/${scanned(random)}`, status: 404 })],
  [2, (event, random) => ({ host: SITE, target: `/search?q=${event}&p=${Math.floor(random() * 9)}` })],
  [1, () => ({ host: HOST, target: '/pay/callback', method: 'POST' })],
  [1, () => ({ host: SITE, target: '/events', status: 503 })],
];
const TOTAL = VISITS.reduce((sum, [weight]) => sum + weight, 0);

function visit(random: Random): PlayedRequest {
  let left = random() * TOTAL;
  for (const [weight, make] of VISITS) {
    left -= weight;
    if (left < 0) return make(eventOf(random), random);
  }
  return { host: SITE, target: '/' };
}

const SCANS = [
  'wp-login.php',
  '.env',
  'phpmyadmin/index.php',
  'admin.php?eventid=4711',
  'cgi-bin/test',
  'backup.zip',
];

function scanned(random: Random): string {
  const known = SCANS[Math.floor(random() * SCANS.length * 2)];
  return known ?? `${Math.floor(random() * 1e9).toString(36)}/${Math.floor(random() * 1e6)}.php`;
}
