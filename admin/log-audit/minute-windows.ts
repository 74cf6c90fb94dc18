/**
 * Counts addresses by minute, so that a surge of ten minutes is not lost in a day. Lines may come in any order (several
 * files of one day); where the table is full, the oldest minute is handed on, and lines that come later for it make a
 * window of their own.
 */
import type { AddressCount } from '../../gateway/control/words.ts';
import type { Address } from './address-table.ts';

/** The minute, counted from the epoch, and what was seen in it. */
export interface MinuteWindow {
  minute: number;
  requests: number;
  forwarded: number;
  /** Busiest first, bounded. */
  byAddress: AddressCount[];
  /** Requests at further addresses. */
  others: number;
}

export interface MinuteWindows {
  count(minute: number, address: Address, isForwarded: boolean, status: number, ms: number): void;
  /** Hands the windows that are left on, oldest first. */
  close(): void;
}

interface Cell {
  requests: number;
  forwarded: number;
  failed: number;
  notFound: number;
  totalMs: number;
}

/** Each may be all that keeps an address of its own in memory. */
const MOST_CELLS = 30_000;
/** A day has 1,440 windows; what is rarer than these is no finding in one minute. */
const MOST_TOLD = 150;

export function createMinuteWindows(
  onClose: (window: MinuteWindow) => void,
  mostCells = MOST_CELLS,
): MinuteWindows {
  const open = new Map<number, Map<Address, Cell>>();
  let cells = 0;
  let minuteBefore = Number.NaN;
  let current = new Map<Address, Cell>();

  function turnTo(minute: number): void {
    current = open.get(minute) ?? new Map();
    open.set(minute, current);
    minuteBefore = minute;
  }

  function closeOldest(): void {
    const oldest = Math.min(...open.keys());
    const window = open.get(oldest)!;
    open.delete(oldest);
    cells -= window.size;
    minuteBefore = Number.NaN;
    onClose(windowOf(oldest, window));
  }

  return {
    count(minute, address, isForwarded, status, ms) {
      if (minute !== minuteBefore) turnTo(minute);
      let cell = current.get(address);
      if (cell === undefined) {
        cell = { requests: 0, forwarded: 0, failed: 0, notFound: 0, totalMs: 0 };
        current.set(address, cell);
        cells += 1;
      }
      tally(cell, isForwarded, status, ms);
      if (cells > mostCells) closeOldest();
    },
    close() {
      while (open.size > 0) closeOldest();
    },
  };
}

export function tally(into: Cell, isForwarded: boolean, status: number, ms: number): void {
  into.requests += 1;
  if (!isForwarded) return;
  into.forwarded += 1;
  into.totalMs += ms;
  if (status >= 500) into.failed += 1;
  else if (status >= 400) into.notFound += 1;
}

function windowOf(minute: number, window: ReadonlyMap<Address, Cell>): MinuteWindow {
  const cells = [...window].sort(([, a], [, b]) => b.forwarded + b.requests - a.forwarded - a.requests);
  const all = { requests: 0, forwarded: 0 };
  for (const [, { requests, forwarded }] of cells) {
    all.requests += requests;
    all.forwarded += forwarded;
  }
  const byAddress = cells.slice(0, MOST_TOLD).map(([address, cell]) => ({ ...address, ...cell }));
  const told = byAddress.reduce((sum, { requests }) => sum + requests, 0);
  return { minute, ...all, byAddress, others: all.requests - told };
}
