/** Makes a scenario of a launch as the configuration has it: its addresses, its opening, the peak that is expected. */
import type { Launch, Settings } from '../../../config/settings.ts';
import type { VisitorGroup } from '../visitor-words.ts';
import type { Expectation, Scenario, StagePlan } from '../words.ts';

/** Where nobody says how many come. */
const PEAK_PER_MINUTE = 600;
const PLAYED_SECONDS = 600;
const HALF_SECONDS = 60;
/** They come early where there is a prequeue: at most so long, and this share of all. */
const MOST_EARLY_SECONDS = 300;
const EARLY_SHARE = 0.2;
const RELOAD_SECONDS = 20;
/** The demo's form. */
const FORM = /^\/ereg\/newreg\.php/;

export interface LaunchStage {
  plan: StagePlan;
  /** What the stage tells beside what visitors see. */
  tells: 'all' | 'platform' | 'visitors';
}

/** `launch.addresses` must not be empty. */
export function launchScenario(launch: Launch, { plan, tells }: LaunchStage): Scenario {
  const earlySeconds = Math.min(launch.prequeueMinutes * 60, MOST_EARLY_SECONDS);
  const seconds = earlySeconds + PLAYED_SECONDS;
  // Half of the readers of a mail come within HALF_SECONDS: that minute is the peak.
  const readers = Math.round(2 * (launch.expectedPeakPerMinute ?? PEAK_PER_MINUTE) * (HALF_SECONDS / 60));
  const early = earlySeconds === 0 ? 0 : Math.round(EARLY_SHARE * readers);
  const comers: VisitorGroup = {
    ...groupOf('comers', launch),
    arrivals: {
      shape: 'email',
      waves: [{ atSeconds: earlySeconds, readers: readers - early }],
      halfSeconds: HALF_SECONDS,
    },
  };
  return {
    ...{ name: `launch-${launch.name}`, title: `Launch: ${launch.name}`, seconds, compress: 1, form: null },
    summary: `The launch ${launch.name} of the configuration: ${readers} visitors, the most of them in the first minutes after the opening.`,
    ...{ failsBy: [], stage: plan, moments: [] },
    groups: early === 0 ? [comers] : [countdown(launch, early, earlySeconds), comers],
    expectations: expectationsOf(seconds, tells),
  };
}

function countdown(launch: Launch, visitors: number, earlySeconds: number): VisitorGroup {
  return {
    ...groupOf('early', launch),
    arrivals: {
      ...{ shape: 'countdown', opensAtSeconds: earlySeconds, visitors, earlySeconds },
      reloadSeconds: RELOAD_SECONDS,
    },
  };
}

function groupOf(name: string, { addresses }: Launch): Omit<VisitorGroup, 'arrivals'> {
  const fillsForm = addresses.every((address) => FORM.test(new URL(address).pathname));
  return {
    ...{ name, kind: 'browser' },
    addresses: addresses.map((url) => ({ url, weight: 1 })),
    behaviour: {
      ...{ stay: { least: 60, most: 180 }, fillsForm, leaves: fillsForm, loadsAssets: true },
      ...{ noShowShare: 0.05, impatience: null, twoTabsShare: 0.05, sleepers: null, backButtonShare: 0 },
      ...{ retries: 3, patienceSeconds: 30, numbers: 1, comesWhenCalled: true, networks: null },
    },
  };
}

type Told = Omit<Expectation, 'fromSeconds' | 'untilSeconds'>;

const AT_MOST = (value: number) => ({ kind: 'at-most' as const, value });

