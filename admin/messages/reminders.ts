/** Reminds operators of incidents of which visitors have heard nothing for too long, again each such time until somebody writes. */
import type { RoomReport } from '../../gateway/control/words.ts';
import type { AuditLog, EventHub } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { Incidents } from './incidents.ts';
import type { IncidentDocument } from './words.ts';

export interface RemindersParts {
  incidents: Incidents;
  /** Rooms as the gateways tell of them; of those that nobody tells of nothing is known. */
  rooms(): readonly RoomReport[];
  reminderMinutes(): number;
  data: ControlData;
  auditLog: AuditLog;
  hub: EventHub;
  clock: { wallMs(): number };
}

const MINUTE_MS = 60_000;

/** Opens and ends the incidents of closed rooms, and reminds of all that are due. Throws AdminError HG_CONTROL_UNWRITABLE. */
export function createReminders(parts: RemindersParts): () => void {
  const { incidents, data, clock } = parts;

  /** What the configuration itself says is no incident, only what an operator said instead. */
  const followRooms = (at: string) => {
    const open = new Map(incidents.allOpen().map((incident) => [incident.room, incident]));
    for (const { view } of parts.rooms()) {
      const isClosed = view.operatorState === 'paused' || view.operatorState === 'offline';
      const isOperators = isClosed && view.operatorState !== view.lawState;
      const wasOperators = open.get(view.room)?.byOperator ?? false;
      if (isOperators && !wasOperators) data.transaction(() => incidents.begin(view.room, 'byOperator', at));
      if (!isOperators && wasOperators) data.transaction(() => incidents.end(view.room, 'byOperator', at));
    }
  };

  return () => {
    const nowMs = clock.wallMs();
    followRooms(new Date(nowMs).toISOString());
    const dueMs = parts.reminderMinutes() * MINUTE_MS;
    for (const incident of incidents.allOpen())
      if (nowMs - lastHeardMs(incident) >= dueMs) remind(parts, incident);
  };
}

function lastHeardMs({ updatedAt, remindedAt }: IncidentDocument): number {
  return Math.max(Date.parse(updatedAt), remindedAt === null ? 0 : Date.parse(remindedAt));
}

function remind({ incidents, data, auditLog, hub, clock }: RemindersParts, incident: IncidentDocument): void {
  const { id, room, updatedAt, byOperator } = incident;
  const minutes = Math.floor((clock.wallMs() - Date.parse(updatedAt)) / MINUTE_MS);
  const whose = room ?? 'the platform';
  const state = byOperator ? 'is closed by an operator' : 'has an open incident';
  const summary = `${whose} ${state}, and visitors have been told nothing for ${minutes} minute${minutes === 1 ? '' : 's'}`;
  data.transaction(() => {
    incidents.reminded(id, new Date(clock.wallMs()).toISOString());
    const entry = { actor: 'headgate', action: 'incident.reminder', subject: whose, reason: summary };
    auditLog.append({ ...entry, before: null, after: { incident: id, minutes } });
    data.afterCommit(() =>
      hub.emit({ kind: 'reminder', room, summary, severity: 'warning', data: { ...incident, minutes } }),
    );
  });
}
