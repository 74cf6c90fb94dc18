/**
 * Weighs whether requests that name a room outside of its line are a hole in it, or belong where they are. Pure.
 *
 * Strong by itself: a launch's public address; a key that names the room, in a request that no rule expected, that a bypass
 * let past, or that a rule took which stands before the room's own and is wider; of what passes as an asset only pages that
 * the event's own rule would take. Weak: a key in a request that an operator wrote another rule for (an API), on the front
 * page (links carry what they like), or a value that looks like the event's. Weak evidence counts only while it hurts.
 */
import { coversHost, coversPath } from '../../../config/cover.ts';
import type { Rule, Settings } from '../../../config/settings.ts';
import type { AddressCount, RoomReport } from '../../control/words.ts';
import { isInside } from './inside.ts';
import { sum } from './merge.ts';
import { servedOf } from './places.ts';
import { readTarget } from './target.ts';
import { judgeWithout } from './without-rule.ts';
import type { JudgeOf, Merged, Place, Situation } from './words.ts';

/** From this share of failed requests on the platform suffers. */
const SUFFERS = 0.1;
/** Weak evidence counts from this share on. */
const WEAK_SHARE = 0.05;
/** Of what a room lets in a minute: below this, what goes around an engaged line is not what it is for. */
const LEAST_INTAKE = 0.5;

export function isStrong(entry: AddressCount, settings: Settings, judgeOf: JudgeOf): boolean {
  if (entry.names === null) return false;
  if (isAsset(entry)) return isWrongAsset(entry, settings, judgeOf);
  if (entry.names.by === 'value') return false;
  if (entry.names.by === 'launch') return true;
  if (entry.pathShape === '/') return false;
  return entry.rule === null || entry.outcome === 'bypassed' || isShadowed(entry, settings, judgeOf);
}

/** Never weak evidence: an asset may carry what it likes. */
export function isAsset({ class: trafficClass, outcome }: AddressCount): boolean {
  return trafficClass === 'asset' && outcome === 'bypassed';
}

/** A bypass within the folder of the event's own rule is for the assets there; one that reaches beyond it is too wide. */
function isWrongAsset(entry: AddressCount, settings: Settings, judgeOf: JudgeOf): boolean {
  const found = ruleBehind(entry, settings, judgeOf);
  if (found === null) return false;
  const { taker, behind } = found;
  return coversPath(taker.match, behind.match) || !coversPath(behind.match, taker.match);
}

/** Without the rule that took it, a narrower one behind would lead it into the line that it names. */
function isShadowed(entry: AddressCount, settings: Settings, judgeOf: JudgeOf): boolean {
  const found = ruleBehind(entry, settings, judgeOf);
  return found?.taker.room !== undefined && isWider(found.taker, found.behind);
}

/** The rule that took it, and the one that would lead it into the line that it names if that one were not there. */
function ruleBehind(entry: AddressCount, settings: Settings, judgeOf: JudgeOf) {
  const taker = settings.rules.find(({ name }) => name === entry.rule);
  const example = entry.examples[0];
  if (taker === undefined || example === undefined || entry.names === null) return null;
  const judged = judgeWithout(settings, taker.name, judgeOf)(readTarget(entry.host, example));
  const behind = settings.rules.find(({ name }) => name === judged.rule);
  if (behind === undefined || judged.room === null) return null;
  return isInside(judged.room, entry.names.room, settings) ? { taker, behind } : null;
}

/** A narrower rule before a wide one is an exception that somebody wanted. */
function isWider(taker: Rule, behind: Rule): boolean {
  const hosts = behind.match.hosts.length === 0 ? ['*'] : behind.match.hosts;
  return coversPath(taker.match, behind.match) && hosts.every((host) => coversHost(taker.match.hosts, host));
}

export function suffers(merged: Merged, least: number): boolean {
  const failed = sum(merged.byAddress, (entry) => entry.failed);
  return failed >= least && failed >= SUFFERS * merged.forwarded;
}

/** Whether a line stands, or nobody is let in. */
export function isEngaged(room: string, rooms: readonly RoomReport[]): boolean {
  return rooms.some(({ view }) => view.room === room && (view.state !== 'open' || view.waiting > 0));
}

/** Visitors that the room lets in a minute; null: it has no limit. */
export function intakeOf({ room, template }: Place, settings: Settings, rooms: readonly RoomReport[]) {
  const limits =
    rooms.find(({ view }) => view.room === room)?.view.limits ?? settings.rooms[template]?.limits;
  return limits?.admissionsPerMinute ?? limits?.sessions ?? null;
}

/** Whether what is only probably the event's does harm around its line. */
export function hurts(place: Place, merged: Merged, situation: Situation): boolean {
  const { settings, rooms } = situation;
  if (place.served < WEAK_SHARE * merged.forwarded) return false;
  const perMinute = (place.served * 60) / merged.windowSeconds;
  const intake = intakeOf(place, settings, rooms);
  if (intake !== null && perMinute > intake) return true;
  const presses = isEngaged(place.room, rooms) || suffers(merged, settings.audit.leastRequests);
  return presses && perMinute >= LEAST_INTAKE * (intake ?? 0);
}

export function strongServed(place: Place, { settings, judgeOf }: Situation): number {
  return sum(place.entries, (entry) => (isStrong(entry, settings, judgeOf) ? servedOf(entry) : 0));
}
