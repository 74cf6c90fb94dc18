/** Launches and their readiness as the admin API tells of them. */
import { type Static, Type } from 'typebox';
import type { Launch, RoomSettings, Settings } from '../../config/settings.ts';
import type { JudgeOf } from '../../gateway/audit/coverage/words.ts';
import type { CoverageState } from '../../gateway/audit/words.ts';
import type { HeardReport, Published, RoomReport, Staged } from '../../gateway/control/words.ts';
import type { LastRehearsal } from '../rehearsals/table.ts';

const State = Type.Unsafe<CoverageState>({ type: 'string', enum: ['green', 'red', 'unknown'] });

export const ReadinessItem = Type.Object({
  name: Type.String(),
  state: State,
  detail: Type.String({ description: 'what was looked at, and what to do where it is not green' }),
});
export type ReadinessItem = Static<typeof ReadinessItem>;

export const ReadinessDocument = Type.Object({
  launch: Type.String(),
  revision: Type.Integer({ description: 'that it was reckoned for' }),
  state: State,
  items: Type.Array(ReadinessItem),
});
export type ReadinessDocument = Static<typeof ReadinessDocument>;

export const LaunchDocument = Type.Object({
  ...{ name: Type.String(), room: Type.String(), opensAt: Type.String({ format: 'date-time' }) },
  ...{ prequeueMinutes: Type.Number(), draw: Type.Boolean(), addresses: Type.Array(Type.String()) },
  expectedPeakPerMinute: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
  state: Type.Unsafe<CoverageState>({ ...State, description: 'its readiness' }),
});
export type LaunchDocument = Static<typeof LaunchDocument>;

/** What the prober and the observers know; null: nobody looks. */
export interface SeenCoverage {
  platform: { state: CoverageState };
  outside: {
    probes: readonly {
      target: 'launch' | 'platform';
      launch: string | null;
      address: string;
      state: CoverageState;
      detail: string;
      /** ISO 8601. */
      at: string;
    }[];
  };
}

export interface SeenDrift {
  summary: string;
  severity: 'critical' | 'warning' | 'info';
}

/** All that a readiness is reckoned from, at one moment. */
export interface Facts {
  launch: Launch;
  settings: Settings;
  /** Of the launch's room; null: the configuration has none. */
  room: RoomSettings | null;
  /** As a gateway tells of it; null: none does. */
  seen: RoomReport | null;
  active: number;
  staged: Staged | null;
  published: Pick<Published, 'serial' | 'at'>;
  judgeOf: JudgeOf;
  gateways: readonly HeardReport[];
  silent: readonly HeardReport[];
  coverage: SeenCoverage | null;
  /** Open items; null: nobody looks. */
  drift: readonly SeenDrift[] | null;
  /** The last one of this launch. */
  rehearsal: LastRehearsal | null;
  /** Stands for revision, pins and what is staged. */
  configuration: string;
  nowMs: number;
}
