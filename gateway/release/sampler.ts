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

/** More rooms than this are not told of in one window. */
const MOST_ROOMS = 1_000;
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
    const told: Record<string, RoomSample> = {};
    let count = 0;
    for (const [name, room] of rooms) {
      const isQuiet = room.counter.isQuiet;
      room.quiet = isQuiet ? room.quiet + 1 : 0;
      if (room.quiet > QUIET_WINDOWS) rooms.delete(name);
      if (isQuiet && !isTold(name)) continue;
      if (room.counter.upstream === '') room.counter.upstream = upstreamOf(name);
      const { hasEngaged } = room.counter;
      const sample = room.counter.take();
      if (++count <= MOST_ROOMS) told[name] = hasEngaged ? { ...sample, engaged: true } : sample;
    }
    return told;
  }

  return {
    upstream,
    route: (name, route, trafficClass) => upstream(name).route(route, trafficClass),
    room(name) {
      const known = rooms.get(name);
      if (known) return known.counter;
      const counter = new RoomCounter();
      rooms.set(name, { counter, quiet: 0 });
      return counter;
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
