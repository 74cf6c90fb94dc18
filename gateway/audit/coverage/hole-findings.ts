/** Tells each hole as a finding: all addresses of its event with their shares, and the rule that would mend it. Pure. */
import type { Settings } from '../../../config/settings.ts';
import type { AddressCount } from '../../control/words.ts';
import type { Evidence, FoundNow, ProposedRule, Severity } from '../words.ts';
import { isEngaged } from './evidence.ts';
import type { Hole } from './holes.ts';
import { isInside } from './inside.ts';
import { type Shares, sharesOf } from './share.ts';
import { firstFolder, readAddress, readTarget } from './target.ts';
import { listed, numbered, percent } from './texts.ts';
import type { Judged, Merged, Situation, Uncovered } from './words.ts';

const EXAMPLES = 4;
/** Pages that rules are looked for; each costs a few readings of the configuration. */
const PROPOSED = 20;
const PAGES = 3;
/** From this share on a hole is critical. */
const CRITICAL = 0.1;
/** A launch that opens sooner cannot wait. */
const SOON_MS = 24 * 3_600_000;

interface Measured {
  hole: Hole;
  shares: Shares;
}

export function holeFindings(holes: readonly Hole[], merged: Merged, situation: Situation): FoundNow[] {
  const measured = holes.map((hole) => ({ hole, shares: measure(hole, merged, situation.settings) }));
  const inLine = merged.byAddress.filter(({ names }) => names === null);
  const uncovered = holes.map(uncoveredOf);
  const rules = situation.propose(uncovered.flat().slice(0, PROPOSED), situation, inLine);
  /** Of each hole's busiest page; all of them are in every proposal's configuration. */
  const ruleOf = (index: number) => rules[uncovered.slice(0, index).flat().length] ?? null;
  return measured.map((one, index) => {
    const siblings = measured.filter(
      ({ hole }) => hole.room === one.hole.room && hole.kind !== 'capture-without-room',
    );
    return told(one, siblings, ruleOf(index), merged, situation);
  });
}

function measure(hole: Hole, merged: Merged, settings: Settings): Shares {
  return hole.place === null ? { share: 0, addressShare: 0 } : sharesOf(hole.place, merged, settings);
}

function told(
  { hole, shares }: Measured,
  siblings: readonly Measured[],
  proposedRule: ProposedRule | null,
  merged: Merged,
  situation: Situation,
): FoundNow {
  return {
    key: `${hole.kind === 'capture-without-room' ? 'unnamed' : 'uncovered'}|${hole.room}|${hole.host}${hole.where}`,
    kind: hole.kind,
    severity: severityOf(hole, shares, situation),
    summary:
      hole.kind === 'capture-without-room'
        ? unnamedSummary(hole, shares)
        : outsideSummary(hole, siblings, merged, situation.settings),
    evidence: evidenceOf(hole, shares, merged),
    room: hole.room,
    proposedRule,
  };
}

function evidenceOf({ host, pathShape, place, launch }: Hole, shares: Shares, merged: Merged): Evidence {
  const seen = place?.entries.flatMap(({ examples }) => examples) ?? [];
  return {
    host,
    pathShape,
    ...shares,
    requestsPerMinute: Math.round(((place?.forwarded ?? 0) * 60) / merged.windowSeconds),
    examples: [...new Set(seen.length > 0 ? seen : [launch?.target ?? pathShape])].slice(0, EXAMPLES),
  };
}

function severityOf(hole: Hole, { share }: Shares, { atMs, rooms }: Situation): Severity {
  const isSoon = hole.launch !== null && hole.launch.launch.opensAtMs - atMs < SOON_MS;
  return share >= CRITICAL || isSoon || isEngaged(hole.room, rooms) ? 'critical' : 'warning';
}

