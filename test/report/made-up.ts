/** Reports of rehearsals that never were: plausible figures of a launch that held, that failed, and that was cut short. */
import { FIGURES } from '../../load-tests/rehearse/figures.ts';
import type { Check, RehearsalReport, SeenFinding, Series } from '../../load-tests/rehearse/report-words.ts';

const SECONDS = 900;
const TIMES = Array.from({ length: SECONDS + 1 }, (_, second) => second);

/** Small unevenness that is the same on every day. */
const wobble = (second: number): number => 1 + 0.06 * Math.sin(second * 1.7) + 0.04 * Math.sin(second * 0.31);

const over = (value: (second: number) => number | null): Series => TIMES.map(value);

function arrivals(second: number): number {
  if (second < 60) return 40 * wobble(second);
  return (60 + 5200 * Math.exp(-(second - 60) / 55)) * wobble(second);
}

const line = (second: number): number =>
  second < 62 ? 0 : Math.max(0, Math.round(4600 * (1 - Math.exp(-(second - 62) / 45)) - 6.1 * (second - 62)));

export function madeUpCheck(name: string, changes: Partial<Check> & Pick<Check, 'figure'>): Check {
  const unit = FIGURES[changes.figure]?.unit ?? '';
  return { name, held: true, seen: 0, wanted: '', unit, meaning: '', advice: '', evidence: [], ...changes };
}

type Bound = NonNullable<Check['judged']>['bound'];

function bounded(name: string, figure: string, seen: number | null, bound: Bound, more: Partial<Check> = {}) {
  const judged = { over: 'most' as const, fromSeconds: 30, untilSeconds: SECONDS, bound };
  return madeUpCheck(name, { figure, seen, judged, wanted: `${bound.kind} ${bound.value}`, ...more });
}

const HELD_CHECKS: readonly Check[] = [
  bounded('platform-latency', 'platform.p95Ms', 412, { kind: 'at-most', value: 1000 }),
  bounded('platform-failures', 'platform.failedShare', 0, { kind: 'at-most', value: 0.01 }),
  bounded('unqueued-share', 'gate.unqueuedShare', 0.0004, { kind: 'at-most', value: 0.01 }),
  bounded('inside-capacity', 'inside.visitors', 119, { kind: 'at-most', value: 120 }),
  bounded('order-kept', 'laws.orderBroken', 0, { kind: 'equals', value: 0 }),
  bounded('places-kept', 'laws.lostPlaces', 0, { kind: 'equals', value: 0 }),
  bounded('all-registered', 'visitors.registered', 5218, { kind: 'at-least', value: 5000 }),
];

export function heldReport(changes: Partial<RehearsalReport> = {}): RehearsalReport {
  return {
    verdict: 'held',
    invalidBecause: [],
    endedEarly: null,
    scenario: 'launch',
    title: 'Autumn Summit: a good launch',
    summary:
      'Invitations to 5,200 people go out at 1:00. Everybody comes for one event, fills in a form and leaves. Midway the database answers half as fast for two minutes.',
    form: null,
    seed: 20261201,
    compress: 6,
    target: 'demo',
    launch: 'autumn summit',
    revision: 12,
    configHash: '7b1f6a0e4c9d2f85aa10c3e2b9d47f6611a0e8c4d5b37296f0c1ab34de56f780',
    commit: '87a3ece2b1c04d7f95a6e83d20b4c6f1a9d8e7b5',
    machine: { cpus: '4 × AMD EPYC 7B13', memoryGiB: 16, node: 'v26.10.0' },
    startedAt: '2026-11-30T20:15:09.412Z',
    tookSeconds: 151.8,
    checks: HELD_CHECKS,
    findings: [],
    moments: [
      { atSeconds: 60, says: 'the invitations go out', failed: null },
      { atSeconds: 300, says: 'the database answers half as fast', failed: null },
      { atSeconds: 420, says: 'the database is itself again', failed: null },
    ],
    figures: HELD_FIGURES,
    series: { atSeconds: TIMES, of: HELD_SERIES },
    forecast: {
      rows: [
        { name: 'longest line', unit: 'visitors', foreseen: 3540, seen: 3722 },
        { name: 'drained after', unit: 'seconds', foreseen: 702, seen: 745 },
        { name: 'median wait', unit: 'seconds', foreseen: 331, seen: 318 },
        { name: 'p95 wait', unit: 'seconds', foreseen: 622, seen: 641 },
        { name: 'arrivals a minute, most', unit: 'a minute', foreseen: 5100, seen: 5496 },
      ],
    },
    generator: {
      isHonest: true,
      delayMs: { p50: 0.8, p99: 11.4, most: 38.2 },
      cpuShare: 0.46,
      processes: 2,
      visitors: 5290,
      mostAtOnce: 4017,
      requests: 118_406,
      latencyMs: {
        all: { p50: 6.2, p95: 88, p99: 390, most: 1620, requests: 118_406 },
        page: { p50: 210, p95: 402, p99: 640, most: 1620, requests: 11_930 },
        join: { p50: 3.1, p95: 9.8, p99: 31, most: 212, requests: 5290 },
        poll: { p50: 2.4, p95: 7.7, p99: 24, most: 188, requests: 84_112 },
        form: { p50: 232, p95: 431, p99: 702, most: 1490, requests: 10_440 },
        asset: { p50: 1.9, p95: 6.1, p99: 19, most: 140, requests: 6634 },
      },
    },
    ...changes,
  };
}

