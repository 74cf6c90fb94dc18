/** Wires the gate: every part is made here once, and what follows from the configuration is made anew at each reload. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Launch, Settings } from '../config/settings.ts';
import { structuralChange } from '../config/structural-change.ts';
import type { Clock } from './clock.ts';
import { HeadgateError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { createRequestIds } from './exchange.ts';
import { createForwarder } from './forward/forwarder.ts';
import { drawCommitment, drawSeed } from './line/draw.ts';
import type { RoomView } from './line/words.ts';
import type { HealthSources } from './observe/health.ts';
import type { Log } from './observe/logger.ts';
import { createMetrics } from './observe/metrics.ts';
import { createOrders } from './order.ts';
import { createPages, type Pages } from './page/pages.ts';
import { createPassOn } from './pass-on.ts';
import { createReleaser } from './release/releaser.ts';
import { createAdmit } from './request/admit.ts';
import { createRequestBudget, createStandingAllowances } from './request/budgets.ts';
import { compileClassifier } from './request/classify.ts';
import { createHeldPlaces } from './request/held-places.ts';
import { createJoins } from './request/joins.ts';
import type { KeyRing } from './request/keys.ts';
import { createLeases } from './request/leases.ts';
import { createMovedAddresses } from './request/moved.ts';
import { prepareLimits } from './request/normalise.ts';
import { createPlaces } from './request/places.ts';
import { createRestore } from './request/restore.ts';
import { createRooms } from './request/rooms.ts';
import { createStandingReader } from './request/standing.ts';
import { createStay } from './request/stay.ts';
import { createTokens } from './request/tokens.ts';
import { createUnknownKeys } from './request/unknown-keys.ts';
import { createReserved } from './reserved/routes.ts';
import { createStatus } from './reserved/status.ts';
import { createVisitorRoutes } from './reserved/visitor.ts';
import { createServe } from './serve.ts';
import { createGateServer } from './server.ts';
import type { Store } from './store/store.ts';
import { createTell } from './tell.ts';
import { createUpgrade } from './upgrade.ts';

export interface AppParts {
  settings: Settings;
  store: Store;
  ring: KeyRing;
  drawSecret: Buffer;
  clock: Clock;
  log: Log;
  random(): number;
  newId(): string;
  /** A few random characters that begin every request id of this process. */
  idStart: string;
}

/** How often leases, streams and unused rooms are looked after. */
const MAINTAIN_MS = 5_000;
const SWEEP_EVERY = 12;

export type App = Awaited<ReturnType<typeof createApp>>;

