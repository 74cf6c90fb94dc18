/** What a part of the admin process is built on, in the test's own process: data on the disk, its audit log, its events, a configuration, gateways that report. */
import { join } from 'node:path';
import { createAuditLog } from '../../admin/audit-log/audit-log.ts';
import { controlFile, openControlData } from '../../admin/data/open.ts';
import { createEventHub } from '../../admin/http/events.ts';
import { parseConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../../gateway/clock.ts';
import { systemClock } from '../../gateway/clock.ts';
import type { GatewayReport, HeardReport } from '../../gateway/control/words.ts';
import { cleanUpLater } from './clean-up.ts';
import { tempFolder } from './temp-folder.ts';

export type AdminHere = Awaited<ReturnType<typeof adminHere>>;

/** `folder`: of an earlier one, whose data it takes over. */
export async function adminHere({ clock = systemClock, folder }: { clock?: Clock; folder?: string } = {}) {
  const dataPath = folder ?? join(await tempFolder(), 'data');
  const logged: { level: string; facts: object; message: string }[] = [];
  const log = {
    say: (level: string, facts: object, message: string) => void logged.push({ level, facts, message }),
  };
  const data = openControlData(controlFile(dataPath), clock, log);
  const auditLog = createAuditLog(data, clock);
  const hub = createEventHub(clock.wallMs);
  const close = () => {
    auditLog.close();
    data.close();
  };
  let isClosed = false;
  const closeOnce = () => {
    if (!isClosed) close();
    isClosed = true;
  };
  cleanUpLater(closeOnce);
  return { dataPath, data, auditLog, hub, log, logged, clock, close: closeOnce };
}

/** A configuration that its owner changes at will. */
export function configHere(yaml: string, folder = '/') {
  const read = (text: string): Settings => {
    const loaded = parseConfig(text, 'headgate.yaml', {}, { folder });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    return loaded.settings;
  };
  let settings = read(yaml);
  const listeners: (() => void)[] = [];
  return {
    settings: () => settings,
    onChange: (listener: () => void) => void listeners.push(listener),
    change(text: string) {
      settings = read(text);
      for (const listener of listeners) listener();
    },
  };
}

/** Gateways that report what a test says. */
export function fleetHere() {
  const heard = new Map<string, HeardReport>();
  const listeners: (() => void)[] = [];
  return {
    gateways: () => [...heard.values()],
    silent: () => [],
    onRound: (listener: () => void) => void listeners.push(listener),
    report(report: GatewayReport, heardMs = report.wallMs, clockAheadMs = 0) {
      heard.set(report.gateway, { report, heardMs, clockAheadMs });
    },
    round() {
      for (const listener of listeners) listener();
    },
  };
}

/** A clock that is moved by hand. */
export function handClock(startMs = Date.parse('2026-12-01T15:00:00Z')) {
  let wall = startMs;
  return {
    wallMs: () => wall,
    monotonicMs: () => wall - startMs,
    forward: (ms: number) => {
      wall += ms;
    },
  };
}
