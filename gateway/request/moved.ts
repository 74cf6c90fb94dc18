/** Remembers which addresses reloads moved into a room: who had the form open then may still send it, for the room's grace. */

import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { Classifier } from './classify.ts';
import type { LiveRoom } from './rooms.ts';
import type { JudgedRequest } from './words.ts';

/** A configuration of before, and when it ended (monotonic ms). */
interface Former {
  classify: Classifier;
  endedMs: number;
}

/** So many reloads are looked back at: a grace may hold several, and a script may reload each second. */
const MOST_FORMER = 8;

export function createMovedAddresses(clock: Clock) {
  let former: Former[] = [];

  return {
    /** Before a reload: how requests are classified until now. */
    remember(classify: Classifier, next: Settings): void {
      const graces = Object.values(next.rooms).map((room) => room.session.submitGraceSeconds);
      const endedMs = clock.monotonicMs();
      const stillCounts = (one: Former) => isWithin(one, Math.max(0, ...graces), endedMs);
      former = [...former.filter(stillCounts), { classify, endedMs }].slice(-MOST_FORMER);
    },

    isRecent(present: Classifier) {
      return (request: JudgedRequest, room: LiveRoom): boolean => {
        if (former.length === 0 || present(request).kind !== 'room') return false;
        const now = clock.monotonicMs();
        const { submitGraceSeconds } = room.settings.session;
        return former.some(
          (one) => isWithin(one, submitGraceSeconds, now) && wasElsewhere(one.classify, request, room.name),
        );
      };
    },
  };
}

function isWithin({ endedMs }: Former, graceSeconds: number, now: number): boolean {
  return now - endedMs <= graceSeconds * 1_000;
}

function wasElsewhere(classify: Classifier, request: JudgedRequest, room: string): boolean {
  const before = classify(request);
  return before.kind === 'bypass' || (before.kind === 'room' && before.room !== room);
}