export async function createApp(parts: AppParts) {
  const { store, ring, clock, log, random, newId } = parts;
  let settings = parts.settings;
  let isDraining = false;

  const tokens = createTokens(ring);
  const forwarder = createForwarder({
    upstreams: settings.upstreams,
    maxBodyBytes: settings.listen.maxBodyBytes,
    clock,
    log: upstreamLog(log),
    random,
  });
  const leases = createLeases(store, clock);
  const joins = createJoins(store);
  const seedOf = (room: string, epoch: number, opensAtMs: number) =>
    drawSeed(parts.drawSecret, room, epoch, opensAtMs);
  const commitment = (room: string, launch: Launch) =>
    drawCommitment(seedOf(room, FIRST_EPOCH, launch.opensAtMs));
  const rooms = createRooms(settings, store, commitment);
  const seedOfView = (view: RoomView) => seedOf(view.room, FIRST_EPOCH, view.opensAt ?? 0);
  const places = createPlaces({
    ticketHours: () => settings.keys.ticketHours,
    drawSeed: (_room, view) => seedOfView(view),
    random,
    clock,
  });
  const moved = createMovedAddresses(clock);
  const unknownKeys = createUnknownKeys(clock, (kid) =>
    log.sample(
      'unknown-key',
      'error',
      () => ({ kid }),
      'a token names a key that this gateway lacks; the visitor is asked to try again',
    ),
  );
  const standing = createStandingReader({
    tokens,
    leases,
    unknownKeys,
    clock,
    restore: createRestore(store, leases),
  });
  const passBudget = createRequestBudget(clock);
  const allowances = createStandingAllowances(clock);
  const nextId = createRequestIds(parts.idStart);
  const metrics = createMetrics({
    views: function* () {
      for (const room of rooms.all()) yield { view: rooms.view(room), label: room.template };
    },
    upstreams: () => Object.entries(forwarder.upstreams()),
    revision: () => settings.revision,
    storeUp: () => store.health() === 'ok',
  });
  const health: HealthSources = {
    isDraining: () => isDraining,
    store: () => store.health(),
    upstreams: () =>
      Object.fromEntries(Object.entries(forwarder.upstreams()).map(([name, { status }]) => [name, status])),
    keys: () => 'ok',
    revision: () => settings.revision,
  };
  const onStoreError = (error: unknown) =>
    log.sample('store', 'error', () => ({ error: String(error) }), 'the store did not take a call');
  const onDone = (exchange: Exchange) => {
    const seconds = (clock.monotonicMs() - exchange.startedMs) / 1_000;
    metrics.request(exchange.label, exchange.class, exchange.state, seconds);
    log.sample(`${exchange.state} ${exchange.class}`, 'info', () => accessLine(exchange, seconds), 'request');
  };

  const exchanges = new WeakMap<IncomingMessage, Exchange>();
  let reservedHandler: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const toReserved = (exchange: Exchange) => {
    exchanges.set(exchange.request, exchange);
    exchange.request.url = exchange.judged.target;
    reservedHandler(exchange.request, exchange.response);
  };

  /** What follows from the configuration; a reload makes all of it anew. */
  function compose(pages: Pages) {
    const { prefix } = settings.cookies;
    const limits = prepareLimits(settings);
    const classify = compileClassifier(settings);
    const teller = createTell({ settings, pages, places, rooms, messages: noMessages });
    const held = createHeldPlaces({ cookiePrefix: () => prefix, tokens, rooms, leases });
    const admit = createAdmit({
      settings,
      store,
      rooms,
      leases,
      joins,
      places,
      tokens,
      held,
      passBudget,
      allowances,
      clock,
      newId,
    });
    const orders = createOrders({ settings, ring, trusts: limits.trusts, clock });
    const passOn = createPassOn({
      settings,
      forwarder,
      store,
      leases,
      rooms,
      teller,
      metrics,
      orders,
      onStoreError,
    });
    const refuse = (
      exchange: Exchange,
      code: Parameters<typeof teller.tellTrouble>[1]['code'],
      detail: string,
    ) => teller.tellTrouble(exchange, { code, state: 'refused', detail });
    const visitor = createVisitorRoutes({
      settings,
      rooms,
      store,
      leases,
      joins,
      places,
      tokens,
      ring,
      standing,
      messages: noMessages,
      newId,
      refuse,
      tellLeft: teller.tellLeft,
    });
    const status = createStatus({
      view: (room) => store.view(room),
      messages: noMessages,
      seed: publishedSeed,
      clock,
    });
    const stay = createStay({ tokens, rooms, leases, cookiePrefix: prefix });
    const way = { settings, limits, classify, rooms, stay, standing, ring, clock, log, nextId, onDone };
    const serve = createServe({
      ...way,
      admit,
      passOn,
      teller,
      movedLately: moved.isRecent(classify),
      reserved: toReserved,
      onWouldWait,
    });
    const upgrade = createUpgrade({ ...way, forwarder, leases, orders });
    return { classify, teller, visitor, status, serve, upgrade, refuse };
  }

  const publishedSeed = (view: RoomView) =>
    view.draw?.size == null ? null : seedOfView(view).toString('hex');
  const onWouldWait = (exchange: Exchange, room: { label: string }, told: { state: string }) => {
    metrics.wouldHaveWaited(room.label);
    log.sample(
      'observed',
      'info',
      () => ({ room: exchange.room, would: told.state, requestId: exchange.id }),
      'would have waited',
    );
  };

  let current = compose(loadPages(settings));
  const server: FastifyInstance = createReserved({
    prefix: settings.prefix,
    settings: () => settings,
    rooms: () => rooms,
    visitor: () => current.visitor,
    status: () => current.status,
    ring,
    health,
    messages: noMessages,
    exchangeOf: (request) => exchanges.get(request) as Exchange,
    refuse: (exchange, code, detail) => current.refuse(exchange, code, detail),
    serverFactory: (handler) => {
      reservedHandler = handler;
      const handlers = {
        request: (request: IncomingMessage, response: ServerResponse) => {
          if (isDraining) response.setHeader('connection', 'close');
          current.serve(request, response);
        },
        upgrade: (...args: Parameters<typeof current.upgrade>) => current.upgrade(...args),
      };
      return createGateServer(settings.listen, handlers, log) as Server;
    },
  });

  const releaser = createReleaser({
    store,
    random,
    onView: (view) => endSessions(view),
    onError: (_room, error) => onStoreError(error),
  });
  const endedUpTo = new Map<string, string>();
  /** Sessions that ended elsewhere: their passes are refused here within a tick. */
  const endSessions = ({ room, endedSessions }: RoomView) => {
    const newest = endedSessions.at(-1);
    if (newest === undefined || endedUpTo.get(room) === newest) return;
    const seen = endedSessions.lastIndexOf(endedUpTo.get(room) ?? '');
    for (const id of endedSessions.slice(seen + 1)) leases.end(room, id);
    endedUpTo.set(room, newest);
  };
  let rounds = 0;
  const maintenance = setInterval(() => {
    leases.maintain((room) => store.view(room)?.at);
    if (++rounds % SWEEP_EVERY === 0) rooms.sweep().catch(onStoreError);
  }, MAINTAIN_MS);
  maintenance.unref();

  /** Rooms that have their one name from the start are there from the start. */
  async function enterNamedRooms(): Promise<void> {
    const names = [...Object.keys(settings.rooms), ...settings.launches.map((launch) => launch.room)];
    for (const name of names) {
      const named = name.includes('{') ? null : rooms.named(name);
      if (named) await rooms.enter(named.room, named.template);
    }
  }

  await server.ready();
  await enterNamedRooms();
  releaser.start();

  return {
    server,
    metrics,
    health,
    settings: () => settings,
    firstLook: () => forwarder.firstLook(),

    /** Throws HG_CONFIG, and leaves everything as it was, when the new settings cannot be taken without a restart. */
    async reload(next: Settings): Promise<void> {
      const changes = structuralChange(settings, next).map((change) => change.message);
      if (changes.length > 0)
        throw new HeadgateError('HG_CONFIG', `these need a restart: ${changes.join('; ')}`);
      const pages = loadPages(next);
      await ring.reload();
      moved.remember(current.classify, next);
      settings = next.revision > settings.revision ? next : { ...next, revision: settings.revision + 1 };
      forwarder.reload(settings.upstreams);
      await rooms.reload(settings);
      await enterNamedRooms();
      current = compose(pages);
    },

    /** From now on not ready, yet still accepting. */
    startDraining(): void {
      isDraining = true;
    },

    async close(): Promise<void> {
      clearInterval(maintenance);
      await releaser.stop();
      forwarder.close();
    },
  };
}

/** Seeds are bound to room and opening; an epoch ends a line, not a launch. */
const FIRST_EPOCH = 1;

const noMessages = () => [];

function loadPages(settings: Settings): Pages {
  const loaded = createPages(Object.values(settings.rooms).map((room) => room.page));
  if (loaded.kind === 'loaded') return loaded.pages;
  const faults = loaded.problems.map((fault) => JSON.stringify(fault)).join('; ');
  throw new HeadgateError('HG_CONFIG', `page templates or logos are wrong: ${faults}`);
}

function accessLine(exchange: Exchange, seconds: number) {
  const { judged, response } = exchange;
  return {
    requestId: exchange.id,
    method: judged.method,
    host: judged.host,
    path: judged.path,
    status: response.statusCode,
    state: exchange.state,
    room: exchange.room,
    class: exchange.class,
    rule: exchange.rule,
    ms: Math.round(seconds * 10_000) / 10,
  };
}

function upstreamLog(log: Log) {
  return {
    say: (level: 'info' | 'warn', facts: object, message: string) =>
      log.sample(`upstream ${message}`, level, () => facts, message),
  };
}
