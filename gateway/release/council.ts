/** Where gateways decide as one: each lays its evidence on the table, one of them weighs all of it at a time, and everybody goes by what was decided. */
import type { Clock } from '../clock.ts';
import type { Evidence } from './words.ts';

export interface Meeting {
  /** Null: protection is off here; the gateway only listens. */
  evidence: Evidence | null;
  gateway: string;
  /** Requests in flight and waiting, by upstream. */
  demand: Record<string, number>;
  /** Stands for the settings that it decides by. */
  settings: string;
  /** Of the decision that the gateway goes by; '': none. */
  version: string;
  /** The latest time that the gateway knows of: the council's clock never goes back behind it. */
  floorMs: number;
}

export interface Met {
  /** The council's clock: the same for all gateways; epoch ms, and no jump of a wall clock moves it far. */
  nowMs: number;
  /** Of the decision that stands; '': none does. */
  version: string;
  /** What was decided last, where it is not what the gateway goes by already; null: it is, or nothing was decided yet. */
  decided: string | null;
  /** It is time to weigh, and nobody else has: all that was laid on the table and not weighed yet. Null: not now. */
  due: { evidence: Evidence[]; upTo: number } | null;
  /** Demand of each gateway that was heard of lately, this one included. */
  demands: Record<string, Record<string, number>>;
  /** What they decide by. */
  settings: ReadonlySet<string>;
}

/** Rejects while it cannot be reached: then a gateway decides alone. */
export interface Council {
  meet(meeting: Meeting): Promise<Met>;
  /** Takes the place of `version`, and what lay on the table up to `upTo` is weighed. Null: somebody else was faster; else the new version. */
  decide(version: string, upTo: number, text: string): Promise<string | null>;
  /** A gateway that stops has no share any more. */
  leave(gateway: string): Promise<void>;
}

/** A decision stands for at least so long before the next one is made. */
export const DECIDE_MS = 400;
/** A gateway that was not heard of for so long has no share any more. */
export const HEARD_MS = 5_000;
/** Windows that lie on the table; older ones fall off. */
export const MOST_WINDOWS = 256;

/** The council of gateways in one process. Its clock begins by the wall and goes on by the monotonic one. */
export function createMemoryCouncil(clock: Clock): Council {
  const startMs = clock.wallMs() - clock.monotonicMs();
  const table: Evidence[] = [];
  const heard = new Map<string, Pick<Meeting, 'demand' | 'settings'> & { atMs: number }>();
  let weighed = 0;
  let version = 0;
  let decided = '';
  let decidedMs = Number.NEGATIVE_INFINITY;
  let aheadMs = 0;

  const nowMs = (floorMs: number) => {
    const plainMs = startMs + clock.monotonicMs();
    aheadMs = Math.max(aheadMs, floorMs - plainMs);
    return plainMs + aheadMs;
  };
  const versionText = () => (version === 0 ? '' : String(version));

  return {
    async meet(meeting) {
      const now = nowMs(meeting.floorMs);
      if (meeting.evidence) table.push(meeting.evidence);
      if (table.length > MOST_WINDOWS) weighed += table.splice(0, table.length - MOST_WINDOWS).length;
      heard.set(meeting.gateway, { atMs: now, demand: meeting.demand, settings: meeting.settings });
      for (const [gateway, { atMs }] of heard) if (now - atMs > HEARD_MS) heard.delete(gateway);
      const isDue = meeting.evidence !== null && now - decidedMs >= DECIDE_MS;
      return {
        nowMs: now,
        version: versionText(),
        decided: version === 0 || meeting.version === versionText() ? null : decided,
        due: isDue ? { evidence: [...table], upTo: weighed + table.length } : null,
        demands: Object.fromEntries([...heard].map(([gateway, { demand }]) => [gateway, demand])),
        settings: new Set([...heard.values()].map(({ settings }) => settings)),
      };
    },
    async decide(known, upTo, text) {
      if (known !== versionText()) return null;
      weighed += table.splice(0, Math.max(0, upTo - weighed)).length;
      version++;
      decided = text;
      decidedMs = nowMs(0);
      return versionText();
    },
    async leave(gateway) {
      heard.delete(gateway);
    },
  };
}
