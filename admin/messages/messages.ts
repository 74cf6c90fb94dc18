/** Operators' messages to visitors: posted, withdrawn, published to all gateways, and the incidents that they open and end. */
import type { PublishedMessage, RoomReport } from '../../gateway/control/words.ts';
import type { ActiveConfig, AuditLog, EventHub, Fleet } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { AdminLog } from '../log.ts';
import { invalid } from '../rooms/times.ts';
import type { Actor } from '../words.ts';
import { createIncidents, type Incidents } from './incidents.ts';
import { createMessageTable, type MessageTable } from './message-table.ts';
import { createReminders } from './reminders.ts';
import type { IncidentDocument, MessageDocument, MessagePost } from './words.ts';

export interface MessagesParts {
  /** Puts them into the published document; called within the change, and undone with it. */
  publish(messages: readonly PublishedMessage[]): void;
  rooms(): readonly RoomReport[];
  config: Pick<ActiveConfig, 'settings'>;
  fleet: Pick<Fleet, 'onRound'>;
  data: ControlData;
  auditLog: AuditLog;
  hub: EventHub;
  clock: { wallMs(): number };
  log: AdminLog;
  newId(): string;
}

export interface Messages {
  /** Newest first. */
  list(): MessageDocument[];
  get(id: string): MessageDocument | undefined;
  /** Throws AdminError HG_INVALID, HG_CONFLICT. */
  post(actor: Actor, message: MessagePost): MessageDocument;
  withdraw(actor: Actor, id: string, reason: string): MessageDocument;
  /** Ends the incident of the message's room (of the platform). */
  resolve(actor: Actor, id: string, reason: string): IncidentDocument;
  incidents(): IncidentDocument[];
  /** Looks once whether a reminder is due; the fleet's rounds do so by themselves. */
  look(): void;
}

interface Inside extends MessagesParts {
  table: MessageTable;
  incidents: Incidents;
}

export function createMessages(parts: MessagesParts): Messages {
  const inside: Inside = {
    ...parts,
    ...{ table: createMessageTable(parts.data), incidents: createIncidents(parts.data) },
  };
  const { table, incidents } = inside;
  const remind = createReminders({
    ...inside,
    reminderMinutes: () => parts.config.settings().admin.reminderMinutes,
  });
  parts.fleet.onRound(() => {
    try {
      remind();
    } catch (error) {
      parts.log.say('error', { error: String(error) }, 'reminders cannot be written down');
    }
  });
  return {
    list: table.list,
    get: table.get,
    incidents: incidents.list,
    look: remind,
    post: (actor, message) => post(inside, actor, message),
    withdraw: (actor, id, reason) => withdraw(inside, actor, id, reason),
    resolve: (actor, id, reason) => resolve(inside, actor, id, reason),
  };
}

function post(
  inside: Inside,
  actor: Actor,
  { room, text, severity = 'info', resolves = false, reason }: MessagePost,
) {
  if (text.trim() === '') throw invalid('text', 'must say something');
  if (resolves && severity !== 'info') throw invalid('resolves', 'belongs to messages of severity info');
  const message: MessageDocument = {
    ...{ id: inside.newId(), room, at: now(inside), text: text.toWellFormed(), severity, by: actor.name },
    ...{ resolves, withdrawnAt: null },
  };
  inside.data.transaction(() => {
    inside.table.add(message);
    if (severity !== 'info') inside.incidents.begin(room, 'byMessage', message.at);
    inside.incidents.told(room, message.at);
    if (resolves) endIncident(inside, actor, room, text);
    const entry = {
      actor: actor.name,
      action: 'message.post',
      subject: subjectOf(room),
      reason: reason ?? null,
    };
    inside.auditLog.append({ ...entry, before: null, after: { id: message.id, text, severity, resolves } });
    inside.publish(inside.table.shown());
    tell(inside, message, `${actor.name} tells ${room ?? 'everybody'}: ${text}`);
  });
  return message;
}

function withdraw(inside: Inside, actor: Actor, id: string, reason: string): MessageDocument {
  const message = messageOf(inside, id);
  if (message.withdrawnAt !== null) return message;
  const withdrawnAt = now(inside);
  inside.data.transaction(() => {
    inside.table.withdraw(id, withdrawnAt);
    const entry = { actor: actor.name, action: 'message.withdraw', subject: subjectOf(message.room), reason };
    inside.auditLog.append({ ...entry, before: { id, text: message.text }, after: null });
    inside.publish(inside.table.shown());
    tell(inside, { ...message, withdrawnAt }, `${actor.name} withdrew a message: ${message.text}`);
  });
  return { ...message, withdrawnAt };
}

function resolve(inside: Inside, actor: Actor, id: string, reason: string): IncidentDocument {
  const { room } = messageOf(inside, id);
  const open = inside.incidents.open(room);
  if (!open?.byMessage) throw new AdminError('HG_CONFLICT', `${subjectOf(room)} has no open incident`);
  inside.data.transaction(() => endIncident(inside, actor, room, reason));
  return inside.incidents.list().find((incident) => incident.id === open.id) ?? open;
}

/** A room that an operator keeps closed stays an incident until it is open. */
function endIncident(inside: Inside, actor: Actor, room: string | null, reason: string): void {
  const open = inside.incidents.open(room);
  if (!open?.byMessage) return;
  const isOver = inside.incidents.end(room, 'byMessage', now(inside));
  const entry = { actor: actor.name, action: 'incident.resolve', subject: subjectOf(room), reason };
  inside.auditLog.append({
    ...entry,
    before: { incident: open.id, openedAt: open.openedAt },
    after: { isOver },
  });
}

function messageOf({ table }: Inside, id: string): MessageDocument {
  const message = table.get(id);
  if (message) return message;
  throw new AdminError('HG_NOT_THERE', `there is no message ${id}`);
}

function tell({ data, hub }: Inside, message: MessageDocument, summary: string): void {
  const { room, severity } = message;
  data.afterCommit(() => hub.emit({ kind: 'message', room, summary, severity, data: message }));
}

function subjectOf(room: string | null): string {
  return room ?? 'the platform';
}

function now({ clock }: Inside): string {
  return new Date(clock.wallMs()).toISOString();
}
