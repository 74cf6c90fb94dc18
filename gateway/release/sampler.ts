/** What a gateway saw, as evidence: requests only add to counters, and a timer takes each window of them as an immutable sample. */
import type { TrafficClass } from '../../config/settings.ts';
import { RoomCounter } from './room-counter.ts';
import type { RouteCounter } from './route-counter.ts';
import { UpstreamCounter, type UpstreamGauges } from './upstream-counter.ts';
import type { Evidence, RoomSample, UpstreamSample } from './words.ts';

export interface Sampler {
  upstream(name: string): UpstreamCounter;
  route(upstream: string, route: string, trafficClass: TrafficClass): RouteCounter;
  room(name: string): RoomCounter;
  /** Rules are other ones now: where a room's requests go is found anew. */
  forgetUpstreams(): void;
  /** Requests under way to an upstream now. */
  inFlight(upstream: string): number;
  /** The window since the last time. `isTold`: rooms that are told of although nothing was asked of them. */
  take(nowMs: number, parts: TakeParts): Evidence;
}

export interface TakeParts {
  /** Null: it is configured no more, and forgotten. */
  gauges(upstream: string): UpstreamGauges | null;
  /** Rooms with somebody waiting, or with an order in force, and where their requests go. */
  isTold(room: string): boolean;
  upstreamOf(room: string): string;
}

/** More rooms than this are not told of in one window: the busiest are. */
const MOST_ROOMS = 1_000;
/** More are not counted at a time: an override leads requests by to rooms that nobody made, by whatever name they ask for. */
const MOST_COUNTED = 10_000;
/** A room that nobody asks for is forgotten after so many windows. */
const QUIET_WINDOWS = 120;

/** `firstWindow`: above those of the gateway's earlier lives. */
export function createSampler(gateway: string, startMs: number, firstWindow: number): Sampler {
  const upstreams = new Map<string, UpstreamCounter>();
  const rooms = new Map<string, { counter: RoomCounter; quiet: number }>();
  let window = firstWindow;
  let lastMs = startMs;

  const upstream = (name: string) => {
    const known = upstreams.get(name);
    if (known) return known;
    const made = new UpstreamCounter(name, lastMs);
    upstreams.set(name, made);
    return made;
  };

  function takeRooms({ isTold, upstreamOf }: TakeParts): Record<string, RoomSample> {
    const told: [string, RoomSample][] = [];
    for (const [name, room] of rooms) {
      const isQuiet = room.counter.isQuiet;
      room.quiet = isQuiet ? room.quiet + 1 : 0;
      if (room.quiet > QUIET_WINDOWS) rooms.delete(name);
      if (isQuiet && !isTold(name)) continue;
      if (room.counter.upstream === '') room.counter.upstream = upstreamOf(name);
      const { hasEngaged } = room.counter;
      const sample = room.counter.take();
      told.push([name, hasEngaged ? { ...sample, engaged: true } : sample]);
    }
    if (told.length > MOST_ROOMS) told.sort(([, a], [, b]) => weightOf(b) - weightOf(a));
    return Object.fromEntries(told.slice(0, MOST_ROOMS));
  }

  return {
    upstream,
    route: (name, route, trafficClass) => upstream(name).route(route, trafficClass),
    room(name) {
      const known = rooms.get(name);
      if (known) return known.counter;
      const counter = new RoomCounter();
      if (rooms.size < MOST_COUNTED) rooms.set(name, { counter, quiet: 0 });
      return counter;
    },
    forgetUpstreams() {
      for (const { counter } of rooms.values()) counter.upstream = '';
    },
    inFlight: (name) => upstreams.get(name)?.inFlight ?? 0,
    take(nowMs, parts) {
      lastMs = nowMs;
      const seen: Record<string, UpstreamSample> = {};
      for (const [name, counter] of upstreams) {
        const gauges = parts.gauges(name);
        if (gauges === null) upstreams.delete(name);
        else seen[name] = counter.take(nowMs, gauges);
      }
      return { gateway, window: window++, upstreams: seen, rooms: takeRooms(parts) };
    },
  };
}

/** Who engaged in the window, and to whom newcomers come, is what others must hear of. */
function weightOf({ engaged, newcomers, admitted, requests }: RoomSample): number {
  return (engaged ? 1e9 : 0) + 1_000 * (newcomers + admitted) + requests;
}
