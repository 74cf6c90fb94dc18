/** Tells a rehearsal's requests from those of real visitors: by the room that the stamp names, which nobody but the gate can write. */

/** `~r3f9k~event-4711`; no room of a configuration begins like that. */
const REHEARSED = /^~r[a-z0-9]{4}~/;

/** What came around the gate is never left out: whatever header it carries, it proves nothing. */
export function isRehearsed({ kind, room }) {
  return (kind === 'stamped' || kind === 'passed') && room !== null && REHEARSED.test(room);
}
