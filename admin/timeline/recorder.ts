/** Writes down what one wants to know afterwards: key figures of each minute, findings and drift as they come, how things stand. */
import type { Clock } from '../../gateway/clock.ts';
import type { AdminEvent, EventHub, Fleet } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { AdminLog } from '../log.ts';
import { createCutWindows } from './cut-windows.ts';
import { latestRooms, minuteOf, overridesNow, roomsNow } from './minute.ts';
import { dropOld, TIMELINE_TABLES, writeEvent, writeMinute, writeState } from './tables.ts';
import type { LaunchState, OpenThing, StateNow } from './words.ts';

export interface RecorderParts {
  data: ControlData;
  fleet: Pick<Fleet, 'gateways' | 'silent' | 'onRound'>;
  hub: EventHub;
  clock: Pick<Clock, 'wallMs'>;
  log: AdminLog;
  /** What other parts know at this moment. */
  now: {
    findings(): readonly OpenThing[];
    drift(): readonly OpenThing[];
    /** Null: not known. */
    unqueuedShare(): number | null;
    launches(): Promise<readonly LaunchState[]>;
  };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const LOOK_MS = 5_000;
/** Decisions, changes and messages have tables of their own. */
const NOTED = new Set<AdminEvent['kind']>(['finding', 'drift', 'reminder']);

export function createRecorder({ data, fleet, hub, clock, log, now }: RecorderParts): void {
  data.define(TIMELINE_TABLES);
  const admissions = createAdmissions();
  const cutWindows = createCutWindows();
  let lookedMs = 0;
  let cleanedHour = 0;
  let isWritten = true;
  let launches: readonly LaunchState[] = [];

  const attempt = (change: () => void) => {
    try {
      data.transaction(change);
      isWritten = true;
    } catch (error) {
      // Once, and not with each look.
      if (isWritten)
        log.say('warn', { error: String(error) }, 'the timeline has a gap: it cannot be written');
      isWritten = false;
    }
  };

  /** The minute that runs is written anew with each look, so that nothing is missing of what has just happened. */
  const record = (nowMs: number) => {
    const atMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    const heard = fleet.gateways();
    const findings = now.findings();
    const drift = now.drift();
    const admissionsBefore = admissions.before(atMs, heard);
    const counts = { cut: cutWindows.counts(), findingsOpen: findings.length, driftOpen: drift.length };
    const minute = minuteOf({ atMs, heard, admissionsBefore, unqueuedShare: now.unqueuedShare(), ...counts });
    const state: StateNow = {
      ...{ at: new Date(nowMs).toISOString(), minute, findings, drift, launches },
      ...{ gateways: gatewaysNow(fleet), rooms: roomsNow(heard), overrides: overridesNow(heard) },
    };
    attempt(() => {
      writeMinute(data, minute);
      writeState(data, state);
      const hour = Math.floor(atMs / HOUR_MS);
      if (hour !== cleanedHour) dropOld(data, atMs);
      cleanedHour = hour;
    });
  };

  fleet.onRound(() => {
    const nowMs = clock.wallMs();
    cutWindows.see(fleet.gateways(), nowMs);
    if (Math.abs(nowMs - lookedMs) < LOOK_MS) return;
    lookedMs = nowMs;
    record(nowMs);
    now.launches().then(
      (known) => {
        launches = known;
      },
      (error) => log.say('warn', { error: String(error) }, 'the launches’ readiness is not known'),
    );
  });
  hub.on((event) => {
    if (NOTED.has(event.kind)) attempt(() => writeEvent(data, clock.wallMs(), event));
  });
}

/** What rooms had admitted when the minute began. */
function createAdmissions() {
  let minuteMs = 0;
  let before: ReadonlyMap<string, number> = new Map();
  let latest: ReadonlyMap<string, number> = new Map();
  return {
    before(atMs: number, heard: ReturnType<Fleet['gateways']>): ReadonlyMap<string, number> {
      if (atMs !== minuteMs) before = latest;
      minuteMs = atMs;
      latest = new Map(latestRooms(heard).map(({ view }) => [view.room, view.admissions]));
      return before;
    },
  };
}

function gatewaysNow(fleet: Pick<Fleet, 'gateways' | 'silent'>): StateNow['gateways'] {
  const told = (silent: boolean) => (each: ReturnType<Fleet['gateways']>[number]) => {
    const { gateway, ready, revision, store, upstreams } = each.report;
    return { gateway, ready, revision, store, silent, upstreams };
  };
  return [...fleet.gateways().map(told(false)), ...fleet.silent().map(told(true))];
}