const BY_VISITORS: readonly Told[] = [
  {
    ...{ name: 'visitors-failures', figure: 'visitors.failedShare', over: 'most', bound: AT_MOST(0.01) },
    meaning: 'Visitors got errors in place of pages.',
    advice: 'Lower the room’s limits until the platform bears them: headgate rehearse --find-capacity.',
  },
  {
    ...{ name: 'through-the-line', figure: 'visitors.aroundTheLine', over: 'last', bound: AT_MOST(0.02) },
    meaning: 'Visitors reached the launch’s addresses without meeting its line.',
    advice:
      'Lead each address of the launch through the gate and into its room: rules, DNS, CDN, the target’s url.',
  },
  {
    // An address that leads nowhere fails nobody's request: 404, or a redirect to another host, is an answer.
    ...{ name: 'addresses-lead-there', figure: 'visitors.gaveUp', over: 'last', bound: AT_MOST(0) },
    meaning: 'Visitors gave up, since the addresses did not give them the page.',
    advice: 'Open each address of the launch by hand, and compare rules and upstreams with it.',
  },
  {
    // A line in which everybody waits to the end breaks no other law.
    ...{ name: 'let-in', figure: 'visitors.medianWaitSeconds', over: 'last' },
    bound: { kind: 'at-least', value: 0 },
    meaning: 'Nobody was let in.',
    advice: 'Look at the room’s state, its opening, and its limits.',
  },
  {
    ...{ name: 'thrown-out', figure: 'visitors.thrownOut', over: 'last', bound: AT_MOST(0) },
    meaning: 'Visitors who were inside were told to wait, or lost their form.',
    advice:
      'Raise the room’s session.idleSeconds, and check which addresses of the form are in another room.',
  },
  {
    ...{ name: 'places-kept', figure: 'laws.lostPlaces', over: 'last', bound: AT_MOST(0) },
    meaning: 'Visitors lost their places in line.',
    advice: 'Check that a balancer or cache before the gate keeps its cookies.',
  },
  {
    ...{ name: 'order-kept', figure: 'laws.orderBroken', over: 'last', bound: AT_MOST(0) },
    meaning: 'Visitors were called out of order.',
    advice: 'Report it with this report’s seed.',
  },
];

const BY_PLATFORM: readonly Told[] = [
  {
    ...{ name: 'platform-latency', figure: 'platform.p95Ms', over: 'most', bound: AT_MOST(2_000) },
    meaning: 'The platform became slow for whoever was inside.',
    advice: 'Lower the room’s limits: headgate rehearse --find-capacity proposes them.',
  },
  {
    ...{ name: 'platform-failures', figure: 'platform.failedShare', over: 'most', bound: AT_MOST(0.01) },
    meaning: 'The platform failed requests.',
    advice: 'Lower the room’s limits: headgate rehearse --find-capacity proposes them.',
  },
];

const BY_GATE: readonly Told[] = [
  {
    ...{ name: 'unqueued-share', figure: 'gate.unqueuedShare', over: 'most', bound: AT_MOST(0.1) },
    meaning: 'Visitors went around the line.',
    advice: 'Take up the proposed rule, and check each address of the launch.',
  },
  {
    ...{ name: 'limit-held', figure: 'inside.overLimit', over: 'most', bound: AT_MOST(0) },
    meaning: 'More visitors were inside than the room allows.',
    advice: 'Compare session.idleSeconds with the platform’s own idle time.',
  },
];

function expectationsOf(seconds: number, tells: LaunchStage['tells']): Expectation[] {
  const told = [...BY_VISITORS];
  if (tells !== 'visitors') told.push(...BY_PLATFORM);
  if (tells === 'all') told.push(...BY_GATE);
  return told.map((one) => ({ ...one, fromSeconds: 0, untilSeconds: seconds }));
}

/** The demo in place of each upstream of the configuration. */
export function demoPlan({ upstreams }: Pick<Settings, 'upstreams'>, config: StagePlan['config']): StagePlan {
  const platforms = Object.keys(upstreams).map((name) => ({
    ...{ name, targets: 1, databaseConnections: 20, queryMs: 20, idleSeconds: 600, integrated: true },
  }));
  return { platforms, gateways: 1, store: 'embedded', balancer: null, observer: false, config };
}
