/** `headgate rehearse --find-capacity`: on the demo platform, or on a target past its rails; limits are proposed, never set. */

import { sectionOf } from '../../stage/stage-config.ts';
import type { VisitorPlan } from '../../visitors/words.ts';
import { DEMO_ADDRESS, REQUESTS_A_VISIT, startDemo, trueCapacity } from '../capacity/demo.ts';
import { createLoad } from '../capacity/load.ts';
import { propose, verdictOf } from '../capacity/proposal.ts';
import { search } from '../capacity/search.ts';
import { capacityText, stepLine } from '../capacity/told.ts';
import type { CapacityReport, Search } from '../capacity/words.ts';
import { machineOf } from '../play/surroundings.ts';
import { judgeTarget } from '../rails/judge.ts';
import type { NamedTarget } from '../rails/words.ts';
import type { Scenario } from '../words.ts';
import { chooseScenario } from './choose.ts';
import type { Configured } from './configured.ts';
import { sessionAt } from './on-target.ts';
import type { CommandParts } from './parts.ts';
import type { Typed } from './typed.ts';
import { writeAsked } from './whole-file.ts';
import { WrongUse } from './wrong-use.ts';

export interface Searched {
  configured: Configured | null;
  target: NamedTarget | null;
}

const LONGEST_SECONDS = 120;
/** Of a registration, where no scenario tells. */
const STAY_SECONDS = 120;

export async function capacityCommand(
  name: string | undefined,
  typed: Typed,
  { configured, target }: Searched,
  parts: CommandParts,
): Promise<number> {
  const isNamed = name !== undefined || typed.launch !== undefined || target !== null;
  const scenario = isNamed ? chooseScenario(name, typed, configured) : null;
  const startedAt = new Date();
  const beganMs = parts.nowMs();
  const found =
    target === null
      ? await onDemo(scenario, typed, parts)
      : await onTarget(target, configured!, { scenario: scenario!, typed }, parts);
  const proposal =
    found.search.capacity === null
      ? null
      : propose(found.search.capacity, { margin: found.search.margin, ...namesOf(scenario, configured) });
  const report: CapacityReport = {
    verdict: verdictOf(found.search),
    ...{ target: target?.name ?? 'demo', startedAt: startedAt.toISOString() },
    tookSeconds: (parts.nowMs() - beganMs) / 1_000,
    machine: machineOf(),
    ...found.search,
    ...{ proposal, setTo: found.setTo },
  };
  await tell(report, typed, parts);
  return report.verdict === 'held' ? 0 : 1;
}

async function tell(report: CapacityReport, { json, out }: Typed, parts: CommandParts): Promise<void> {
  const document = `${JSON.stringify(report, null, 2)}\n`;
  if (out !== undefined) await writeAsked(out, document, parts.stderr);
  parts.stdout.write(json === true ? document : `\n${capacityText(report).join('\n')}\n`);
}

interface Found {
  search: Search;
  setTo: CapacityReport['setTo'];
}

/** Set as it was typed, or as the scenario has it. */
async function onDemo(
  scenario: Scenario | null,
  { platform, seed, visitors }: Typed,
  parts: CommandParts,
): Promise<Found> {
  const { databaseConnections, queryMs } = { ...scenario?.stage.platforms[0], ...platform };
  const demo = await startDemo({
    ...(databaseConnections === undefined ? {} : { databaseConnections }),
    ...(queryMs === undefined ? {} : { queryMs }),
  });
  try {
    const registration = { ...PLAN, address: DEMO_ADDRESS, fillsForm: true };
    const found = await searchWith(
      parts,
      {
        ...{ base: demo.url, headers: {}, mostPerSecond: null, plans: [registration] },
        ...{ requestsAVisit: REQUESTS_A_VISIT, seed },
      },
      visitors,
    );
    const set = trueCapacity(demo.mode);
    const foundShare = found.capacity && found.capacity.visitsPerMinute / set.visitsPerMinute;
    return { search: found, setTo: { ...set, ...demo.mode, foundShare } };
  } finally {
    await demo.stop();
  }
}

async function onTarget(
  target: NamedTarget,
  { settings }: Configured,
  { scenario, typed }: { scenario: Scenario; typed: Typed },
  parts: CommandParts,
): Promise<Found> {
  // The load is kept below the ceiling while it is raised: no peak is planned beyond it.
  const railed = await judgeTarget(target, settings, { peakPerSecond: 0 }, parts.signal);
  if (railed.kind === 'refused') throw new WrongUse(railed.because);
  const reason = 'headgate rehearse --find-capacity';
  const plan = { launch: typed.launch ?? null, opensInSeconds: 0, seconds: LONGEST_SECONDS, reason };
  const session = await sessionAt(target, parts, plan);
  try {
    const headers: Record<string, string> = session === null ? {} : { 'headgate-rehearsal': session.header };
    const { plans, requestsAVisit } = visitsOf(scenario);
    const { mostPerSecond } = target;
    const load = { base: target.url, headers, mostPerSecond, plans, requestsAVisit, seed: typed.seed };
    return { search: await searchWith(parts, load, typed.visitors), setTo: null };
  } finally {
    await session?.end().catch((error) => parts.stderr.write(`headgate: ${error}\n`));
  }
}

async function searchWith(
  { signal, stderr, nowMs }: CommandParts,
  options: Parameters<typeof createLoad>[0],
  mostAtOnce: number | undefined,
): Promise<Search> {
  const load = createLoad(options);
  try {
    const { mostPerSecond } = options;
    const onStep = (step: Search['steps'][number]) => void stderr.write(`${stepLine(step)}\n`);
    const most = mostAtOnce === undefined ? {} : { mostAtOnce };
    return await search({ load, mostPerSecond, ...most, signal, nowMs, onStep });
  } finally {
    await load.stop();
  }
}

const PLAN: Omit<VisitorPlan, 'address' | 'fillsForm'> = {
  ...{ kind: 'browser', givesUpAfterPolls: null, stayMs: 0, leaves: false },
  ...{ retries: 0, patienceMs: 10_000 },
};

/** Everybody who comes through the front door, as the scenario mixes them; without the time they take to think. */
function visitsOf({ groups }: Scenario): { plans: VisitorPlan[]; requestsAVisit: number } {
  const plans = groups.flatMap(({ kind, addresses, behaviour: { fillsForm } }) =>
    kind === 'staff' || kind === 'bot'
      ? []
      : addresses.map(({ url }) => ({ ...PLAN, address: pathOf(url), fillsForm })),
  );
  if (plans.length === 0) throw new WrongUse('the scenario has no visitors whose capacity could be found');
  const requests = plans.reduce((sum, { fillsForm }) => sum + (fillsForm ? REQUESTS_A_VISIT : 1), 0);
  return { plans, requestsAVisit: requests / plans.length };
}

function pathOf(address: string): string {
  const { pathname, search: query } = new URL(address);
  return pathname + query;
}

function namesOf(scenario: Scenario | null, configured: Configured | null) {
  const rooms = Object.keys(configured?.settings.rooms ?? sectionOf(scenario?.stage.config.rooms));
  const upstreams = Object.keys(configured?.settings.upstreams ?? {});
  const stays = (scenario?.groups ?? []).map(({ behaviour: { stay } }) => (stay.least + stay.most) / 2);
  const staySeconds = stays.length === 0 ? STAY_SECONDS : Math.max(...stays);
  return { room: rooms[0] ?? 'event-{eventid}', upstream: upstreams[0] ?? 'platform', staySeconds };
}
