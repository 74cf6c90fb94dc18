/** Whether a rule is in force: at which share of the gateways, by the revision that each runs and the pins above it. */
import { parse } from 'yaml';
import { applyPins, type PinnedValue } from '../../config/pins.ts';
import { isPlain, type Plain, sectionOf } from './stage-config.ts';
import type { AdminAccess } from './words.ts';

interface RuleSeen {
  name: string;
  enabled: boolean;
}

/** 1: at every gateway, 0: at none; null: nobody tells. */
export async function ruleInForce(admin: AdminAccess, rule: string): Promise<number | null> {
  const [{ items: gateways }, { items: pins }] = await Promise.all([
    admin.ask<{ items: { revision: number; silent: boolean }[] }>('GET', 'gateways'),
    admin.ask<{ items: PinnedValue[] }>('GET', 'pins'),
  ]);
  const revisions = gateways.filter(({ silent }) => !silent).map(({ revision }) => revision);
  if (revisions.length === 0) return null;
  const found = await Promise.all(
    revisions.map(async (number) => {
      const { config } = await admin.ask<{ config: string }>('GET', `revisions/${number}`);
      return isInForce(config, pins, rule);
    }),
  );
  return found.filter(Boolean).length / found.length;
}

export function isInForce(config: string, pins: readonly PinnedValue[], rule: string): boolean {
  const written: unknown = parse(config);
  applyPins(written, pins);
  return rulesOf(sectionOf(written)).some(({ name, enabled }) => name === rule && enabled);
}

/** The rule that a change of a configuration switches off or takes away; null: none. */
export function ruleSwitchedOff(before: Plain, after: Plain): string | null {
  const left = rulesOf(after).filter(({ enabled }) => enabled);
  const gone = rulesOf(before).find((rule) => rule.enabled && left.every(({ name }) => name !== rule.name));
  return gone?.name ?? null;
}

/** `rules.<name>.enabled` → the name; null: the pin is on something else. */
export function rulePinned(path: unknown): string | null {
  const name = typeof path === 'string' ? /^rules\.(.+)\.[a-zA-Z]+$/.exec(path)?.[1] : undefined;
  return name ?? null;
}

function rulesOf({ rules }: Plain): RuleSeen[] {
  if (!Array.isArray(rules)) return [];
  return rules
    .filter(isPlain)
    .map(({ name, enabled }) => ({ name: String(name), enabled: enabled !== false }));
}
