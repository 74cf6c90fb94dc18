/** WebSocket upgrades: for admitted visitors and bypassed addresses; every other upgrade ends here, without the platform hearing of it. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Settings } from '../config/settings.ts';
import type { Clock } from './clock.ts';
import { CATALOGUE, type ErrorCode } from './errors.ts';
import type { Forwarder } from './forward/forwarder.ts';
import type { FailureKind } from './forward/words.ts';
import { headFault } from './head-bounds.ts';
import type { Passing } from './in-flight.ts';
import type { Log } from './observe/logger.ts';
import type { Observed } from './observed.ts';
import type { Orders } from './order.ts';
import type { Bypasses } from './overrides/follow.ts';
import { problem } from './page/problem.ts';
import { answerRaw } from './raw-answer.ts';
import { NO_REHEARSAL, rehearsalHeader } from './rehearsal/words.ts';
import type { GateState } from './request/admission.ts';
import type { Classifier } from './request/classify.ts';
import { takeFromLink } from './request/invitation-link.ts';
import { isKeysMissing } from './request/key-files.ts';
import type { KeyRing } from './request/keys.ts';
import type { Lease, Leases } from './request/leases.ts';
import { normalise, type RequestLimits } from './request/normalise.ts';
import { bindDigest } from './request/passes.ts';
import type { Rooms } from './request/rooms.ts';
import { carriedTokens, type StandingReader } from './request/standing.ts';
import type { Stay } from './request/stay.ts';
import type { Classified, JudgedRequest } from './request/words.ts';

export interface UpgradeParts {
  settings: Settings;
  limits: RequestLimits;
  classify: Classifier;
  rooms: Rooms;
  stay: Stay;
  standing: StandingReader;
  ring: KeyRing;
  forwarder: Forwarder;
  leases: Leases;
  /** Rooms that an operator's override opens to everybody. */
  overrides: Bypasses;
  orders: Orders;
  audit: Pick<Observed, 'pass'>;
  clock: Clock;
  log: Log;
  /** Null: the gate is for real visitors. */
  rehearsal: string | null;
  nextId(): string;
}

type Refusal = { kind: 'refused'; code: ErrorCode; detail: string };
type Granted = {
  kind: 'granted';
  judged: JudgedRequest;
  classified: Classified & { kind: 'room' | 'bypass' };
  room: string | null;
  state: GateState;
  lease: Lease | null;
};

const NOTHING_ADDED = { headers: [], private: false };

const KEYS_MISSING: Refusal = {
  kind: 'refused',
  code: 'HG_KEYS_MISSING',
  detail: 'This gateway lacks its signing keys; ask again shortly.',
};

const CANCELLED: Refusal = {
  kind: 'refused',
  code: 'HG_CANCELLED',
  detail: 'The platform took too long to take the WebSocket; ask again shortly.',
};

const NOT_TAKEN: Refusal = {
  kind: 'refused',
  code: 'HG_UPSTREAM_FAILED',
  detail: 'The platform did not take the WebSocket.',
};

const SHED: Refusal = {
  kind: 'refused',
  code: 'HG_SHED',
  detail: 'The platform is short, and others go first at the moment.',
};

const REFUSAL_OF: Partial<Record<FailureKind, Refusal>> = { cancelled: CANCELLED, shed: SHED };

const NOT_INSIDE: Refusal = {
  kind: 'refused',
  code: 'HG_UPGRADE_REFUSED',
  detail: 'A WebSocket here needs a valid pass.',
};

