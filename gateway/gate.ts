/** One gate: parts that live on, what follows from the configuration, the reserved paths, and its upkeep. It listens to nothing by itself. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.ts';
import { type Composed, compose, loadPages } from './compose.ts';
import { enterIfPossible } from './enter-room.ts';
import { carryExchange, type Exchange } from './exchange.ts';
import { createLongLived, type GateParts } from './long-lived.ts';
import type { Pages } from './page/pages.ts';
import { enterRememberedRooms } from './remembered-rooms.ts';
import { createReserved } from './reserved/routes.ts';
import { polledRoom } from './reserved/status.ts';
import { timeCalls } from './store/timed.ts';
import { createUpkeep } from './upkeep.ts';
import { watch } from './watched.ts';

export type Gate = Awaited<ReturnType<typeof createGate>>;

export interface GateHandlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** `listenTo` makes the server that brings it requests; absent: somebody else hands them over. */
export async function createGate(parts: GateParts, listenTo?: (gate: GateHandlers) => Server) {
  let settings = parts.settings;
  let isDraining = false;
  let onStoreCall = (_call: string, _seconds: number) => {};
  const store = timeCalls(parts.store, parts.clock, (call, seconds) => onStoreCall(call, seconds));
  const longLived = createLongLived({ ...parts, store }, () => settings);
  const watched = watch(
    longLived,
    () => settings,
    () => isDraining,
  );
  onStoreCall = watched.metrics.storeCall;
  for (let loss = 0; loss < parts.lossesFound; loss++) watched.metrics.storeLoss();
  const { rooms, forwarder, overrides } = longLived;

  let routeReserved: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const reserved = (exchange: Exchange) => {
    const polled = polledRoom(settings.prefix, exchange.judged);
    if (polled !== null && current.status.send(exchange, polled)) return;
    carryExchange(exchange);
    exchange.request.url = exchange.judged.target;
    routeReserved(exchange.request, exchange.response);
  };
  const composeFrom = (pages: Pages) =>
    compose({ ...longLived, ...watched, settings, pages, messages: parts.messages, reserved });
  let current: Composed = composeFrom(loadPages(settings));
  const handlers: GateHandlers = {
    request(request, response) {
      if (isDraining) response.setHeader('connection', 'close');
      current.serve(request, response);
    },
    upgrade: (request, socket, head) => current.upgrade(request, socket, head),
  };
  const server: FastifyInstance = createReserved({
    prefix: settings.prefix,
    cookiePrefix: settings.cookies.prefix,
    rooms: () => rooms,
    place: () => current.place,
    session: () => current.session,
    status: () => current.status,
    ring: longLived.ring,
    gateways: longLived.keys.gateways,
    health: watched.health,
    messages: parts.messages,
    overrides,
    refuse: (exchange, code, detail) => current.refuse(exchange, code, detail),
    serverFactory: (handler) => {
      routeReserved = handler;
      return listenTo?.(handlers) ?? createServer();
    },
  });
  const upkeep = createUpkeep(longLived, parts.random);

  await server.ready();
  await enterNamedRooms(rooms, settings);
  await enterRememberedRooms(longLived);
  await overrides.start((room) => rooms.named(room)?.room === room);
  upkeep.start();
  await longLived.protection.start();

  return {
    ...handlers,
    ...{ server, longLived, watched },
    settings: () => settings,

    /** What must be known before anything is changed for the next settings. Throws HG_CONFIG. */
    prepare: (next: Settings) => loadPages(next),

    async take(next: Settings, pages: Pages): Promise<void> {
      longLived.moved.remember(current.classify, next);
      settings = next;
      forwarder.reload(settings.upstreams, settings.listen.maxBodyBytes);
      await rooms.reload(settings);
      await enterNamedRooms(rooms, settings);
      current = composeFrom(pages);
      longLived.audit.follow(settings);
      longLived.protection.follow(settings);
    },

    /** From now on not ready, yet still accepting. */
    startDraining(): void {
      isDraining = true;
    },

    async close(): Promise<void> {
      await longLived.protection.stop();
      await upkeep.stop();
      await overrides.stop();
      forwarder.close();
    },
  };
}

/** Rooms that have their one name from the start are there from the start. */
async function enterNamedRooms(
  rooms: ReturnType<typeof createLongLived>['rooms'],
  settings: Settings,
): Promise<void> {
  const names = [...Object.keys(settings.rooms), ...settings.launches.map((launch) => launch.room)];
  for (const name of names) {
    const named = name.includes('{') ? null : rooms.named(name);
    if (named) await enterIfPossible(rooms, named);
  }
}