const HELD_SERIES: Readonly<Record<string, Series>> = {
  'arrivals.perMinute': over(arrivals),
  'admitted.perMinute': over((s) => (line(s) > 0 ? 398 * wobble(s) : Math.min(398, arrivals(s)))),
  'line.waiting': over(line),
  'inside.visitors': over((s) => Math.round(s < 70 ? 8 + s / 6 : line(s) > 0 ? 112 * wobble(s) : 40)),
  'platform.p95Ms': over((s) => (s > 300 && s < 420 ? 395 : 210) * wobble(s * 3)),
  'visitors.p95Ms': over((s) => (s > 300 && s < 420 ? 460 : 240) * wobble(s * 2)),
  'platform.databaseWaiting': over((s) =>
    s > 300 && s < 420 ? Math.round(6 * wobble(s)) : s % 7 === 0 ? 1 : 0,
  ),
  'platform.connections': over((s) => Math.round(34 * wobble(s))),
  'platform.failedShare': over(() => 0),
  'visitors.failedShare': over(() => 0),
  'gate.unqueuedShare': over((s) => (s < 5 ? null : 0.0004)),
  'generator.delayMs': over((s) => 9 * wobble(s * 5)),
};

const HELD_FIGURES = {
  'visitors.came': 5290,
  'visitors.registered': 5218,
  'visitors.longestLine': 3722,
  'visitors.medianWaitSeconds': 318,
  'visitors.p95WaitSeconds': 641,
  'visitors.drainedAfterSeconds': 745,
  'visitors.failedRequests': 0,
  'visitors.gaveUp': 0,
  'visitors.thrownOut': 0,
  'visitors.queued': 5104,
  'laws.overLimit': 0,
  'laws.lostPlaces': 0,
  'laws.orderBroken': 0,
  'laws.positionsGrown': 0,
  'gate.memoryGrowthMb': 3.4,
};

const RULE = `- name: event mobile and embed
  match:
    hosts: [register.example.com, m.example.com]
    path: /m/ereg/*
    query: { eventid: "{eventid}" }
  room: event-{eventid}`;

const FINDINGS: readonly SeenFinding[] = [
  {
    kind: 'protected-event-outside-its-room',
    severity: 'critical',
    summary: 'Most requests for event 4711 go around its line',
    room: 'event-4711',
    evidence: {
      host: 'm.example.com',
      pathShape: '/m/ereg/newreg.php',
      share: 0.645,
      examples: [
        'm.example.com/m/ereg/newreg.php?eventid=4711',
        'm.example.com/m/ereg/form.php?eventid=4711',
      ],
    },
    proposedRule: {
      yaml: RULE,
      before: 'assets',
      config: `upstreams:\n  platform: { targets: ["http://127.0.0.1:9000"] }\nrules:\n${RULE}\n- { name: assets, match: { path: /assets/* }, action: bypass, class: asset }\ndefault: { room: platform, upstream: platform }\n`,
      summary: 'Sends the mobile and the embedded form into the room of their event',
    },
  },
  {
    kind: 'load-climbs-while-engaged',
    severity: 'warning',
    summary: 'Room event-4711 is engaged and the platform’s load still climbs',
    room: 'event-4711',
    evidence: { host: null, pathShape: null, share: null, examples: [] },
    proposedRule: null,
  },
];

