/** Page 2 of a form rarely names its event: what would fall to the default room stays in the room of the visitor's valid pass. */
import type { IncomingHttpHeaders } from 'node:http';
import type { NamedRoom } from './classify-room.ts';
import { readGateCookies } from './cookies.ts';
import type { Leases } from './leases.ts';
import type { Rooms } from './rooms.ts';
import { roomNamedBy } from './token-shape.ts';
import type { Tokens } from './tokens.ts';

export interface Stay {
  /**
   * The room of the visitor's live session, of several the last used; else the one that was found. A posted form also
   * stays where its sender was until lately: it has the right to be sent (`submitGraceSeconds`).
   */
  roomOf(headers: IncomingHttpHeaders, found: NamedRoom, isForm: boolean): NamedRoom | Promise<NamedRoom>;
}

export function createStay(parts: {
  tokens: Tokens;
  rooms: Rooms;
  leases: Leases;
  cookiePrefix: string;
}): Stay {
  const { tokens, rooms, leases } = parts;

  /** When the session was last used here (monotonic ms; negative for one that is not known here); null: the pass is not valid. */
  const lastUse = async (room: string, token: string, isForm: boolean): Promise<number | null> => {
    const live = rooms.get(room);
    if (!live) return null;
    const view = rooms.view(live);
    const verdict = await tokens.verifyPass(token, room, view.at);
    const pass = verdict.kind === 'valid' ? verdict : isForm ? await tokens.lapsedPass(token, room) : null;
    if (pass === null || pass.epoch < view.epoch || pass.fence < view.fence) return null;
    return leases.get(room, pass.id)?.usedAt ?? pass.issuedAt - view.at;
  };
  const lastUsed = async (
    passes: Iterable<[string, string]>,
    found: NamedRoom,
    isForm: boolean,
  ): Promise<NamedRoom> => {
    let best: { room: NamedRoom; usedAt: number } | null = null;
    for (const [room, token] of passes) {
      const usedAt = await lastUse(room, token, isForm);
      if (usedAt === null || (best && best.usedAt >= usedAt)) continue;
      best = { room: { room, template: rooms.get(room)?.template ?? room }, usedAt };
    }
    return best?.room ?? found;
  };

  return {
    roomOf(headers, found, isForm) {
      const byHeader = headers['headgate-pass'];
      if (typeof byHeader === 'string') {
        const room = roomNamedBy(byHeader);
        return room === null ? found : lastUsed([[room, byHeader]], found, isForm);
      }
      if (headers.cookie === undefined) return found;
      const { passes } = readGateCookies(headers.cookie, parts.cookiePrefix);
      return passes.size === 0 ? found : lastUsed(passes, found, isForm);
    },
  };
}
