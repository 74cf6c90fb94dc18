/** The hand-over note as Markdown: read in two minutes by who takes over. */
import type { Handover } from './handover.ts';
import { clockTime, count, list, percent, plain, table } from './markdown-words.ts';
import type { Entry, OpenThing, StateNow } from './words.ts';

export function handoverMarkdown(handover: Handover): string {
  const { at, hours, state, published, changes, seen, watch } = handover;
  return [
    `# Hand-over, ${clockTime(at)} UTC`,
    '',
    '## What to watch',
    '',
    ...list(watch.map(plain), 'Nothing in particular.'),
    '## How things stand',
    '',
    ...(state === null
      ? ['Nothing was written down: the admin process has not run here.', '']
      : stateNow(handover, state)),
    '## Open',
    '',
    ...list([...openIncidents(handover), ...openThings(state)], 'No incident, finding or drift is open.'),
    ...messages(published),
    `## What changed in the last ${hours} hours, and why`,
    '',
    ...list(changes.map(changeLine), 'Nothing was changed.'),
    '## What the gates saw and did by themselves',
    '',
    ...list(shortened(seen), 'Nothing was written down.'),
    '## Pins in force',
    '',
    ...list(pins(published), 'None.'),
    '## Overrides in force',
    '',
    ...list(overrides(state), 'None.'),
    '## Launches',
    '',
    ...list(launches(state, at), 'None is coming.'),
  ].join('\n');
}

function stateNow({ published, stateAgeSeconds }: Handover, state: StateNow): string[] {
  const { minute, gateways, rooms } = state;
  const revision = published === null ? '–' : String(published.revision);
  const figures = [
    `${count(minute.requests)} requests in the last minute`,
    `${percent(minute.failedShare)} failed`,
    `${percent(minute.unqueuedShare)} unqueued`,
  ];
  return [
    `Written down ${stateAgeSeconds} s ago. Revision ${revision} is in force. ${figures.join(', ')}.`,
    '',
    ...table(
      ['gateway', 'ready', 'revision', 'store', 'platform'],
      gateways.map(({ gateway, ready, silent, revision: runs, store, upstreams }) => [
        ...[plain(gateway), silent ? 'silent' : ready ? 'yes' : 'no', String(runs), plain(store)],
        Object.entries(upstreams)
          .map(([name, status]) => plain(`${name}: ${status}`))
          .join(', '),
      ]),
    ),
    ...roomsNow(rooms),
  ];
}

function roomsNow(rooms: StateNow['rooms']): string[] {
  if (rooms.length === 0) return ['All rooms are open, and nobody is in any of them.', ''];
  return table(
    ['room', 'state', 'waiting', 'sessions', 'why'],
    rooms.map((room) => [
      ...[plain(room.room), room.state, count(room.waiting)],
      ...[`${room.sessions} of ${room.sessionsLimit ?? '∞'}`, plain(room.why)],
    ]),
  );
}

function openThings(state: StateNow | null): string[] {
  const line =
    (kind: string) =>
    ({ severity, summary, since }: OpenThing) =>
      `**${severity}** ${kind} since ${clockTime(since)}: ${plain(summary)}`;
  return [...(state?.findings ?? []).map(line('finding')), ...(state?.drift ?? []).map(line('drift'))];
}

function openIncidents({ incidents }: Handover): string[] {
  return incidents.map(
    ({ room, openedAt, updatedAt }) =>
      `**incident** of ${room === null ? 'the platform' : plain(room)} since ${clockTime(openedAt)}; visitors heard of it last at ${clockTime(updatedAt)}`,
  );
}

/** What visitors see now; an open incident wants an update every ten minutes. */
function messages(published: Handover['published']): string[] {
  const lines = (published?.messages ?? []).map(
    ({ at, room, severity, text }) =>
      `**${severity}** ${clockTime(at)} ${room === null ? 'everybody' : plain(room)}: ${plain(text)}`,
  );
  return ['## Messages that visitors see', '', ...list(lines, 'None.')];
}

function changeLine({ at, summary, by, reason, kind }: Entry): string {
  const words = kind === 'message' ? `message “${plain(summary)}”` : plain(summary);
  const why = reason === null ? '' : `: “${plain(reason)}”`;
  return `**${clockTime(at)}** ${plain(by ?? '')} – ${words}${why}`;
}

/** Beyond so many the timeline is the place to read. */
const LINES_SHOWN = 30;

function shortened(seen: readonly Entry[]): string[] {
  const lines = seen
    .slice(-LINES_SHOWN)
    .map(({ at, kind, summary }) => `**${clockTime(at)}** ${kind}: ${plain(summary)}`);
  const left = seen.length - lines.length;
  return left > 0 ? [`${left} earlier: \`headgate timeline\``, ...lines] : lines;
}

function pins(published: Handover['published']): string[] {
  return (published?.pins ?? []).map(
    ({ path, value, reason, by, at }) =>
      `${plain(path)} = ${plain(JSON.stringify(value))}, since ${clockTime(at)} by ${plain(by)}: “${plain(reason)}”`,
  );
}

function overrides(state: StateNow | null): string[] {
  return (state?.overrides ?? []).map(
    ({ room, action, reason, until, gateways }) =>
      `${plain(room)}: ${action} until ${clockTime(until)} on ${gateways.map(plain).join(', ')}: “${plain(reason)}”`,
  );
}

function launches(state: StateNow | null, at: string): string[] {
  return (state?.launches ?? [])
    .filter(({ opensAt }) => opensAt > at)
    .sort((a, b) => (a.opensAt < b.opensAt ? -1 : 1))
    .map(({ name, room, opensAt, state: readiness, open }) => {
      const lacking = open.map((item) => plain(`${item.name} is ${item.state} (${item.detail})`)).join('; ');
      return `**${plain(name)}** (${plain(room)}) opens ${clockTime(opensAt)}: ${readiness}${lacking && `: ${lacking}`}`;
    });
}
