/** The configuration file of a stage: deployed as an automated build does, or changed by hand, and taken up by the gateways. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { rulePinned, ruleSwitchedOff } from './rule-in-force.ts';
import { asText, mergePatch, type Plain, sectionOf } from './stage-config.ts';
import type { AdminAccess } from './words.ts';

export interface ConfigFile {
  /** A build knows nothing of what was changed by hand: the file is again as it was deployed last, with this laid over it. */
  deploy(patch: Plain): Promise<void>;
  /** The file as it is, with this laid over it. */
  edit(patch: Plain): Promise<void>;
  /** Before the stage's own parts are laid over it. */
  present(): Plain;
  notePin(path: unknown): void;
  /** The rule that was pinned, or else switched off by hand; null: none was. */
  watchedRule(): string | null;
}

export interface ConfigFileParts {
  path: string;
  /** As the stage began: the scenario's, before the stage's own parts are laid over it. */
  config: Plain;
  onStage(config: Plain): Plain;
  admin: AdminAccess;
  reload(): void;
  /** What the gateways said last. */
  output(): string;
}

const TAKEN_UP_MS = 10_000;
const LOOK_MS = 100;

export function keepConfigFile(parts: ConfigFileParts): ConfigFile {
  let deployed = parts.config;
  let present = parts.config;
  let watched: string | null = null;
  let isPinned = false;
  const put = async (config: Plain) => {
    const text = asText(parts.onStage(config));
    if (readFileSync(parts.path, 'utf8') === text) return;
    const before = await activeNumber(parts.admin);
    present = config;
    await writeFile(parts.path, text);
    parts.reload();
    await untilTakenUp(parts, before);
    await untilRun(parts.admin);
  };
  return {
    async deploy(patch) {
      deployed = sectionOf(mergePatch(deployed, patch));
      await put(deployed);
    },
    async edit(patch) {
      const changed = sectionOf(mergePatch(present, patch));
      if (!isPinned) watched = ruleSwitchedOff(present, changed) ?? watched;
      await put(changed);
    },
    notePin(path) {
      watched = rulePinned(path) ?? watched;
      isPinned = true;
    },
    present: () => present,
    watchedRule: () => watched,
  };
}

async function activeNumber(admin: AdminAccess): Promise<number> {
  return (await admin.ask<{ number: number }>('GET', 'revisions/active')).number;
}

/** A file that says something new is a new revision. */
async function untilTakenUp(parts: ConfigFileParts, before: number): Promise<void> {
  const endMs = performance.now() + TAKEN_UP_MS;
  while ((await activeNumber(parts.admin)) === before) {
    if (performance.now() > endMs)
      throw new Error(`the gateways did not take the file up:\n${parts.output().slice(-2_000)}`);
    await sleep(LOOK_MS);
  }
}

/** Gateways that are down, or that a lost store keeps from hearing of it, are not waited for longer. */
async function untilRun(admin: AdminAccess): Promise<void> {
  const endMs = performance.now() + TAKEN_UP_MS;
  const active = await activeNumber(admin);
  const isRun = async () => {
    const { items } = await admin.ask<{ items: GatewaySeen[] }>('GET', 'gateways');
    return items.every(({ revision, silent }) => silent || revision >= active);
  };
  while (!(await isRun()) && performance.now() < endMs) await sleep(LOOK_MS);
}

interface GatewaySeen {
  revision: number;
  silent: boolean;
}
