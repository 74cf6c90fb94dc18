/** Writes down when a pause or an offline time has run out: nobody asks for it then, and the log has to say why visitors go in again. */
import type { RoomReport } from '../../gateway/control/words.ts';
import type { RoomsInside } from './parts.ts';

export interface StateEnds {
  /** Looks once; called each round. What ran out while no admin process ran is not written down. */
  look(): void;
}

interface Planned {
  state: 'paused' | 'offline';
  /** Epoch ms. */
  untilMs: number;
}

export function createStateEnds(inside: RoomsInside): StateEnds {
  const { known, log } = inside;
  const planned = new Map<string, Planned>();

  function look(report: RoomReport): void {
    const { room, operatorState, stateUntil } = report.view;
    const before = planned.get(room);
    planned.delete(room);
    if (stateUntil !== null && (operatorState === 'paused' || operatorState === 'offline'))
      planned.set(room, { state: operatorState, untilMs: stateUntil });
    // Whoever opens it before its time is in the log already.
    else if (before && operatorState === 'open' && report.view.at >= before.untilMs)
      write(inside, report, before);
  }

  return {
    look() {
      try {
        known.all().forEach(look);
      } catch (error) {
        log.say('warn', { error: String(error) }, 'that a room is open again cannot be written down');
      }
    },
  };
}

function write({ data, auditLog, hub }: RoomsInside, { view }: RoomReport, before: Planned): void {
  const action = before.state === 'paused' ? 'resume' : 'reopen';
  const until = new Date(before.untilMs).toISOString();
  const reason = `the time is over for which it was ${before.state}`;
  data.transaction(() => {
    auditLog.append({
      ...{ actor: 'headgate', action: `room.${action}`, subject: view.room, reason },
      before: { state: before.state, until },
      after: { state: 'open', until: null, epoch: view.epoch, waiting: view.waiting },
    });
  });
  hub.emit({
    ...{ kind: 'room', room: view.room, severity: 'info' },
    summary: `${view.room} ${action === 'resume' ? 'goes on' : 'is open again'}: ${reason}`,
    data: { action, by: 'headgate', reason, state: 'open', until: null, epoch: view.epoch },
  });
}
