/** The configuration as a rehearsal has it: word for word the real one, but that each room has a name of its own, and its launch opens soon. Pure. */
import type { Launch, Settings } from '../../config/settings.ts';
import type { PublishedRehearsal } from '../control/words.ts';

const HOUR_MS = 3_600_000;

export function rehearsedSettings(settings: Settings, rehearsal: PublishedRehearsal): Settings {
  const { prefix } = rehearsal;
  const { rooms, rules, launches, keys } = settings;
  return {
    ...settings,
    rooms: renamed(rooms, prefix),
    rules: rules.map((rule) => (rule.room === undefined ? rule : { ...rule, room: prefix + rule.room })),
    default: { ...settings.default, room: prefix + settings.default.room },
    launches: launches.map((launch) => rehearsedLaunch(launch, rehearsal)),
    // Nobody waits for longer than it lasts.
    keys: { ...keys, ticketHours: Math.min(keys.ticketHours, lastsMs(rehearsal) / HOUR_MS) },
  };
}

/** Without a prototype, as in the settings themselves. */
function renamed(rooms: Settings['rooms'], prefix: string): Settings['rooms'] {
  const all: Settings['rooms'] = Object.create(null);
  for (const [name, room] of Object.entries(rooms)) all[prefix + name] = room;
  return all;
}

function rehearsedLaunch(launch: Launch, { prefix, launch: name, opensAt }: PublishedRehearsal): Launch {
  const room = prefix + launch.room;
  if (launch.name !== name || opensAt === null) return { ...launch, room };
  return { ...launch, room, opensAtMs: Date.parse(opensAt) };
}

function lastsMs({ startedAt, expiresAt }: PublishedRehearsal): number {
  return Math.max(0, Date.parse(expiresAt) - Date.parse(startedAt));
}
