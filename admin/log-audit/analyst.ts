/** Hands windows of a log to the analysis that looks at live traffic: what it would have found then, it finds now. */
import { parseConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { addressJudge } from '../../gateway/audit/coverage/address-judge.ts';
import { analyse } from '../../gateway/audit/coverage/analyse.ts';
import { templateOf } from '../../gateway/audit/coverage/inside.ts';
import { proposeBy } from '../../gateway/audit/coverage/proposal/propose.ts';
import { firstFolder } from '../../gateway/audit/coverage/target.ts';
import type { Propose, Situation } from '../../gateway/audit/coverage/words.ts';
import type { FoundNow } from '../../gateway/audit/words.ts';
import type { AddressCount } from '../../gateway/control/words.ts';
import type { Accounts } from './accounts.ts';
import type { Analyst, Watched } from './findings.ts';
import { reportOf } from './room-report.ts';
import type { AuditParts } from './words.ts';

interface AnalystParts extends Pick<AuditParts, 'env' | 'judgeFor'> {
  settings: Settings;
  /** The text that they were read from, and its file. */
  config: string;
  file: string;
}

/** What was found already is told however small it is over the whole. */
const LEAST = { leastShare: 0, leastRequests: 1 };
const MOST_ADDRESSES = 2_000;

export function createAnalyst({ settings, config, file, env, judgeFor }: AnalystParts): Analyst {
  const judgeOf = addressJudge(judgeFor);
  const propose = proposeBy((text) => {
    const parsed = parseConfig(text, file, env);
    return parsed.ok ? parsed.settings : null;
  });
  const lenient = { ...settings, audit: { ...settings.audit, ...LEAST } };
  const situationOf = (watched: Watched, by: Settings, how: Propose): Situation => ({
    windows: [watched],
    settings: by,
    config,
    judgeOf,
    rooms: watched.rooms.map((load) => reportOf(load, settings)),
    calm: null,
    atMs: watched.atMs,
    isWatchedLong: watched.isComplete,
    propose: how,
  });
  return {
    analyse: (watched) =>
      mayTell(watched, settings) ? analyse(situationOf(watched, settings, NO_PROPOSALS)).found : [],
    explain(watched, found) {
      const narrowed = narrow(watched, found, settings);
      const strictly = analyse(situationOf(watched, settings, propose)).found;
      // Later ones win: the same thresholds for all would leave out what is much in its minute alone.
      return [...strictly, ...analyse(situationOf(narrowed, lenient, propose)).found];
    },
  };
}

/** A log has many quiet minutes: nothing named, hardly a failure, no launch near. The whole log is looked at in any case. */
function mayTell(
  { byAddress, isComplete, atMs, windowSeconds }: Watched,
  { audit, launches }: Settings,
): boolean {
  if (windowSeconds > 60) return true;
  const isNear = launches.some(({ opensAtMs }) => Math.abs(opensAtMs - atMs) < NEAR_MS);
  if (isComplete && isNear) return true;
  let telling = 0;
  for (const { names, forwarded, failed } of byAddress) telling += names === null ? failed : forwarded;
  return telling >= audit.leastRequests;
}

const NEAR_MS = 3_600_000;

const NO_PROPOSALS: Propose = (uncovered) => uncovered.map(() => null);

/** Leaves out what names an event elsewhere: too little to be found, it is not told beside what was. */
function narrow(watched: Watched, found: readonly FoundNow[], settings: Settings): Watched {
  const isFound = ({ names, host, pathShape }: AddressCount) =>
    names === null ||
    found.some(({ room, evidence }) => {
      const isRoom = room === names.room || room === templateOf(names.room, settings);
      const folder = firstFolder(evidence.pathShape ?? '/');
      return isRoom && evidence.host === host && folder === firstFolder(pathShape);
    });
  return { ...watched, byAddress: watched.byAddress.filter(isFound) };
}

/** The whole log as one window. */
export function wholeLog({ counts, addresses, firstMs, lastMs }: Accounts): Watched {
  const all = addresses.all();
  const forwarded = all.reduce((sum, address) => sum + address.forwarded, 0);
  const shown = all.slice(0, MOST_ADDRESSES);
  return {
    windowSeconds: Math.max(60, (lastMs - firstMs) / 1_000),
    requests: counts.judged,
    forwarded: forwarded + addresses.others(),
    byAddress: shown,
    others: counts.judged - shown.reduce((sum, { requests }) => sum + requests, 0),
    atMs: lastMs,
    rooms: [],
    isComplete: false,
  };
}
