/** Finds launches that are about to open, or have just opened, and whose rooms nobody comes to although the platform is visited. Pure. */
import type { Launch } from '../../../config/settings.ts';
import type { FoundNow } from '../words.ts';
import { isInside, templateOf } from './inside.ts';
import { sum } from './merge.ts';
import type { Merged, Situation } from './words.ts';

const BEFORE_MS = 10 * 60_000;
const AFTER_MS = 30 * 60_000;

/** `told`: rooms of which something is found already, which says it better. */
export function silentLaunches(merged: Merged, situation: Situation, told: ReadonlySet<string>): FoundNow[] {
  const { settings, atMs, isWatchedLong } = situation;
  if (!isWatchedLong || merged.forwarded < settings.audit.leastRequests) return [];
  return settings.launches
    .filter((launch) => isNear(launch, atMs) && !told.has(launch.room) && isAwaited(launch, situation))
    .filter((launch) => isSilent(launch, merged, situation))
    .map((launch) => silence(launch, atMs));
}

function isNear({ opensAtMs }: Launch, atMs: number): boolean {
  return atMs >= opensAtMs - BEFORE_MS && atMs < opensAtMs + AFTER_MS;
}

/** Before the opening only who is expected in number is missed. */
function isAwaited({ opensAtMs, expectedPeakPerMinute }: Launch, { atMs, settings }: Situation): boolean {
  const least = settings.audit.leastRequests;
  return atMs >= opensAtMs ? (expectedPeakPerMinute ?? least) > 0 : (expectedPeakPerMinute ?? 0) >= least;
}

/** Nobody is in the line, and no more was asked for than the prober did. */
function isSilent(launch: Launch, merged: Merged, { settings, rooms }: Situation): boolean {
  const view = rooms.find((room) => room.view.room === launch.room)?.view;
  if (view !== undefined && (view.waiting > 0 || view.sessions > 0)) return false;
  const template = templateOf(launch.room, settings);
  const seen = merged.byAddress.filter(
    // Rooms beyond the busiest are counted under their template: one of them may be this one.
    ({ room }) => room !== null && (isInside(room, launch.room, settings) || room === template),
  );
  const probes =
    launch.addresses.length * Math.ceil(merged.windowSeconds / settings.audit.probe.everySeconds + 1);
  return sum(seen, ({ requests }) => requests) <= probes;
}

function silence(launch: Launch, atMs: number): FoundNow {
  const { name, room, opensAtMs } = launch;
  const minutes = Math.round(Math.abs(opensAtMs - atMs) / 60_000);
  const when = atMs < opensAtMs ? `opens in ${minutes} min` : `opened ${minutes} min ago`;
  const summary = `Launch ${JSON.stringify(name)} ${when}, the platform is visited, and room ${room} sees nobody: its visitors may take another way.`;
  return {
    key: `silent|${name}`,
    kind: 'launch-without-traffic',
    severity: 'warning',
    summary,
    evidence: {
      host: null,
      pathShape: null,
      share: 0,
      addressShare: 0,
      requestsPerMinute: 0,
      examples: launch.addresses.slice(0, 4),
    },
    room,
    proposedRule: null,
  };
}
