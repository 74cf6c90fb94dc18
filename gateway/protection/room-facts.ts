/** What the controller is to know of rooms: what their store says, with what the configuration says of them. */
import type { Settings } from '../../config/settings.ts';
import type { RoomView } from '../line/words.ts';
import type { RoomFacts } from '../release/words.ts';
import type { LiveRoom } from '../request/rooms.ts';

/** Upstream of each room or template: that of the first rule that names it. */
export function upstreamsOf(settings: Settings): Map<string, string> {
  const upstreams = new Map<string, string>();
  for (const rule of settings.rules)
    if (rule.room !== undefined && !upstreams.has(rule.room))
      upstreams.set(rule.room, rule.upstream ?? settings.default.upstream);
  return upstreams;
}

export function factsOf({ settings }: LiveRoom, view: RoomView, upstream: string): RoomFacts {
  const { sessions, admissionsPerMinute, seats } = view.limits;
  return {
    upstream,
    waiting: view.waiting,
    sessions: view.sessions,
    isClosed: view.state !== 'open' && view.state !== 'engaged',
    isObserved: settings.mode === 'observe',
    limits: { sessions, admissionsPerMinute, seats },
    callsPerMinute: view.callsPerMinute.one,
    weight: settings.weight,
    guaranteePerMinute: settings.guarantee.admissionsPerMinute,
  };
}

/** Without a limit of its own, a room is held by what the platform bears. */
export function isAdaptive({ settings: { limits } }: LiveRoom): boolean {
  return limits.sessions === null && limits.admissionsPerMinute === null;
}
