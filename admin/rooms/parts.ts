/** What changes of rooms are made with. Types only. */
import type { ActiveConfig, AuditLog, ConfigChanges, EventHub, Fleet } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { AdminLog } from '../log.ts';
import type { GatewayAsk } from './ask-gateway.ts';
import type { ChangeCount } from './change-count.ts';
import type { InTurn } from './in-turn.ts';
import type { KnownRooms } from './known-rooms.ts';
import type { Reverts } from './reverts.ts';
import type { Settled } from './settled.ts';

export interface RoomsParts {
  fleet: Fleet;
  config: ActiveConfig;
  changes: ConfigChanges;
  data: ControlData;
  auditLog: AuditLog;
  hub: EventHub;
  clock: { wallMs(): number; monotonicMs(): number };
  log: AdminLog;
}

/** What the parts of this folder share. */
export interface RoomsInside extends RoomsParts {
  known: KnownRooms;
  gateway: GatewayAsk;
  inTurn: InTurn;
  count: ChangeCount;
  reverts: Reverts;
  settled: Settled;
}
