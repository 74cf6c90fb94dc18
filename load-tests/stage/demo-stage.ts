/** A demo that stands, as a rehearsal meets it: what can be done to it, what is seen of it, what is left to tell in the end. */
import type { SeenFinding } from '../rehearse/report-words.ts';
import type { LoadTarget } from '../visitors/load.ts';
import { openAdmin } from './admin-access.ts';
import { deedAtPace } from './at-pace.ts';
import type { ConfigFile } from './config-file.ts';
import { cannotDo, type DeedParts, doDeed } from './deeds.ts';
import { LOOK_MS } from './fetch-json.ts';
import { watchGate } from './gate-figures.ts';
import { overLimit, watchPlatforms } from './platform-figures.ts';
import { asWritten } from './proposals.ts';
import { ruleInForce } from './rule-in-force.ts';
import { asText, type Plain } from './stage-config.ts';
import type { AdminAccess, Figures, Stage } from './words.ts';

export interface DemoParts extends DeedParts {
  strike(): Promise<void>;
  target: LoadTarget;
  config: Plain;
  /** A configuration as somebody would keep it: whole, at the scenario's own pace. */
  written(config: Plain): Plain;
  beginsAtMs: number | null;
}

export function demoStage(parts: DemoParts): Stage {
  const { platforms, gateways, admin, target, file } = parts;
  const nowMs = () => performance.now();
  const lookAtPlatforms = watchPlatforms(platforms, nowMs);
  const metrics = gateways.map(({ metricsUrl }) => metricsUrl);
  const urls = gateways.map(({ url }) => url);
  const looking = openAdmin(admin.url, admin.token, LOOK_MS);
  const lookAtGate = watchGate({
    origins: () => urls,
    prefix: target.prefix,
    metrics,
    admin: looking,
    nowMs,
  });
  return {
    ...{ name: 'demo', target, admin, platforms, beginsAtMs: parts.beginsAtMs },
    cannot: (deed) => cannotDo(parts, deed),
    do: (deed) => doDeed(parts, deedAtPace(deed, parts.compress)),
    async look() {
      const [platform, gate] = await Promise.all([lookAtPlatforms(), lookAtGate()]);
      const inside = { 'inside.overLimit': overLimit(platform.books, gate.limited) };
      return { ...platform.figures, ...gate.figures, ...inside };
    },
    atEnd: () => endFigures(admin, file),
    async findings() {
      const { items } = await admin.ask<{ items: SeenFinding[] }>('GET', 'findings?limit=200');
      return items.map((finding) => asWritten(finding, parts.written(file.present())));
    },
    revision: async () => (await admin.ask<{ number: number }>('GET', 'revisions/active')).number,
    configText: async () => asText(parts.config),
    strike: parts.strike,
  };
}

async function endFigures(admin: AdminAccess, file: ConfigFile): Promise<Figures> {
  const rule = file.watchedRule();
  const [isActive, drift] = await Promise.all([
    rule === null ? null : ruleInForce(admin, rule),
    admin.ask<{ items: unknown[] }>('GET', 'drift?resolved=true&limit=200'),
  ]);
  return { 'rule.isActive': isActive, 'drift.reported': drift.items.length };
}