const FAILED_CHECKS: readonly Check[] = [
  bounded(
    'unqueued-share',
    'gate.unqueuedShare',
    0.969,
    { kind: 'at-most', value: 0.01 },
    {
      held: false,
      meaning: 'requests that belong to the event reached the platform without standing in its line',
      advice: 'take the proposed rule over, and rehearse again',
      evidence: [
        '96.9 % of the requests at 2:31, 12,480 in all',
        'm.example.com/m/ereg/newreg.php: 64.5 %, matched by the default room alone',
        'partners.example.com/embed/4711: 32.4 %, matched by the rule “partners”, which bypasses',
      ],
    },
  ),
  bounded(
    'platform-latency',
    'platform.p95Ms',
    8431,
    { kind: 'at-most', value: 1000 },
    {
      held: false,
      meaning: 'the platform answered slower than its visitors bear',
      advice: 'see what went around the line first; then let fewer sessions in',
      evidence: [
        'over 1 s from 1:48 to the end; worst at 4:12',
        'up to 214 requests waited for a database connection',
      ],
    },
  ),
  bounded(
    'inside-capacity',
    'inside.visitors',
    null,
    { kind: 'at-most', value: 120 },
    {
      held: null,
      meaning: 'nobody told how many visitors were inside',
      advice: 'let the platform keep its books where the rehearsal can read them',
    },
  ),
];

export function failedReport(changes: Partial<RehearsalReport> = {}): RehearsalReport {
  const collapse = (s: number) =>
    Math.min(1, Math.max(0, (s - 100) / 150)) * Math.exp(-Math.max(0, s - 500) / 300);
  const names = FAILED_CHECKS.map(({ name }) => name);
  return heldReport({
    verdict: 'failed',
    scenario: 'august-2018',
    title: 'August 2018: the queue that was not in the way',
    summary:
      'Twenty times the platform’s capacity comes within 60 s for one event, at three addresses. The rule matches one of them.',
    form: 'as-it-happened',
    revision: 11,
    configHash: '19ac4471e0b2aa8f6605d9c1e7f3b2a48d60fb7715c2394e81a7d6420b9f3ce1',
    checks: [...FAILED_CHECKS, ...HELD_CHECKS.filter(({ name }) => !names.includes(name))],
    findings: FINDINGS,
    moments: [
      { atSeconds: 60, says: 'the mail goes out', failed: null },
      { atSeconds: 66, says: 'the mobile app sends a push message', failed: null },
      { atSeconds: 420, says: 'operators restart the platform', failed: 'it did not answer within 30 s' },
    ],
    figures: {
      ...HELD_FIGURES,
      'visitors.registered': 612,
      'visitors.failedRequests': 40_112,
      'visitors.gaveUp': 2904,
      'visitors.longestLine': 131,
      'visitors.medianWaitSeconds': 9,
      'visitors.p95WaitSeconds': 48,
      'visitors.drainedAfterSeconds': null,
    },
    series: {
      atSeconds: TIMES,
      of: {
        ...HELD_SERIES,
        'line.waiting': over((s) => Math.round(130 * collapse(s) * wobble(s))),
        'admitted.perMinute': over((s) => 60 + 900 * collapse(s) * wobble(s)),
        'inside.visitors': over(() => null),
        'platform.p95Ms': over((s) => (210 + 8200 * collapse(s)) * wobble(s)),
        'visitors.p95Ms': over((s) => (240 + 9900 * collapse(s)) * wobble(s)),
        'platform.databaseWaiting': over((s) => Math.round(205 * collapse(s) * wobble(s))),
        'platform.failedShare': over((s) => 0.72 * collapse(s) * wobble(s)),
        'visitors.failedShare': over((s) => 0.8 * collapse(s) * wobble(s)),
        'gate.unqueuedShare': over((s) => (s < 5 ? null : 0.05 + 0.9 * Math.min(1, s / 90))),
      },
    },
    ...changes,
  });
}

/** Cut short by hand, before anything could be told of the end. */
export function partialReport(changes: Partial<RehearsalReport> = {}): RehearsalReport {
  const whole = heldReport();
  const cut = (values: Series): Series => values.slice(0, 148);
  return heldReport({
    endedEarly: 'stopped by hand (Ctrl-C)',
    verdict: 'failed',
    tookSeconds: 24.9,
    checks: whole.checks.map((check) =>
      check.name === 'all-registered'
        ? { ...check, held: false, seen: 241, advice: 'let it play to its end' }
        : check,
    ),
    moments: whole.moments.slice(0, 1),
    figures: {
      'visitors.came': 4210,
      'visitors.registered': 241,
      'visitors.longestLine': 3560,
      'visitors.medianWaitSeconds': null,
    },
    series: {
      atSeconds: cut(TIMES) as number[],
      of: Object.fromEntries(Object.entries(whole.series.of).map(([name, values]) => [name, cut(values)])),
    },
    forecast: null,
    ...changes,
  });
}

export function invalidReport(): RehearsalReport {
  const whole = heldReport();
  return heldReport({
    verdict: 'invalid',
    invalidBecause: ['requests went out up to 1.4 s late: the generator had no CPU to spare'],
    generator: {
      ...whole.generator,
      isHonest: false,
      delayMs: { p50: 41, p99: 1402, most: 3120 },
      cpuShare: 0.99,
    },
  });
}
