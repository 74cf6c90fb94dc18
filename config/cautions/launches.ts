/** Launches whose visitors would not come to their room, or would not be kept until it opens. */
import type { Finding } from '../located.ts';
import { type Route, routeAddress, strangersRoom } from '../route.ts';
import type { Launch, Settings } from '../settings.ts';
import { roomKey } from '../template.ts';
import type { Caution } from './caution.ts';

export const launchAddresses: Caution = function* (settings) {
  for (const [index, launch] of settings.launches.entries())
    for (const [number, address] of launch.addresses.entries()) {
      const route = routeAddress(settings, address);
      if (route.kind === 'room' && route.room === launch.room) continue;
      yield {
        path: ['launches', index, 'addresses', number],
        rule: 'launch-address',
        text: `${address} does not lead to room ${launch.room} of launch ${JSON.stringify(launch.name)}, but ${destination(route)}`,
      };
    }
};

function destination(route: Route): string {
  if (route.kind === 'reserved') return 'to the gate’s own reserved paths';
  if (route.kind === 'bypass') return `past every line, by the bypass ${JSON.stringify(route.rule.name)}`;
  const by = route.rule === null ? 'no rule matches it' : `by the rule ${JSON.stringify(route.rule.name)}`;
  return `to room ${route.room} (${by})`;
}

export const launchRoomsKnown: Caution = function* (settings) {
  for (const [index, { room }] of settings.launches.entries()) {
    const shared = strangersRoom(settings, room);
    if (shared !== null)
      yield {
        path: ['launches', index, 'room'],
        rule: 'launch-room-unknown',
        text: `${JSON.stringify(room)} is not among the known values of its template: its visitors share room ${shared}`,
      };
  }
};

/** It opens at the end of the window, and not when it was announced. */
export const launchesInMaintenance: Caution = function* (settings) {
  const keys = Object.keys(settings.rooms);
  for (const [index, { room, opensAtMs }] of settings.launches.entries()) {
    const key = roomKey(room, keys);
    const windows = key === null ? [] : settings.rooms[key]!.maintenance;
    const window = windows.find(({ fromMs, untilMs }) => opensAtMs >= fromMs && opensAtMs < untilMs);
    if (window)
      yield {
        path: ['launches', index, 'opensAt'],
        rule: 'launch-in-maintenance',
        text: `lies within a maintenance of room ${room}, which lasts until ${new Date(window.untilMs).toISOString()}: nobody is let in before`,
      };
  }
};

export const prequeues: Caution = function* (settings) {
  for (const [index, launch] of settings.launches.entries()) yield* prequeue(settings, launch, index);
};

function* prequeue({ keys }: Settings, launch: Launch, index: number): Iterable<Finding> {
  if (launch.prequeueMinutes > keys.ticketHours * 60)
    yield {
      path: ['launches', index, 'prequeueMinutes'],
      rule: 'prequeue-over-ticket',
      text: `${launch.prequeueMinutes} is longer than a ticket lives (keys.ticketHours: ${keys.ticketHours}): the first to come would lose their place`,
    };
  if (launch.draw && launch.prequeueMinutes === 0)
    yield {
      path: ['launches', index, 'draw'],
      rule: 'draw-without-prequeue',
      text: 'draws nothing: prequeueMinutes is 0, so nobody waits before the opening',
    };
}
