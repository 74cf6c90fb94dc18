/** Keeps the books of a log: each line is judged as the gate would have judged it, and counted by address, room and minute. */
import type { Settings } from '../../config/settings.ts';
import type { Judge, LineVerdict, LoggedRequest } from '../../gateway/audit/judge-words.ts';
import type { SeenRequest } from '../../gateway/audit/words.ts';
import type { AddressCount } from '../../gateway/control/words.ts';
import type { AccessLine } from '../observer/access-log.js';
import {
  type Address,
  type AddressTable,
  apart,
  type Context,
  createAddressTable,
  MOST_EXAMPLES,
} from './address-table.ts';
import { createBookedMemory } from './booked-memory.ts';
import { createMinuteWindows, type MinuteWindow, type MinuteWindows, tally } from './minute-windows.ts';
import { createRoomDays, type RoomDays, type RoomMinutes } from './room-days.ts';
import type { Seeing } from './seeing.ts';
import { createVisitors, type Visitors } from './visitors.ts';
import type { AuditOptions, LineCounts } from './words.ts';

type Names = AddressCount['names'];

export interface AccountParts extends Seeing {
  settings: Settings;
  judge: Judge;
  visitorKey: number;
  onMinute(window: MinuteWindow): void;
}

export interface Accounts {
  counts: LineCounts;
  addresses: AddressTable;
  rooms: RoomDays;
  stamps: { stamped: number; unstamped: number };
  /** Requests that no rule matched, by visitors who would have stayed in the room of their pass. */
  stayed: number;
  /** Whether some line told its client. */
  tellsVisitors: boolean;
  firstMs: number;
  lastMs: number;
  take(line: AccessLine): void;
  finish(): void;
}

/** Requests of an address among which examples are looked for. */
const ENOUGH = 64;

export function createAccounts(
  options: Pick<AuditOptions, 'host' | 'fromMs' | 'toMs'>,
  parts: AccountParts,
): Accounts {
  const { settings, judge } = parts;
  const addresses = createAddressTable();
  const rooms = createRoomDays(settings.rooms);
  const minutes = createMinuteWindows(parts.onMinute);
  const visitors = createVisitors(parts.visitorKey);
  const logged: LoggedRequest = { method: '', target: '', host: '', clientAddress: null };
  const accounts: Accounts = {
    counts: {
      lines: 0,
      judged: 0,
      malformed: 0,
      tooLong: 0,
      withoutHost: 0,
      outsideTime: 0,
      reserved: 0,
    },
    addresses,
    rooms,
    stamps: { stamped: 0, unstamped: 0 },
    stayed: 0,
    tellsVisitors: false,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    take,
    finish() {
      rooms.finish();
      minutes.close();
    },
  };
  const { counts } = accounts;
  const book = createBook(accounts, { ...parts, minutes, visitors });

  function take(line: AccessLine): void {
    const host = line.host ?? options.host;
    const { timeMs } = line;
    if (timeMs < options.fromMs || timeMs >= options.toMs) counts.outsideTime += 1;
    else if (host === null) counts.withoutHost += 1;
    else judgeLine(line, host);
  }

  function judgeLine(line: AccessLine, host: string): void {
    logged.method = line.method;
    logged.host = host;
    logged.target = line.target;
    logged.clientAddress = line.client;
    const verdict = judge(logged);
    if (verdict.kind === 'reserved') counts.reserved += 1;
    else book(line, verdict);
  }

  return accounts;
}

type Booked = Exclude<LineVerdict, { kind: 'reserved' }>;

const [BYPASSED, REFUSED] = [-1, -2];
const OUTCOMES = { room: 'admitted', bypass: 'bypassed', refused: 'refused' } as const;

