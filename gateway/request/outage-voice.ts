/** What an operator hears of lost stores: when a room loses its own and has it again, and loudly whenever everybody is let in. */
import type { Clock } from '../clock.ts';
import type { Outage, OutageLaw } from './outage.ts';
import { OPEN_MS, slotsNow } from './outage.ts';
import type { Outages } from './outages.ts';

export interface Voice {
  sample(key: string, level: 'info' | 'warn', facts: () => object, message: string): void;
  say(level: 'error', facts: object, message: string): void;
}

const LOUD_EVERY_MS = 10_000;
/** Named in one line; the others are counted. */
const MOST_NAMED = 20;

export function createOutageVoice(clock: Clock, log: Voice) {
  let loudAtMs = -Infinity;

  return {
    began: (outage: Outage, onStoreLoss: string) =>
      log.sample(
        'store lost',
        'warn',
        () => ({ room: outage.room, outage: outage.id, onStoreLoss, waiting: outage.view.waiting }),
        'the room has lost its store: who is inside goes on, newcomers follow onStoreLoss',
      ),
    ended: (outage: Outage) =>
      log.sample('store back', 'warn', () => factsOf(outage, clock), 'the room has its store again'),
    /** To be called often. */
    speak(outages: Outages): void {
      const now = clock.monotonicMs();
      if (now - loudAtMs < LOUD_EVERY_MS) return;
      const open = [...outages.all()].filter((outage) => isLetIn(outage, outages.lawOf(outage.room), now));
      if (open.length === 0) return;
      loudAtMs = now;
      log.say(
        'error',
        loudFacts(open, now),
        'EVERYBODY IS LET IN: the store is lost and onStoreLoss is open',
      );
    },
  };
}

/** A room without limits lets everybody in by its own law. */
function isLetIn(outage: Outage, law: OutageLaw, nowMs: number): boolean {
  return law.onStoreLoss === 'open' && slotsNow(outage, law, nowMs) === Infinity;
}

function factsOf(outage: Outage, clock: Clock) {
  const seconds = Math.round((clock.monotonicMs() - outage.beganMs) / 1_000);
  const places = [...outage.places.values()].reduce((sum, k) => sum + k, 0);
  return { room: outage.room, outage: outage.id, seconds, sessionsBegun: outage.begun, placesGiven: places };
}

function loudFacts(open: readonly Outage[], now: number) {
  const began = Math.min(...open.map(({ beganMs }) => beganMs));
  return {
    rooms: open.slice(0, MOST_NAMED).map(({ room }) => room),
    roomCount: open.length,
    sessionsBegun: open.reduce((sum, { begun }) => sum + begun, 0),
    endsInSeconds: Math.round((began + OPEN_MS - now) / 1_000),
  };
}
