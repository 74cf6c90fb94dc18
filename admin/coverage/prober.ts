/** Asks from outside, round after round: do the launches' addresses show the gate, is the platform's own address refused? */
import type { Launch, Settings } from '../../config/settings.ts';
import type { CoverageState } from '../../gateway/audit/words.ts';
import type { Clock } from '../../gateway/clock.ts';
import type { Probe, ProbeAnswer } from './probe.ts';

export interface ProbeResult {
  /** `launch`: a public address, which must show the gate's marker; `platform`: one that must refuse us. */
  target: 'launch' | 'platform';
  /** Without query. */
  address: string;
  launch: string | null;
  room: string | null;
  state: CoverageState;
  detail: string;
  /** ISO 8601. */
  at: string;
}

export interface ProberParts {
  settings(): Settings;
  /** Of public addresses, and of the platform's own, whose certificates are nobody's business. */
  probe: { launch: Probe; platform: Probe };
  clock: Pick<Clock, 'wallMs'>;
}

export interface Prober {
  /** Of the last round, those that are still configured. */
  results(): readonly ProbeResult[];
  /** One round; joins the one that is under way. */
  round(): Promise<void>;
  start(): void;
  stop(): void;
}

/** At once. */
const PARALLEL = 8;
const MOST_ADDRESSES = 200;

interface Asked {
  target: ProbeResult['target'];
  url: string;
  launch: Launch | null;
}

export function createProber({ settings, probe, clock }: ProberParts): Prober {
  let results: ProbeResult[] = [];
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function askAll(): Promise<void> {
    const asked = addressesOf(settings());
    const answers: ProbeResult[] = [];
    const { timeoutMs } = settings().audit.probe;
    const next = async () => {
      for (let one = asked.shift(); one !== undefined; one = asked.shift())
        answers.push(resultOf(one, await probe[one.target](one.url, timeoutMs), clock.wallMs()));
    };
    await Promise.all(Array.from({ length: PARALLEL }, next));
    results = answers.sort(byAddress);
  }

  function round(): Promise<void> {
    running ??= askAll().finally(() => {
      running = null;
    });
    return running;
  }

  /** The next round begins when this one is over and its time has come. */
  function again(): void {
    if (isStopped) return;
    timer = setTimeout(() => void round().then(again, again), settings().audit.probe.everySeconds * 1000);
    timer.unref();
  }

  return {
    results: () => results.filter((result) => isConfigured(result, settings())),
    round,
    start: () => void round().then(again, again),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function addressesOf({ launches, audit }: Settings): Asked[] {
  const ofLaunches = launches.flatMap((launch) =>
    launch.addresses.map((url): Asked => ({ target: 'launch', url, launch })),
  );
  const own = audit.probe.platform.map((url): Asked => ({ target: 'platform', url, launch: null }));
  return [...own, ...ofLaunches].slice(0, MOST_ADDRESSES);
}

function isConfigured({ target, address, launch }: ProbeResult, settings: Settings): boolean {
  return addressesOf(settings).some(
    (asked) =>
      asked.target === target &&
      withoutQuery(asked.url) === address &&
      (asked.launch?.name ?? null) === launch,
  );
}

function resultOf({ target, url, launch }: Asked, answer: ProbeAnswer, wallMs: number): ProbeResult {
  const verdict = target === 'launch' ? gated(answer) : directPath(answer);
  const at = new Date(wallMs).toISOString();
  return {
    target,
    address: withoutQuery(url),
    launch: launch?.name ?? null,
    room: launch?.room ?? null,
    ...verdict,
    at,
  };
}

type Verdict = Pick<ProbeResult, 'state' | 'detail'>;

/** A bypassed visitor passes the gate, and no line. */
function gated(answer: ProbeAnswer): Verdict {
  if (answer.kind !== 'answered') return { state: 'unknown', detail: `cannot be asked: ${answer.why}` };
  const { status, marker } = answer;
  if (marker === null) return { state: 'red', detail: `answers ${status} without the gate’s marker` };
  if (marker === 'bypassed') return { state: 'red', detail: `passes the gate by a bypass (${status})` };
  return { state: 'green', detail: `shows the gate’s marker: ${marker}` };
}

/** Whoever turns strangers away answers with these; a server's error is no refusal. */
const REFUSED = new Set([401, 403, 404, 407, 410, 421, 444, 451]);

/** The gate's own answer under the platform's address is no way around it. */
function directPath(answer: ProbeAnswer): Verdict {
  if (answer.kind === 'refused') return { state: 'green', detail: `refuses the connection (${answer.why})` };
  if (answer.kind === 'failed') return { state: 'unknown', detail: `cannot be asked: ${answer.why}` };
  const { status, marker } = answer;
  if (marker !== null) return { state: 'green', detail: `leads to the gate: ${marker}` };
  if (REFUSED.has(status)) return { state: 'green', detail: `refuses with ${status}` };
  return { state: 'red', detail: `answers ${status} to somebody who did not come through the gate` };
}

/** Values of a query are told nowhere. */
export function withoutQuery(url: string): string {
  const mark = url.search(/[?#]/);
  return mark < 0 ? url : url.slice(0, mark);
}

function byAddress(one: ProbeResult, other: ProbeResult): number {
  return one.target === other.target
    ? one.address.localeCompare(other.address)
    : one.target < other.target
      ? -1
      : 1;
}
