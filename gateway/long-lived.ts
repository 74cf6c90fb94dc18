/** The parts of a gate that outlive reloads: what is known of visitors, rooms, keys and the platform. */
import { randomBytes } from 'node:crypto';
import type { Launch, Settings } from '../config/settings.ts';
import type { Clock } from './clock.ts';
import type { PublishedRehearsals } from './control/words.ts';
import { createRequestIds } from './exchange.ts';
import { createForwarder, type Forwarder } from './forward/forwarder.ts';
import { drawCommitment, drawSeed } from './line/draw.ts';
import type { RoomView } from './line/words.ts';
import type { Log } from './observe/logger.ts';
import type { ReportFigures } from './observe/telemetry-metrics.ts';
import type { Traces } from './observe/traces.ts';
import { createObserved } from './observed.ts';
import type { FollowedOverrides } from './overrides/follow.ts';
import type { Message } from './page/words.ts';
import { type LearnedFile, learnedFile } from './protection/learned-file.ts';
import type { OpenedCouncil } from './protection/open-council.ts';
import { createProtection } from './protection/protection.ts';
import { type Council, createMemoryCouncil } from './release/council.ts';
import { createSampler } from './release/sampler.ts';
import type { ExternalSignal } from './release/words.ts';
import { createRequestBudget, createStandingAllowances } from './request/budgets.ts';
import type { GateKeys } from './request/gate-keys.ts';
import { createInvitations } from './request/invitations.ts';
import { createInvitedPlaces } from './request/invited-places.ts';
import { createJoins } from './request/joins.ts';
import { createLeases } from './request/leases.ts';
import { createMovedAddresses } from './request/moved.ts';
import { add } from './request/outage-figures.ts';
import { createOwnLimit } from './request/own-limit.ts';
import { tokensKeptMs } from './request/passes.ts';
import { createPlaces } from './request/places.ts';
import { createOffer } from './request/price/offer.ts';
import { createPrice } from './request/price/price.ts';
import { createProofs } from './request/price/proof.ts';
import { crowdedDecision } from './request/price/tell-crowded.ts';
import { createLift, createRedeem, createRestore } from './request/restore.ts';
import { createRooms, type Rooms } from './request/rooms.ts';
import { createStandingReader } from './request/standing.ts';
import { createTokens } from './request/tokens.ts';
import { createUnknownKeys } from './request/unknown-keys.ts';
import { createLeavers } from './reserved/asked.ts';
import type { Store } from './store/store.ts';
import { createWithoutStore } from './without-store.ts';

export interface AppParts {
  settings: Settings;
  store: Store;
  /** How often the store found, when it was opened, that something had been lost. */
  lossesFound: number;
  keys: GateKeys;
  overrides: FollowedOverrides;
  /** This process, by the same name after a restart. */
  gateway: string;
  clock: Clock;
  log: Log;
  random(): number;
  newId(): string;
  /** What operators tell visitors of a room, newest first; null: of the whole platform alone. */
  messages(room: string | null): readonly Message[];
  /** A few random characters that begin every request id of this process. */
  idStart: string;
  /** Where the environment asks for them. */
  traces?: Traces | null;
  /** Where there is an admin process to report to. */
  reports?: ReportFigures | null;
  /** Where gateways decide as one; absent: this one decides for itself. */
  council?: Council;
  /** Whether operators revoked this batch of invitations. */
  isRevoked?(batch: string): boolean;
  /** What the platform says of itself. */
  external?(): readonly ExternalSignal[];
  /** What is rehearsed at present; undefined: nothing ever was. */
  rehearsals?(): PublishedRehearsals | undefined;
  /** Where gateways decide as one about the rooms of a rehearsal; absent: this one decides for itself. */
  openCouncil?(prefix: string): OpenedCouncil;
}

/** What one gate is made of. */
export interface GateParts extends AppParts {
  /** The rehearsal that this gate is for, which the platform is told of; absent: it is the real one. */
  rehearsal?: string;
  /** Absent: `protection.json` in the data folder. */
  learned?: LearnedFile;
  /** Whose requests to the platform go first. */
  ahead?: Forwarder;
}

export type LongLived = ReturnType<typeof createLongLived>;

/** Seeds are bound to room and opening; an epoch ends a line, not a launch. */
const FIRST_EPOCH = 1;

