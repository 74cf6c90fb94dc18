/** How a visitor comes by a place in line, and keeps the record of it. */
import type { Answer } from './client.ts';
import { readToken, type TokenClaims } from './reading.ts';
import type { Visit } from './visit.ts';
import type { Sighting, VisitorRecord } from './words.ts';

/** A place that a program took; a browser's comes with the waiting page. */
interface TakenPlace {
  afterSeconds: number;
  isCalled: boolean;
}

/** Reads the place that the visitor's cookies, or header tokens, prove. */
export function notePlace({ record, client, cookiePrefix }: Visit): void {
  for (const [name, value] of client.cookies()) {
    if (name.startsWith(`${cookiePrefix}_t_`) || name.startsWith(`${cookiePrefix}_p_`)) {
      keepClaims(record, { ...readToken(value), room: name.slice(cookiePrefix.length + 3) });
    }
  }
  for (const token of [client.tokens.ticket, client.tokens.pass]) {
    if (token !== null) keepClaims(record, readToken(token));
  }
}

function keepClaims(record: VisitorRecord, claims: TokenClaims): void {
  record.room = claims.room ?? record.room;
  record.lane = claims.lane ?? record.lane;
  noteNumber(record, claims.number);
}

function noteNumber(record: VisitorRecord, number: number | null): void {
  if (number === null) return;
  record.number = number;
  if (record.numbers.at(-1) !== number) record.numbers.push(number);
}

/** Takes a place by a link, as a problem document names it; null: there is none, or it failed. */
export async function joinAsProgram(visit: Visit, link: unknown): Promise<TakenPlace | null> {
  const { client } = visit;
  if (client.tokens.ticket !== null || typeof link !== 'string') return null;
  const { pathname, search } = new URL(link, 'http://gate');
  const answer = await client.send('POST', pathname + search, 'ask');
  const taken = answer.json();
  if (answer.status >= 300 || typeof taken?.ticket !== 'string') return null;
  client.tokens.ticket = taken.ticket;
  notePlace(visit);
  const { state } = noteSighting(visit, answer);
  return { afterSeconds: Number(taken.pollAfterSeconds), isCalled: state === 'called' };
}

/** Writes down what the gate said of the visitor's place. */
export function noteSighting({ record, keepSighting }: Visit, answer: Answer): Sighting {
  const told = answer.json() ?? {};
  const sighting: Sighting = {
    askedAtMs: answer.askedAtMs,
    toldAtMs: answer.toldAtMs,
    state: String(told.state),
    number: numberOf(told.number),
    position: numberOf(told.position),
    serving: numberOf(told.serving),
  };
  if (keepSighting) keepSighting(record.sightings, sighting);
  else record.sightings.push(sighting);
  noteNumber(record, sighting.number);
  record.room = typeof told.room === 'string' ? told.room : record.room;
  record.lane = typeof told.lane === 'string' ? told.lane : record.lane;
  if (sighting.state === 'called') record.calledAtMs ??= sighting.toldAtMs;
  return sighting;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
