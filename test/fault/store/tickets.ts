/** Places that programs take and keep: many at once, and whether each is still the place that it was. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type Fleet, HOST } from '../../support/fleet.ts';

export interface KeptPlace {
  ticket: string;
  number: number;
  position: number;
}

/** What became of places: a sentence for each that was lost, or whose position grew. */
export interface PlaceFindings {
  lost: string[];
  grown: string[];
}

const TOGETHER = 64;
const FEW = 250;
const AGAIN_MS = 250;
/** Only ends what hangs. */
const NUMBERED_WITHIN_MS = 60_000;

/** Each by a POST of its own, at a random gateway. Where the store was too slow to number it, it is asked for until it has a number. */
export function takePlaces(fleet: Fleet, room: string, count: number): Promise<KeptPlace[]> {
  return withAgent((agent) =>
    besideEachOther(
      Array.from({ length: count }, (_, index) => index),
      async () => {
        const told = await askForPlace(fleet, agent, 'POST', `/.headgate/rooms/${room}/tickets`);
        if (typeof told.ticket !== 'string') throw new Error(`no ticket: ${JSON.stringify(told)}`);
        return untilNumbered(fleet, agent, room, told as unknown as AskedPlace);
      },
    ),
  );
}

interface AskedPlace {
  ticket: string;
  number: number | null;
  position: number | null;
}

async function untilNumbered(
  fleet: Fleet,
  agent: Agent,
  room: string,
  asked: AskedPlace,
): Promise<KeptPlace> {
  const end = performance.now() + NUMBERED_WITHIN_MS;
  for (let place = asked; performance.now() < end; await sleep(AGAIN_MS)) {
    if (place.number !== null && place.position !== null) return place as KeptPlace;
    const told = await askForPlace(fleet, agent, 'GET', `/.headgate/rooms/${room}/ticket`, place.ticket);
    place = { ...place, ...(told as unknown as AskedPlace) };
  }
  throw new Error('a place was not numbered');
}

/** Looks at some of the places, spread over all of them. */
export function lookAtPlaces(
  fleet: Fleet,
  room: string,
  places: readonly KeptPlace[],
): Promise<PlaceFindings> {
  const every = Math.max(1, Math.floor(places.length / FEW));
  const some = places.filter((_, index) => index % every === 0);
  return withAgent(async (agent) => {
    const findings: PlaceFindings = { lost: [], grown: [] };
    await besideEachOther(some, async ({ ticket, number, position }) => {
      const told = await askForPlace(fleet, agent, 'GET', `/.headgate/rooms/${room}/ticket`, ticket);
      if (told.number !== number) findings.lost.push(`${number} became ${told.number} (${told.state})`);
      else if ((told.position as number) > position)
        findings.grown.push(`${number}: position ${position} became ${told.position}`);
    });
    return findings;
  });
}

/** Numbers that two places share. */
export function sharedPlaces(places: readonly KeptPlace[]): string[] {
  const byNumber = Map.groupBy(places, ({ number }) => number);
  return [...byNumber]
    .filter(([, owners]) => owners.length > 1)
    .map(([number]) => `${number} was given twice`);
}

async function askForPlace(
  fleet: Fleet,
  agent: Agent,
  method: 'GET' | 'POST',
  path: string,
  ticket?: string,
): Promise<Record<string, unknown>> {
  const headers = {
    host: HOST,
    accept: 'application/json',
    ...(ticket ? { 'headgate-ticket': ticket } : {}),
  };
  const answer = await request(`${fleet.origin()}${path}`, { dispatcher: agent, method, headers });
  const newer = answer.headers['headgate-ticket'];
  return { ...(newer ? { ticket: newer } : {}), ...((await answer.body.json()) as Record<string, unknown>) };
}

async function withAgent<T>(use: (agent: Agent) => Promise<T>): Promise<T> {
  const agent = new Agent({ connections: TOGETHER });
  try {
    return await use(agent);
  } finally {
    await agent.destroy();
  }
}

/** In their order, so many at once. */
async function besideEachOther<T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async () => {
    while (next < all.length) {
      const index = next++;
      results[index] = await act(all[index]!);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return results;
}
