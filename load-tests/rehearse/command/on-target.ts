/** Plays a scenario on a target of one's own: only past all rails, with the rehearsal begun at its admin API and ended whatever happens. */
import { play } from '../play/play.ts';
import { createAbortWatch } from '../rails/abort.ts';
import { judgeTarget } from '../rails/judge.ts';
import { plannedLoad } from '../rails/planned-load.ts';
import type { NamedTarget } from '../rails/words.ts';
import type { RehearsalReport } from '../report-words.ts';
import { adminTokenOf, beginSession, type Session } from '../target/session.ts';
import { targetStage } from '../target/target-stage.ts';
import type { Scenario, Scene } from '../words.ts';
import type { Configured } from './configured.ts';
import type { CommandParts } from './parts.ts';
import { WrongUse } from './wrong-use.ts';

export interface Performance {
  scenario: Scenario;
  seed: number;
  compress: number;
  visitors: number | null;
  launch: string | null;
  onScene(scene: Scene): void;
  /** Adds to the report what is known before it is handed in. */
  complete(report: RehearsalReport): RehearsalReport;
}

/** Visitors' processes start within it. */
const AHEAD_MS = 2_000;

/** Throws WrongUse before anything is sent where a rail refuses it. */
export async function playOnTarget(
  target: NamedTarget,
  { settings }: Configured,
  performed: Performance,
  parts: CommandParts,
): Promise<RehearsalReport> {
  const { scenario, seed, compress, visitors, launch } = performed;
  const { groups, seconds } = scenario;
  const load = plannedLoad({ groups, seconds, compress, seed, visitors });
  const railed = await judgeTarget(target, settings, load, parts.signal);
  if (railed.kind === 'refused') throw new WrongUse(railed.because);
  const opening = openingOf(scenario);
  const session = await sessionAt(target, parts, {
    ...{ launch, seconds: load.seconds, reason: `headgate rehearse ${scenario.name}` },
    opensInSeconds: opening === null ? 0 : AHEAD_MS / 1_000 + opening / compress,
  });
  const stage = targetStage({
    ...{ target, session, prefix: settings.prefix, cookiePrefix: settings.cookies.prefix },
    beginsAtMs: session === null || opening === null ? null : Date.now() + AHEAD_MS,
  });
  try {
    const over = new AbortController();
    const signal = AbortSignal.any([parts.signal, over.signal]);
    const watch = createAbortWatch({ ...settings.rehearsal.abort, mostPerSecond: target.mostPerSecond });
    const onScene = (scene: Scene) => {
      performed.onScene(scene);
      const because = watch(lookAt(scene, parts.nowMs()));
      if (because !== null) over.abort(new Error(because));
    };
    const played = await play(scenario, stage, { seed, compress, visitors, launch, signal, onScene });
    const report = performed.complete(played);
    await handIn(session, report, parts);
    return report;
  } finally {
    await stage.strike().catch((error) => parts.stderr.write(`headgate: ${error}\n`));
  }
}

/** Null: the target names no admin API. Throws WrongUse where it does, and cannot be asked. */
export async function sessionAt(
  target: NamedTarget,
  { env }: Pick<CommandParts, 'env'>,
  plan: Parameters<typeof beginSession>[2],
): Promise<Session | null> {
  if (target.admin === null) return null;
  const token = await adminTokenOf(target, env);
  if (token === null)
    throw new WrongUse(
      `target ${target.name} has an admin API, which needs an operator’s token: rehearsal.targets.${target.name}.adminTokenFile, or HEADGATE_ADMIN_TOKEN`,
    );
  try {
    return await beginSession(target.admin, token, plan);
  } catch (error) {
    const { message } = error as Error;
    throw new WrongUse(`the admin API of target ${target.name} did not begin a rehearsal: ${message}`);
  }
}

async function handIn(session: Session | null, report: RehearsalReport, parts: CommandParts): Promise<void> {
  await session?.handIn(report).catch((error: Error) => {
    parts.stderr.write(`headgate: the target’s admin API did not take the report: ${error.message}\n`);
  });
}

function lookAt({ figures }: Scene, atMs: number) {
  const failedShare = figures['visitors.failedShare'] ?? null;
  return { atMs, failedShare, requestsPerSecond: figures['visitors.requestsPerSecond'] ?? null };
}

function openingOf({ groups }: Scenario): number | null {
  const openings = groups.flatMap(({ arrivals }) =>
    arrivals.shape === 'countdown' ? [arrivals.opensAtSeconds] : [],
  );
  return openings.length === 0 ? null : Math.min(...openings);
}
