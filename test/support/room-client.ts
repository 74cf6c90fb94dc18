/** What laws ask of one room of a gate: its status, places for programs, and what a visitor's cookies say. */
import { expect } from 'vitest';
import { ask, type Reply, type visitor } from './http-client.ts';

export interface RoomStatus {
  room: string;
  epoch: number;
  state: string;
  issued: number;
  serving: number;
  waiting: number;
  seatsLeft: number | null;
  opensAt: string | null;
  reopensAt: string | null;
  maintenance: { from: string; until: string; text: string | null }[];
  lanes: Record<string, { issued: number; serving: number }>;
  draw: { commitment: string; seed: string | null; size: number | null; base: number } | null;
}

export interface Place {
  ticket: string;
  state: string;
  number: number;
  prequeueNumber: number | null;
  position: number | null;
  pollAfterSeconds: number;
  expectedWaitSeconds: object | null;
}

type Visitor = ReturnType<typeof visitor>;

export function roomAt(base: string, room: string) {
  const path = `/.headgate/rooms/${room}`;
  const url = `${base}${path}`;
  return {
    path,
    status: async () => (await ask(`${url}/status`)).json<RoomStatus>(),
    /** The room's status as soon as it is of this state; statuses may be a second old. */
    untilState: (state: string) =>
      expect
        .poll(async () => (await ask(`${url}/status`)).json<RoomStatus>().state, {
          interval: 50,
          timeout: 60_000,
        })
        .toBe(state),
    join: async (headers: Record<string, string> = {}) => {
      const reply = await ask(`${url}/tickets`, { method: 'POST', headers });
      return { reply, ...reply.json<Place>() };
    },
    place: (ticket: string) => ask(`${url}/ticket`, { headers: { 'headgate-ticket': ticket } }),
    leave: (headers: Record<string, string>) => ask(`${url}/leave`, { method: 'POST', headers }),
    leaveAs: (who: Visitor) => who.send(`${path}/leave`, { method: 'POST' }),
    placeOf: async (who: Visitor) => (await who.send(`${path}/ticket`)).json<Place>(),
  };
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
}

/** Asks again and again until the answer has this state. */
export async function untilAnswered(send: () => Promise<Reply>, state: string): Promise<Reply> {
  let last: Reply | undefined;
  await expect
    .poll(
      async () => {
        last = await send();
        return last.state;
      },
      { interval: 100 },
    )
    .toBe(state);
  return last as Reply;
}
