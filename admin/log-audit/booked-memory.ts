/** Remembers at which address a request was booked that has been judged before: the same verdict, room and names lead to the same address. */
import type { LineVerdict } from '../../gateway/audit/judge-words.ts';
import type { AddressCount } from '../../gateway/control/words.ts';
import type { Address, AddressTable } from './address-table.ts';
import type { RoomMinutes } from './room-days.ts';

type Names = AddressCount['names'];

export interface BookedMemory {
  /** Null: unknown. */
  find(verdict: LineVerdict, room: RoomMinutes | null, names: Names): Address | null;
  keep(verdict: LineVerdict, room: RoomMinutes | null, names: Names, address: Address): void;
}

interface Booked {
  room: RoomMinutes | null;
  names: Names;
  /** How often the table had forgotten addresses by then. */
  forgotten: number;
  address: Address;
}

export function createBookedMemory(addresses: Pick<AddressTable, 'forgotten'>): BookedMemory {
  return {
    find(verdict, room, names) {
      const last = verdict.note as Booked | undefined;
      if (last === undefined || last.room !== room || last.forgotten !== addresses.forgotten) return null;
      return isSame(last.names, names) ? last.address : null;
    },
    keep(verdict, room, names, address) {
      verdict.note = { room, names, forgotten: addresses.forgotten, address } satisfies Booked;
    },
  };
}

function isSame(one: Names, other: Names): boolean {
  if (one === null || other === null) return one === other;
  return one.room === other.room && one.by === other.by;
}
