/** The council of all gateways on one Redis: a decision, a table of windows, and who is there, each bounded, all under one hash tag. */
import {
  type Council,
  DECIDE_MS,
  HEARD_MS,
  type Meeting,
  type Met,
  MOST_WINDOWS,
} from '../release/council.ts';
import { readEvidence, readStanding } from '../release/read-evidence.ts';
import type { RedisLink } from '../store/redis-link.ts';
import { councilCommands } from './redis-council-scripts.ts';

export const councilKeys = (prefix: string): [string, string, string] => [
  `${prefix}:{council}`,
  `${prefix}:{council}:windows`,
  `${prefix}:{council}:gateways`,
];

export function createRedisCouncil(link: Pick<RedisLink, 'client' | 'isUp'>, prefix: string): Council {
  const keys = councilKeys(prefix);
  const commands = councilCommands(link.client);
  const reached = () => {
    if (!link.isUp()) throw new Error('Redis cannot be reached');
    return commands;
  };

  return {
    async meet(meeting) {
      const answer = await reached().hgCouncilMeet(...keys, ...wordsOf(meeting));
      return readMet(answer as (string | number)[]);
    },
    async decide(version, upTo, text) {
      const next = (await reached().hgCouncilDecide(...keys, version, upTo, text)) as string;
      return next === '' ? null : next;
    },
    async leave(gateway) {
      if (link.isUp()) await link.client.hdel(keys[2], gateway);
    },
  };
}

function wordsOf({ evidence, gateway, demand, settings, version, floorMs }: Meeting): (string | number)[] {
  const window = evidence === null ? '' : JSON.stringify(evidence);
  return [
    ...[gateway, window, JSON.stringify({ demand, settings }), version, Math.floor(floorMs)],
    ...[DECIDE_MS, HEARD_MS, MOST_WINDOWS],
  ];
}

function readMet(answer: readonly (string | number)[]): Met {
  const [nowMs, version, text, isDue, upTo, count] = answer;
  const windows = answer.slice(6, 6 + Number(count));
  const demands: Met['demands'] = {};
  const settings = new Set<string>();
  for (let at = 6 + Number(count); at < answer.length; at += 2) {
    const standing = readStanding(String(answer[at + 1]));
    demands[String(answer[at])] = standing.demand;
    settings.add(standing.settings);
  }
  // What a gateway of another version lays down is weighed by nobody, and lies in nobody's way.
  const evidence = windows.map((window) => readEvidence(String(window))).filter((one) => one !== null);
  return {
    nowMs: Number(nowMs),
    version: String(version),
    decided: text === '' ? null : String(text),
    due: Number(isDue) === 1 ? { evidence, upTo: Number(upTo) } : null,
    demands,
    settings,
  };
}
