/** The coverage of a played gate: real data on a real disk, a real audit log, and a fleet and clock moved by hand. */
import { join } from 'node:path';
import { type AuditBook, createAuditLog } from '../../../admin/audit-log/audit-log.ts';
import type { AdminEvent } from '../../../admin/control/words.ts';
import { type Coverage, createCoverage } from '../../../admin/coverage/coverage.ts';
import type { ProbeResult } from '../../../admin/coverage/prober.ts';
import { openControlData } from '../../../admin/data/open.ts';
import type { ControlData } from '../../../admin/data/words.ts';
import { createEventHub } from '../../../admin/http/events.ts';
import type { Observation } from '../../../admin/observer/words.d.ts';
import type { HeardReport, RoomReport } from '../../../gateway/control/words.ts';
import { playGate, seeded } from '../../audit/coverage/played-gate.ts';
import { judgeOf, parse, settingsOf } from '../../audit/coverage/stage.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export interface CoverageStage {
  coverage: Coverage;
  audit: AuditBook;
  events: AdminEvent[];
  gate: ReturnType<typeof playGate>;
  probes: ProbeResult[];
  rooms: RoomReport[];
  /** Whether gateways are heard of. */
  isHeard: boolean;
  /** Whether the disk takes changes. */
  isWritable: boolean;
  /** Seconds go by, with a round in each; `each` plays what happens in one. */
  pass(seconds: number, each?: () => void): void;
  /** Activates a configuration on every gateway. */
  activate(config: string): void;
  /** The admin process ends and starts again. */
  restart(): void;
}

const START_MS = Date.parse('2026-12-01T15:05:00Z');

export async function coverageStage(config: string): Promise<CoverageStage> {
  const file = join(await tempFolder(), 'admin', 'control.sqlite');
  let settings = settingsOf(config);
  let active = { number: 1, config };
  let extraMs = 0;
  const gate = playGate(settings, seeded(1));
  const clock = { monotonicMs: () => gate.nowMs(), wallMs: () => START_MS + gate.nowMs() + extraMs };
  const log = { say: () => {} };
  const stage = {
    gate,
    probes: [],
    rooms: [],
    isHeard: true,
    isWritable: true,
    events: [],
  } as unknown as CoverageStage;
  let listener = () => {};
  let data: ControlData;
  let ids = 0;

  const heard = (): HeardReport[] =>
    stage.isHeard
      ? [
          {
            report: {
              gateway: 'a',
              revision: active.number,
              traffic: gate.traffic.window(),
              totals: gate.traffic.totals(),
              rooms: stage.rooms,
            },
            heardMs: clock.wallMs(),
            clockAheadMs: 0,
          } as unknown as HeardReport,
        ]
      : [];

  function start(): void {
    const opened = openControlData(file, clock, log);
    data = opened;
    const audit = createAuditLog(opened, clock, log);
    const hub = createEventHub(clock.wallMs);
    hub.on((event) => void stage.events.push(event));
    const guarded: ControlData = {
      ...opened,
      transaction: (change) => {
        if (!stage.isWritable) throw new Error('the disk is full');
        return opened.transaction(change);
      },
    };
    const coverage = createCoverage({
      data: guarded,
      auditLog: audit,
      hub,
      clock,
      log,
      judgeOf,
      parse,
      newId: () => `finding-${++ids}`,
      fleet: {
        gateways: heard,
        onRound: (task) => {
          listener = task;
        },
      },
      active: { active: () => active, settings: () => settings },
      prober: { results: () => stage.probes },
    });
    Object.assign(stage, { coverage, audit });
  }

  start();
  cleanUpLater(() => data.close());
  return Object.assign(stage, {
    pass(seconds: number, each: () => void = () => {}) {
      for (let second = 0; second < seconds; second++) {
        each();
        gate.pass(1_000);
        listener();
      }
    },
    activate(next: string) {
      settings = settingsOf(next);
      active = { number: active.number + 1, config: next };
      gate.follow(settings);
    },
    restart() {
      data.close();
      extraMs += 1;
      start();
    },
  });
}

export function observation(more: Partial<Observation> = {}): Observation {
  return {
    observer: 'platform-1',
    version: '1.0.0',
    at: '2026-12-01T15:05:00Z',
    windowSeconds: 60,
    requests: 1_000,
    stamped: 950,
    passed: 0,
    unstamped: 50,
    allowed: 0,
    unknown: 0,
    refused: 0,
    wrong: { malformed: 0, unknownKey: 0, forged: 0, clock: 0 },
    byAddress: [
      {
        host: 'origin.example.com',
        pathShape: '/ereg/newreg.php',
        requests: 400,
        unstamped: 50,
        refused: 0,
        networks: ['0a1b2c3d'],
        methods: ['GET'],
        examples: ['/ereg/newreg.php'],
      },
    ],
    others: { requests: 600, unstamped: 0 },
    ...more,
  };
}
