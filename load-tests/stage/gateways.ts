/** The gateways of a stage: they share keys and one configuration file, and the first one runs the admin process, too. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StagePlan } from '../rehearse/words.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import type { ObserverPlan } from './platform-process.ts';
import type { Troupe } from './troupe.ts';
import type { AdminAccess } from './words.ts';

/** Shared by all gateways, and by an observer. */
export async function makeKeys(troupe: Troupe): Promise<string> {
  const data = join(troupe.folder, 'shared');
  await mkdir(data);
  const made = troupe.run('gateway/main.ts', ['keys', 'new'], { HEADGATE_DATA: data });
  if ((await made.ended) !== 0) throw new Error(`no keys were made:\n${made.output()}`);
  return join(data, 'keys');
}

export function observerOf(troupe: Troupe, keysFolder: string, adminPort: number): ObserverPlan {
  const tokenFile = join(troupe.folder, 'gateway-0', 'admin', 'token');
  return { keysFolder, admin: `http://127.0.0.1:${adminPort}`, tokenFile };
}

/** The first runs the admin process, too; the others find what it published. */
export async function startGateways(troupe: Troupe, plan: StagePlan, configFile: string, adminPort: number) {
  const start = (index: number) =>
    startGateway(troupe, {
      name: `gateway-${index}`,
      configFile,
      adminPort: index === 0 ? adminPort : null,
    });
  return Promise.all(Array.from({ length: plan.gateways }, (_, index) => start(index)));
}

export function adminOf([first]: readonly GatewayProcess[]): AdminAccess {
  if (first?.admin) return first.admin;
  throw new Error('a stage needs a gateway');
}

const HEARD_MS = 30_000;
const AGAIN_MS = 100;

export async function untilHeard(admin: AdminAccess, count: number): Promise<void> {
  const endMs = performance.now() + HEARD_MS;
  const heard = async () => (await admin.ask<{ items: { serial: number }[] }>('GET', 'gateways')).items;
  while ((await heard()).filter(({ serial }) => serial > 0).length < count) {
    if (performance.now() > endMs) throw new Error(`the admin process did not hear of ${count} gateways`);
    await sleep(AGAIN_MS);
  }
}
