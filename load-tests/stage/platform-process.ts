/** The platform of a stage: one process a target, told its mode together, each with books of its own. */
import type { Child } from '../child-process.ts';
import type { PlatformStats } from '../platform/books.ts';
import type { PlatformPlan } from '../rehearse/words.ts';
import { fetchJson, LOOK_MS } from './fetch-json.ts';
import type { Troupe } from './troupe.ts';
import type { StagePlatform } from './words.ts';

export interface PlatformGroup extends StagePlatform {
  /** Origins, one a target. */
  readonly targets: readonly string[];
  setMode(mode: Readonly<Record<string, unknown>>): Promise<void>;
  /** Ends one after the other and starts it again on its address, with empty books, in the mode of the plan. */
  restart(): Promise<void>;
}

export interface ObserverPlan {
  keysFolder: string;
  /** Origin of the admin API. */
  admin: string;
  tokenFile: string;
}

/** Resolves when every target listens and is in the mode of the plan. */
export async function startPlatform(
  troupe: Troupe,
  plan: PlatformPlan,
  observer: ObserverPlan | null,
): Promise<PlatformGroup> {
  const start = (port: string) => startTarget(troupe, plan, observer, port);
  const targets = await Promise.all(Array.from({ length: plan.targets }, () => start('0')));
  return {
    name: plan.name,
    targets: targets.map(({ url }) => url),
    async stats() {
      const all = await Promise.all(targets.map(({ url }) => booksOf(url)));
      return all.filter((stats) => stats !== null);
    },
    async setMode(mode) {
      await Promise.all(targets.map(({ url }) => postMode(url, mode)));
    },
    async restart() {
      for (const target of targets) {
        await target.child.kill('SIGTERM');
        target.child = (await start(new URL(target.url).port)).child;
      }
    },
  };
}

interface Target {
  url: string;
  child: Child;
}

async function startTarget(
  troupe: Troupe,
  plan: PlatformPlan,
  observer: ObserverPlan | null,
  port: string,
): Promise<Target> {
  const child = troupe.run('load-tests/platform/main.ts', [
    ...['--port', port, '--idle-seconds', String(plan.idleSeconds)],
    ...(plan.integrated ? ['--integrated'] : []),
    ...(observer === null ? [] : observerArguments(observer)),
  ]);
  const [, url] = await child.printed(/platform on (http:\/\/[^,\s]+)/);
  if (url === undefined) throw new Error(`a platform did not say where it listens:\n${child.output()}`);
  await postMode(url, { databaseConnections: plan.databaseConnections, queryMs: plan.queryMs });
  return { url, child };
}

function observerArguments({ keysFolder, admin, tokenFile }: ObserverPlan): string[] {
  return ['--stamp-keys', keysFolder, '--report-to', admin, '--token-file', tokenFile, '--refuse'];
}

async function postMode(url: string, mode: Readonly<Record<string, unknown>>): Promise<void> {
  await fetchJson(`${url}/_platform/mode`, { method: 'POST', body: JSON.stringify(mode) });
}

/** Null: it does not answer now. */
async function booksOf(url: string): Promise<PlatformStats | null> {
  return fetchJson<PlatformStats>(`${url}/_platform/stats`, {}, LOOK_MS).catch(() => null);
}
