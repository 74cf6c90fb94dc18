/** Wires what a gate does by itself while a room's store is lost, and how the store is told of it afterwards. */
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { RoomView } from './line/words.ts';
import type { Log } from './observe/logger.ts';
import { createLossesSeen } from './observe/losses-seen.ts';
import type { Leases } from './request/leases.ts';
import { createOutageFigures } from './request/outage-figures.ts';
import { createComeBack } from './request/outage-return.ts';
import { createLastingStore } from './request/outage-store.ts';
import { createOutageVoice } from './request/outage-voice.ts';
import { createOutages } from './request/outages.ts';
import type { Overrides } from './request/overrides.ts';
import { createOwed } from './request/owed.ts';
import type { Rooms } from './request/rooms.ts';
import type { Store } from './store/store.ts';

export interface WithoutStoreParts {
  store: Store;
  /** This process, by the same name after a restart. */
  gateway: string;
  clock: Clock;
  log: Log;
  overrides: Overrides;
  /** Made of what this makes. */
  rooms(): Rooms;
  leases(): Leases;
  onStoreError(error: unknown): void;
}

/** `lasting` is the store for whoever serves visitors; `comeBack` and `outages` need the store itself. */
export function createWithoutStore(parts: WithoutStoreParts) {
  const { store, clock, log } = parts;
  const figures = createOutageFigures();
  const owed = createOwed();
  const voice = createOutageVoice(clock, log);
  const room = (name: string) => parts.rooms().get(name);
  const onEnded = (name: string, id: string) => parts.leases().end(name, id);
  const outages = createOutages({
    ...parts,
    figures,
    room,
    inside: (name) => parts.leases().count(name),
    newOutageId: () => randomBytes(6).toString('hex'),
    onBegin: voice.began,
    onEnd: voice.ended,
  });
  const lossesSeen = createLossesSeen();

  return {
    outages,
    owed,
    figures,
    lasting: createLastingStore({
      ...{ store, outages, owed, figures, room, onEnded },
      lease: (name, id) => parts.leases().get(name, id),
    }),
    comeBack: createComeBack({
      ...{ store, outages, owed, onEnded },
      onError: (_room, error) => parts.onStoreError(error),
    }),
    countLosses(view: RoomView): void {
      figures.losses += lossesSeen.news(view);
    },
    maintain(): void {
      outages.maintain();
      voice.speak(outages);
    },
    /** What was counted of rooms that are not live any more. */
    sweep(): void {
      lossesSeen.sweep((name) => room(name) !== undefined);
    },
  };
}
