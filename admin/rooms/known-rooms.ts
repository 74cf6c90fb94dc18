/** The rooms that the gateways tell of: of each the newest view, whoever told it. */
import type { HeardReport, RoomReport } from '../../gateway/control/words.ts';
import type { Fleet } from '../control/words.ts';

export interface KnownRooms {
  /** By name, in their order. */
  all(): readonly RoomReport[];
  get(room: string): RoomReport | undefined;
  /** A gateway answered with it: newer than what is in the reports, for a moment. */
  note(report: RoomReport): void;
}

/** What was answered stands in every report by then. */
const NOTED_MS = 10_000;

export function createKnownRooms(
  fleet: Pick<Fleet, 'gateways' | 'onRound'>,
  clock: { monotonicMs(): number },
): KnownRooms {
  const noted = new Map<string, { report: RoomReport; at: number }>();
  let merged: Map<string, RoomReport> | null = null;
  fleet.onRound(() => {
    merged = null;
    for (const [room, { at }] of noted) if (clock.monotonicMs() - at > NOTED_MS) noted.delete(room);
  });

  const rooms = () => (merged ??= newestOf(fleet.gateways(), noted.values()));
  return {
    all: () => [...rooms().values()],
    get: (room) => rooms().get(room),
    note(report) {
      noted.set(report.view.room, { report, at: clock.monotonicMs() });
      merged = null;
    },
  };
}

function newestOf(
  heard: readonly HeardReport[],
  noted: Iterable<{ report: RoomReport }>,
): Map<string, RoomReport> {
  const newest = new Map<string, RoomReport>();
  const take = (report: RoomReport) => {
    const known = newest.get(report.view.room);
    if (!known || isNewer(report, known)) newest.set(report.view.room, report);
  };
  for (const { report } of heard) report.rooms.forEach(take);
  for (const { report } of noted) take(report);
  const words = overrideWords(heard);
  return new Map(
    [...newest]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, room]) => [name, withWords(room, words.get(name))]),
  );
}

/** By room: what operators told single gateways, which the room itself knows nothing of. Those of one host share it. */
function overrideWords(heard: readonly HeardReport[]): Map<string, Set<string>> {
  const words = new Map<string, Set<string>>();
  for (const { report } of heard)
    for (const { room, action, limit, until, reason } of report.overrides) {
      const what = limit === null ? action : `${action} ${limit}`;
      const known = words.get(room) ?? new Set();
      words.set(room, known.add(`Override on ${report.host} until ${until}: ${what} (${reason}).`));
    }
  return words;
}

function withWords(report: RoomReport, words: ReadonlySet<string> | undefined): RoomReport {
  return words ? { ...report, why: [report.why, ...words].join(' ') } : report;
}

/** `seq` counts a room's writes; a room that was forgotten begins again, in a higher epoch. */
function isNewer({ view }: RoomReport, { view: known }: RoomReport): boolean {
  if (view.epoch !== known.epoch) return view.epoch > known.epoch;
  return view.seq > known.seq || (view.seq === known.seq && view.at > known.at);
}