export function createUpgrade(parts: UpgradeParts) {
  const { settings, rooms, leases } = parts;

  async function judge(request: IncomingMessage): Promise<Granted | Refusal> {
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return { kind: 'refused', code: 'HG_BAD_REQUEST', detail: 'Only WebSocket upgrades are passed on.' };
    }
    const { method, url = '', httpVersion, rawHeaders, socket, headers } = request;
    if (httpVersion !== '1.1' || 'content-length' in headers || 'transfer-encoding' in headers)
      return { kind: 'refused', code: 'HG_BAD_REQUEST', detail: 'An upgrade is HTTP/1.1 and has no body.' };
    const encrypted = (socket as TLSSocket).encrypted === true;
    const normalised = normalise(
      { method, url, httpVersion, rawHeaders, remoteAddress: socket.remoteAddress, encrypted },
      parts.limits,
    );
    if (normalised.kind === 'refused') return normalised;
    const tooMuch = headFault(request, settings);
    if (tooMuch) return tooMuch;
    if (parts.rehearsal === null && rehearsalHeader(request) !== null) return NO_REHEARSAL;
    // A socket gives nobody a place: the invitation is only kept from the platform.
    const judged = takeFromLink(normalised.request)?.request ?? normalised.request;
    if (judged.path === settings.prefix || judged.path.startsWith(`${settings.prefix}/`)) return NOT_INSIDE;
    const classified = parts.classify(judged);
    if (classified.kind === 'refused') return classified;
    if (classified.kind === 'bypass')
      return { kind: 'granted', judged, classified, room: null, state: 'bypassed', lease: null };
    return inside(request, judged, classified);
  }

  async function inside(
    request: IncomingMessage,
    judged: JudgedRequest,
    classified: Classified & { kind: 'room' },
  ): Promise<Granted | Refusal> {
    const named =
      classified.rule === null ? await parts.stay.roomOf(request.headers, classified, false) : classified;
    const live = rooms.get(named.room);
    const isLetBy = parts.overrides.letsBy(named.room);
    const state = isLetBy ? 'bypassed' : 'observed';
    const granted: Granted = { kind: 'granted', judged, classified, room: named.room, state, lease: null };
    if (!live) return isLetBy ? granted : NOT_INSIDE;
    const carried = carriedTokens(request.headers, live.name, settings.cookies.prefix);
    const bind = bindDigest(
      settings.passes.bind,
      parts.ring.set,
      request.headers['user-agent'],
      judged.clientAddress,
    );
    const view = rooms.view(live);
    const reading = Promise.resolve(parts.standing.read(live, view, carried, bind));
    const standing = await (isLetBy ? reading.catch(() => null) : reading);
    const isObserved = live.settings.mode === 'observe';
    if (view.operatorState === 'offline' && !isObserved && !isLetBy) return NOT_INSIDE;
    if (standing?.kind === 'inside') {
      const { lease } = standing;
      return { ...granted, state: isObserved || isLetBy ? state : 'admitted', lease };
    }
    return isObserved || isLetBy ? granted : NOT_INSIDE;
  }

  async function connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const judged = await judge(request);
    if (judged.kind === 'refused') return refuse(socket, judged);
    const { lease } = judged;
    const id = parts.nextId();
    const passage = parts.audit.pass(passingOf(judged, id), judged.classified.upstream, 'websocket');
    const order = parts.orders(
      { ...judged, request, id, isInside: lease !== null },
      () => NOTHING_ADDED,
      passage,
    );
    let bytes = 0;
    const stream = { cut: () => socket.destroy(), bytes: () => bytes };
    if (lease) leases.bind(lease, stream);
    const outcome = await parts.forwarder.upgrade(request, socket, head, {
      ...order,
      onData: (count: number) => {
        bytes += count;
      },
    });
    if (lease) leases.unbind(lease, stream);
    if (outcome.kind === 'failed') refuse(socket, REFUSAL_OF[outcome.failure] ?? NOT_TAKEN);
  }

  function passingOf({ judged, classified, room, state }: Granted, id: string): Passing {
    const label = room === null ? 'bypass' : (rooms.get(room)?.label ?? '');
    const rule = classified.rule?.name ?? null;
    const startedMs = parts.clock.monotonicMs();
    return { id, judged, room, label, class: classified.class, state, rule, startedMs };
  }

  function refuse(socket: Duplex, { code, detail }: Refusal): void {
    const document = problem(code, { prefix: settings.prefix, detail, state: 'refused' });
    answerRaw(socket, CATALOGUE[code].status, document.headers, document.body);
  }

  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    connect(request, socket, head).catch((error) => {
      if (isKeysMissing(error)) return refuse(socket, KEYS_MISSING);
      parts.log.say('error', { error }, 'an upgrade broke the gateway');
      socket.destroy();
    });
  };
}