function createBook(
  accounts: Accounts,
  parts: AccountParts & { minutes: MinuteWindows; visitors: Visitors },
): (line: AccessLine, verdict: Booked) => void {
  const { rooms, addresses } = accounts;
  const { visitors, minutes, naming, pathShape, example } = parts;
  const context: Context = { room: 0, rule: null };
  const booked = createBookedMemory(addresses);
  const seen: SeenRequest = {
    method: '',
    host: '',
    path: '',
    query: '',
    room: null,
    label: '',
    rule: null,
    class: 'registration',
    state: '',
    status: 0,
    forwarded: false,
    ms: 0,
  };

  /** A form's second page names no event: its visitor stays in the room of the first. */
  function roomOf(line: AccessLine, verdict: Booked, second: number): RoomMinutes | null {
    const isKnown = visitors.choose(line.client, line.agent);
    if (isKnown) accounts.tellsVisitors = true;
    if (verdict.kind !== 'room') return null;
    const own = rooms.take(verdict.room!, verdict.template!);
    if (!isKnown) return own;
    const last = verdict.rule === null ? visitors.lastRoom(verdict.host) : null;
    const stayed = last === null ? null : rooms.byNumber(last.room);
    if (stayed === null || second - last!.second > stayed.idleSeconds) return own;
    if (stayed !== own) accounts.stayed += 1;
    return stayed;
  }

  function visit(line: AccessLine, verdict: Booked, room: RoomMinutes, second: number): void {
    rooms.count(room, Math.floor(second / 60));
    if (line.client === null || !takesPlace(line.method) || verdict.kind === 'refused') return;
    const visited = visitors.visit(room.number, second, room.idleSeconds);
    if (visited.kind === 'begun') rooms.begin(room, second);
    else rooms.goOn(room, visited.lastSecond, second);
    visitors.enter(verdict.host, room.number, second);
  }

  function look(line: AccessLine, verdict: Booked, room: RoomMinutes | null): void {
    seen.method = line.method;
    seen.host = verdict.host;
    seen.path = verdict.path;
    seen.query = verdict.query;
    seen.room = room?.room ?? null;
    seen.label = room?.template ?? (verdict.kind === 'bypass' ? 'bypass' : '');
    seen.rule = verdict.kind === 'refused' ? null : verdict.rule;
    seen.class = verdict.kind === 'refused' ? 'registration' : verdict.class;
    seen.state = OUTCOMES[verdict.kind];
    seen.status = line.status;
    seen.forwarded = verdict.kind !== 'refused';
    // Whole numbers take less memory.
    seen.ms = Math.round(line.requestMs ?? 0);
  }

  function addressOf(verdict: Booked, room: RoomMinutes | null): Address {
    const names = naming(seen, accounts.lastMs);
    const known = booked.find(verdict, room, names);
    if (known !== null) return known;
    const address = newAddressOf(room, names);
    if (!isWanting(address)) booked.keep(verdict, room, names, address);
    return address;
  }

  function newAddressOf(room: RoomMinutes | null, names: Names): Address {
    const shape = pathShape(seen.path);
    const path = names === null ? shape : `${shape} ${names.room} ${names.by}`;
    context.room = room?.number ?? (seen.forwarded ? BYPASSED : REFUSED);
    context.rule = seen.rule;
    const address = addresses.take(seen.host, context, path, () => wordsOf(seen, shape, names));
    if (isWanting(address)) addExample(address, example(seen));
    return address;
  }

  return (line, verdict) => {
    accounts.counts.judged += 1;
    accounts.firstMs = Math.min(accounts.firstMs, line.timeMs);
    accounts.lastMs = Math.max(accounts.lastMs, line.timeMs);
    accounts.stamps[line.stamp === null ? 'unstamped' : 'stamped'] += 1;
    const second = Math.floor(line.timeMs / 1_000);
    const room = roomOf(line, verdict, second);
    if (room !== null) visit(line, verdict, room, second);
    look(line, verdict, room);
    const address = addressOf(verdict, room);
    tally(address, seen.forwarded, seen.status, seen.ms);
    if (line.stamp === null) address.unstamped += 1;
    minutes.count(Math.floor(second / 60), address, seen.forwarded, seen.status, seen.ms);
  };
}

/** Whatever asks for nothing takes no number. */
function takesPlace(method: string): boolean {
  return method !== 'HEAD' && method !== 'OPTIONS';
}

function wordsOf(seen: SeenRequest, pathShape: string, names: Names) {
  return {
    host: apart(seen.host),
    pathShape: apart(pathShape),
    room: seen.room,
    outcome: seen.state,
    rule: seen.rule,
    class: seen.class,
    names: names === null ? null : { room: apart(names.room), by: names.by },
  };
}

/** Whether another example of it may still be told. */
function isWanting({ examples, requests }: Address): boolean {
  return examples.length < MOST_EXAMPLES && requests < ENOUGH;
}

function addExample({ examples }: Address, text: string): void {
  if (!examples.includes(text)) examples.push(apart(text));
}
