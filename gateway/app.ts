/** Wires the gate: parts that live on, what follows from the configuration, the listening server, and its upkeep. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.ts';
import { type Composed, compose, loadPages } from './compose.ts';
import { carryOut, type ReadConfig } from './control/carry-out.ts';
import { reportFacts, roomReport } from './control/facts.ts';
import { tryOut } from './control/try-out.ts';
import type { Command } from './control/words.ts';
import { enterIfPossible } from './enter-room.ts';
import { carryExchange, type Exchange } from './exchange.ts';
import { type AppParts, createLongLived } from './long-lived.ts';
import type { Pages } from './page/pages.ts';
import { refuseUnlessReloadable } from './reload.ts';
import { enterRememberedRooms } from './remembered-rooms.ts';
import { createReserved } from './reserved/routes.ts';
import { polledRoom } from './reserved/status.ts';
import { applyBounds, createGateServer } from './server.ts';
import { timeCalls } from './store/timed.ts';
import { createUpkeep } from './upkeep.ts';
import { watch } from './watched.ts';

export type App = Awaited<ReturnType<typeof createApp>>;

export async function createApp(parts: AppParts) {
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
  const { rooms, forwarder, ring, log, overrides } = longLived;

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

  const listenTo = () =>
    createGateServer(
      settings.listen,
      {
        request(request, response) {
          if (isDraining) response.setHeader('connection', 'close');
          current.serve(request, response);
        },
        upgrade: (request, socket, head) => current.upgrade(request, socket, head),
      },
      log,
    ) as Server;
  const server: FastifyInstance = createReserved({
    prefix: settings.prefix,
    cookiePrefix: settings.cookies.prefix,
    rooms: () => rooms,
    place: () => current.place,
    session: () => current.session,
    status: () => current.status,
    ring,
    gateways: longLived.keys.gateways,
    health: watched.health,
    messages: parts.messages,
    overrides,
    refuse: (exchange, code, detail) => current.refuse(exchange, code, detail),
    serverFactory: (handler) => {
      routeReserved = handler;
      return listenTo();
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
    server,
    metrics: watched.metrics,
    health: watched.health,
    audit: longLived.audit,
    settings: () => settings,
    firstLook: () => forwarder.firstLook(),
    facts: () =>
      reportFacts({
        ...{ gateway: parts.gateway, settings: () => settings, health: watched.health },
        ...{ ring, rooms, overrides, observed: longLived.audit.facts },
        protection: longLived.protection.report,
      }),
    carryOut: (command: Command, read: ReadConfig) =>
      carryOut(command, read, {
        rooms,
        store,
        invitations: longLived.invitations,
        cancel: longLived.audit.inFlight.cancel,
        tryOut: (next) => tryOut(longLived.audit.traffic, next, settings),
        report: (room) => roomReport(room, { rooms, observed: longLived.audit.facts }),
      }),

    /** Throws HG_CONFIG, and leaves everything as it was, when the new settings cannot be taken without a restart. */
    async reload(next: Settings): Promise<void> {
      refuseUnlessReloadable(settings, next);
      const pages = loadPages(next);
      await ring.reload();
      if (next.launches.some((launch) => launch.draw)) longLived.keys.drawSecret();
      longLived.moved.remember(current.classify, next);
      settings = next;
      applyBounds(server.server, settings.listen);
      log.adjust(settings.log);
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
