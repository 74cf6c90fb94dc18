/** Remembers which addresses a reload moved into a room: who had the form open then may still send it, for the room's grace. */

import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { Classifier } from './classify.ts';
import type { LiveRoom } from './rooms.ts';
import type { JudgedRequest } from './words.ts';

export function createMovedAddresses(clock: Clock) {
  let former: { classify: Classifier; untilMs: number } | null = null;

  return {
    /** Before a reload: how requests are classified until now. */
    remember(classify: Classifier, next: Settings): void {
      const graces = Object.values(next.rooms).map((room) => room.session.submitGraceSeconds);
      former = { classify, untilMs: clock.monotonicMs() + Math.max(0, ...graces) * 1_000 };
    },

    isRecent(present: Classifier) {
      return (request: JudgedRequest, room: LiveRoom): boolean => {
        if (!former || clock.monotonicMs() > former.untilMs) return false;
        const before = former.classify(request);
        const now = present(request);
        return (
          now.kind === 'room' &&
          (before.kind === 'bypass' || (before.kind === 'room' && before.room !== room.name))
        );
      };
    },
  };
}
