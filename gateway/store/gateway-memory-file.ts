/** The file of what a gateway remembers: lines with checksums, between one that names the format and one that counts the rooms. */
import type { KnownLease } from '../line/words.ts';
import { decodeLines, encodeLine } from './embedded-lines.ts';
import type { RememberedRoom } from './gateway-memory.ts';

export interface ReadFile {
  rooms: Map<string, RememberedRoom>;
  /** False: some of it is missing or damaged; `rooms` has what could be read. */
  isWhole: boolean;
}

const VERSION = 1;
const NAME = /^memory-(\d{12})\.jsonl(\.part)?$/;
/** So many leases a line: one line's text is made in well under a millisecond. */
const LEASES_A_LINE = 250;
const SPENT = 1;
const REGISTERED = 2;
const NEW = 4;

export function memoryFile(generation: number): string {
  return `memory-${String(generation).padStart(12, '0')}.jsonl`;
}

/** Which generation a file is, and whether it was never finished; null: not one of ours. */
export function generationOf(name: string): { generation: number; isPart: boolean } | null {
  const match = NAME.exec(name);
  return match && { generation: Number(match[1]), isPart: match[2] !== undefined };
}

export function firstLine(): string {
  return encodeLine({ headgate: 'gateway-memory', version: VERSION });
}

export function lastLine(rooms: number): string {
  return encodeLine({ rooms });
}

/** One line of the room itself, then its leases. */
export function* roomLines(name: string, { leases, ...room }: RememberedRoom): Iterable<string> {
  yield encodeLine(['room', name, room, leases.length]);
  for (let index = 0; index < leases.length; index += LEASES_A_LINE)
    yield encodeLine(['leases', name, leases.slice(index, index + LEASES_A_LINE).map(packLease)]);
}

export function readLines(bytes: Buffer): ReadFile {
  const { values, damaged, wholeBytes } = decodeLines(bytes);
  const rooms = new Map<string, RememberedRoom>();
  let missing = damaged + (wholeBytes === bytes.length ? 0 : 1);
  for (const value of values) if (Array.isArray(value)) missing += readLine(rooms, value);
  const first = values[0] as { headgate?: string; version?: number } | undefined;
  const last = values.at(-1) as { rooms?: number } | undefined;
  const isOurs = first?.headgate === 'gateway-memory' && first.version === VERSION;
  // Another version's lines may mean something else.
  if (!isOurs) return { rooms: new Map(), isWhole: false };
  return { rooms, isWhole: missing === 0 && last?.rooms === rooms.size };
}

/** Answers how many leases are still to come: 0 in sum where nothing is missing. */
function readLine(rooms: Map<string, RememberedRoom>, [kind, name, what, count]: unknown[]): number {
  if (kind === 'room') {
    rooms.set(name as string, { ...(what as Omit<RememberedRoom, 'leases'>), leases: [] });
    return count as number;
  }
  const packed = what as PackedLease[];
  rooms.get(name as string)?.leases.push(...packed.map(unpackLease));
  return -packed.length;
}

type PackedLease = [id: string, startedAt: number, leaseUntil: number, flags: number];

function packLease({ id, startedAt, leaseUntil, spent, registered, isNew }: KnownLease): PackedLease {
  const flags = (spent ? SPENT : 0) | (registered ? REGISTERED : 0) | (isNew ? NEW : 0);
  return [id, startedAt, leaseUntil, flags];
}

function unpackLease([id, startedAt, leaseUntil, flags]: PackedLease): KnownLease {
  const [spent, registered, isNew] = [flags & SPENT, flags & REGISTERED, flags & NEW].map((bit) => bit > 0);
  return { id, startedAt, leaseUntil, spent: spent!, registered: registered!, isNew: isNew! };
}