/** `Two of three addresses of event-4711 reach the platform outside of its line: a/x (31.2 % of …) and b/x (30.9 %).` */
function outsideSummary(
  hole: Hole,
  siblings: readonly Measured[],
  merged: Merged,
  settings: Settings,
): string {
  const count = siblings.length;
  const total = count + coveredPlaces(hole, siblings, merged, settings);
  const many = `${numbered(count)} of ${numbered(total)} addresses`;
  const which = total === 1 ? 'The address' : many[0]?.toUpperCase() + many.slice(1);
  const verb = count === 1 ? 'reaches' : 'reach';
  const named = siblings.map(({ hole: { host, pathShape }, shares }) => address(host, pathShape, shares));
  const why = hole.launch === null ? '' : ` ${leads(hole.launch)}`;
  return `${which} of ${hole.room} ${verb} the platform outside of its line: ${listed(named)}.${why}`;
}

function address(host: string, pathShape: string, { share }: Shares): string {
  return share === 0
    ? `${host}${pathShape} (no traffic yet)`
    : `${host}${pathShape} (${percent(share)} of the platform’s requests)`;
}

function leads({ launch, address: asked, judged }: NonNullable<Hole['launch']>): string {
  return `The public address ${asked} of launch ${JSON.stringify(launch.name)} ${destination(judged)}.`;
}

function destination({ kind, room, rule }: Judged): string {
  if (kind === 'refused') return 'is refused by the gate';
  if (kind === 'bypass') return `leads past every line, by the bypass ${JSON.stringify(rule)}`;
  const by = rule === null ? 'no rule matches it' : `by the rule ${JSON.stringify(rule)}`;
  return `leads to room ${room} (${by})`;
}

/** How many other addresses of the room are in its line: those of its launches, and those that were seen. */
function coveredPlaces(
  hole: Hole,
  siblings: readonly Measured[],
  merged: Merged,
  settings: Settings,
): number {
  const places = new Set<string>();
  for (const launch of settings.launches.filter(({ room }) => room === hole.room))
    for (const asked of launch.addresses) {
      const { host, target } = readAddress(asked);
      places.add(host + firstFolder(readTarget(host, target).path));
    }
  for (const entry of merged.byAddress)
    if (entry.room !== null && entry.rule !== null && isInside(entry.room, hole.room, settings))
      places.add(entry.host + firstFolder(entry.pathShape));
  for (const sibling of siblings) places.delete(sibling.hole.host + sibling.hole.folder);
  return places.size;
}

function unnamedSummary({ host, pathShape, template }: Hole, shares: Shares): string {
  return `A rule for ${template} matches ${address(host, pathShape, shares)}, but the id in these requests is empty or malformed: they name no room and go to the default one.`;
}

/** Page by page, the busiest first: a rule's path must fit each of them. */
function uncoveredOf(hole: Hole): Uncovered[] {
  const shapes = Map.groupBy(hole.place?.entries ?? [], ({ pathShape }) => pathShape);
  const asked = hole.launch === null ? [] : [{ target: hole.launch.target, room: hole.room }];
  if (shapes.size === 0) return [uncoveredAt(hole, hole.pathShape, [], asked)];
  const others = [...shapes].filter(([shape]) => shape !== hole.pathShape).slice(0, PAGES - 1);
  const busiest = shapes.get(hole.pathShape) ?? [];
  const isAsked = hole.launch !== null && pathOf(hole.launch.target) === hole.pathShape;
  return [
    uncoveredAt(hole, hole.pathShape, busiest, isAsked ? asked : []),
    ...others.map(([shape, entries]) => uncoveredAt(hole, shape, entries, [])),
    ...(isAsked || asked.length === 0 ? [] : [uncoveredAt(hole, pathOf(asked[0]?.target ?? ''), [], asked)]),
  ];
}

function pathOf(target: string): string {
  return readTarget('', target).path;
}

function uncoveredAt(
  { host, room, template, kind }: Hole,
  pathShape: string,
  entries: readonly AddressCount[],
  asked: Uncovered['examples'],
): Uncovered {
  const seen = entries.flatMap(({ examples, names }) =>
    examples.map((target) => ({ target, room: names?.room ?? room })),
  );
  return {
    host,
    pathShape,
    template,
    class: entries[0]?.class ?? 'registration',
    examples: [...asked, ...seen],
    isUnnamed: kind === 'capture-without-room',
  };
}