export function createLongLived(parts: GateParts, settings: () => Settings) {
  const { store, keys, clock, log, random, newId } = parts;
  const { ring } = keys;
  const tokens = createTokens(ring, { clock, keptMs: () => tokensKeptMs(settings().rooms) });
  const onStoreError = (error: unknown) =>
    log.sample('store', 'error', () => ({ error: String(error) }), 'the store did not take a call');
  const withoutStore = createWithoutStore({
    ...{ ...parts, onStoreError },
    rooms: () => rooms,
    leases: () => leases,
  });
  const { lasting, outages, figures } = withoutStore;
  const leases = createLeases(lasting, clock);
  const seedOf = (room: string, opensAtMs: number) =>
    drawSeed(keys.drawSecret(), room, FIRST_EPOCH, opensAtMs);
  const seedOfView = (view: RoomView) => seedOf(view.room, view.draw?.opensAt ?? view.opensAt ?? 0);
  const commitment = (room: string, launch: Launch) => drawCommitment(seedOf(room, launch.opensAtMs));
  const unknownKeys = createUnknownKeys(clock, keys.isHeldElsewhere, (kid) =>
    log.sample(
      'unknown-key',
      'error',
      () => ({ kid }),
      'a token names a key that this gateway lacks; its visitor is asked to try again',
    ),
  );
  const { upstreams, listen } = settings();
  // Windows of a later life are counted on from those of an earlier one.
  const sampler = createSampler(parts.gateway, clock.monotonicMs(), Math.floor(clock.wallMs()));
  const audit = createObserved({ settings: settings(), clock, log, random, sampler });
  const proofs = createProofs(ring);
  /** By the room's name in metrics, and what became of its numbers. */
  const priced = new Map<string, number>();
  const price = createPrice({
    ...{ protection: () => settings().protection, clock, secret: randomBytes(8) },
    onCrowded: (room, seen, mode) => audit.decisions.add(crowdedDecision(room.name, seen, mode)),
    onPriced: ({ label }, outcome) => add(priced, `${label} ${outcome}`),
  });
  const rooms: Rooms = createRooms(settings(), store, commitment, outages.seen);
  const forwarder = createForwarder({
    upstreams,
    maxBodyBytes: listen.maxBodyBytes,
    clock,
    log: upstreamLog(log),
    onTargetStatus: audit.decisions.target,
    random,
    ...(parts.ahead === undefined ? {} : { ahead: parts.ahead }),
  });
  const protection = createProtection({
    ...{ gateway: parts.gateway, settings, sampler, rooms, forwarder, clock, log, random },
    store: lasting,
    decisions: audit.decisions,
    learned: parts.learned ?? learnedFile(settings().dataPath, log),
    council: parts.council ?? createMemoryCouncil(clock),
    external: parts.external ?? (() => []),
  });

  const joins = createJoins(lasting);
  const places = createPlaces({
    ticketHours: () => settings().keys.ticketHours,
    drawSeed: (_room, view) => seedOfView(view),
    random,
    clock,
  });

  return {
    /** Whoever is inside stays inside while it is lost. */
    store: lasting,
    withoutStore,
    outages,
    owed: withoutStore.owed,
    figures,
    keys,
    ring,
    clock,
    log,
    rehearsal: parts.rehearsal ?? null,
    audit,
    newId,
    overrides: parts.overrides,
    tokens,
    leases,
    ownLimit: createOwnLimit(parts.overrides, leases),
    joins,
    rooms,
    places,
    invitations: createInvitations({ ring, isRevoked: parts.isRevoked ?? (() => false) }),
    invitedPlace: createInvitedPlaces({ joins, places, rooms, store: lasting, newId }),
    standing: createStandingReader({
      tokens,
      leases,
      unknownKeys,
      clock,
      restore: createRestore(lasting, leases),
      redeem: createRedeem(lasting, outages, ({ label }) => add(figures.placesRedeemed, label)),
      lift: createLift(lasting),
    }),
    moved: createMovedAddresses(clock),
    leavers: createLeavers(),
    ...{ price, priced, proofs, offer: createOffer(price, proofs) },
    passBudget: createRequestBudget(clock),
    allowances: createStandingAllowances(clock),
    ...{ forwarder, protection },
    traces: parts.traces ?? null,
    reports: parts.reports ?? null,
    nextId: createRequestIds(parts.idStart),
    /** The draw's seed, hex, once it may be known: from the opening on. */
    publishedSeed: (view: RoomView) => (view.draw?.size == null ? null : seedOfView(view).toString('hex')),
    onStoreError,
  };
}

function upstreamLog(log: Log) {
  return {
    say: (level: 'info' | 'warn', facts: object, message: string) =>
      log.sample(`upstream ${message}`, level, () => facts, message),
  };
}
