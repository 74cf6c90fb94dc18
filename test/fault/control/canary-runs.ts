/** The runs of revisions in stages, and what each saw. */
import { untilSo } from '../../support/within.ts';
import { BAD, type CanaryStage, GOOD, startCanary } from './canary.ts';

/** So long before a revision comes, for the gateways to know how they fared before. */
const CALM_MS = 8_000;

async function staged(config: string): Promise<{ stage: CanaryStage; number: number; beganMs: number }> {
  const stage = await startCanary();
  await new Promise((resolve) => setTimeout(resolve, CALM_MS));
  const number = await stage.make(config);
  const beganMs = performance.now();
  await stage.activate(number, 'gateways');
  return { stage, number, beganMs };
}

const stateOf = async ({ revisions }: CanaryStage, number: number) =>
  (await revisions()).find((revision) => revision.number === number)?.state ?? 'gone';

export async function runBadCanary() {
  const { stage, number, beganMs } = await staged(BAD);
  await untilSo(90_000, 'it is taken back', async () => (await stateOf(stage, number)) === 'rolled-back');
  const backMs = performance.now() - beganMs;
  await stage.settled(3);
  const ranIt = [...stage.seen].filter(([, ran]) => ran.has(number)).map(([gateway]) => gateway);
  await stage.traffic.stop();
  return { backMs, ranIt, state: await stateOf(stage, number) };
}

export async function runGoodCanary() {
  const { stage, number, beganMs } = await staged(GOOD);
  await untilSo(120_000, 'it is settled', async () => (await stateOf(stage, number)) !== 'staged');
  const { activation } = await stage.deployment.api.get<{ activation: unknown }>(`revisions/${number}`);
  await stage.settled(3);
  const everywhereMs = performance.now() - beganMs;
  const statuses = stage.traffic.take();
  await stage.traffic.stop();
  return {
    everywhereMs,
    state: await stateOf(stage, number),
    statuses,
    activation: JSON.stringify(activation),
  };
}

/** The canary is killed while it is the only one that runs the revision. */
export async function runDyingCanary() {
  const { stage, number } = await staged(GOOD);
  const { deployment } = stage;
  let canary = '';
  await untilSo(30_000, 'one gateway runs it', async () => {
    const running = (await stage.gateways()).filter(({ revision }) => revision === number);
    canary = running[0]?.gateway ?? '';
    return running.length === 1;
  });
  const { items } = await deployment.api.get<{ items: { id: string; pid: number }[] }>('gateways');
  const pid = items.find(({ id }) => id === canary)?.pid;
  const victim = deployment.gateways.find((gateway) => gateway.pid === pid);
  if (!victim) throw new Error(`gateway ${canary} is none of ours`);
  stage.leaveOut(victim.url);
  await victim.kill('SIGKILL');
  await stage.settled(2);
  await victim.restart();
  await stage.settled(3);
  await stage.traffic.stop();
  const active = await deployment.api.get<{ number: number; staged: unknown }>('revisions/active');
  const revisions = (await stage.gateways()).map(({ revision }) => revision);
  return { staged: active.staged, active: active.number, revisions, state: await stateOf(stage, number) };
}
