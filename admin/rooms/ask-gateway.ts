/** Has one gateway do something to a room: any of them can, so another one is asked where the first says nothing. */
import type { CommandAnswer, CommandWords, HeardReport, RoomReport } from '../../gateway/control/words.ts';
import type { Fleet } from '../control/words.ts';
import { AdminError } from '../errors.ts';

export interface GatewayAsk {
  /**
   * The room as it is after the command. Throws AdminError: HG_NO_GATEWAY where nobody did it for certain, HG_NOT_THERE where
   * no such room can be, HG_CONFLICT where a gateway refused.
   */
  change(words: Extract<CommandWords, { kind: 'operate' | 'seats' }>): Promise<RoomReport>;
  /** What a gateway answered to a command about a room. Throws as `change` does. */
  ask(words: Extract<CommandWords, { kind: 'operate' | 'seats' | 'invitations' }>): Promise<unknown>;
  /** Null: no gateway knows the room, or none answers. */
  look(room: string): Promise<RoomReport | null>;
}

/** How many are asked at most, and how long each may take. */
const MOST_ASKED = 3;
const WITHIN_MS = 3_000;

export function createGatewayAsk(fleet: Pick<Fleet, 'gateways' | 'command'>): GatewayAsk {
  async function ask(words: CommandWords, gateway: string): Promise<CommandAnswer | null> {
    const answers = await fleet.command(words, { gateway }, WITHIN_MS);
    return answers.get(gateway) ?? null;
  }

  async function done(words: CommandWords): Promise<unknown> {
    let said = 'no gateway is heard of';
    for (const gateway of candidates(fleet.gateways())) {
      const answer = await ask(words, gateway);
      if (answer?.kind === 'done') return answer.value;
      said = answer === null ? `${gateway} did not answer` : `${gateway}: ${answer.reason}`;
      if (answer !== null && answer.code !== 'HG_STORE_LOST') throw refusedBy(answer);
    }
    throw new AdminError(
      'HG_NO_GATEWAY',
      `${said}; it may have been done all the same, and may be asked again`,
    );
  }

  return {
    change: async (words) => (await done(words)) as RoomReport,
    ask: done,
    async look(room) {
      for (const gateway of candidates(fleet.gateways())) {
        const answer = await ask({ kind: 'views', rooms: [room] }, gateway);
        const reports = answer?.kind === 'done' ? (answer.value as RoomReport[]) : [];
        const found = reports.find(({ view }) => view.room === room);
        if (found) return found;
      }
      return null;
    },
  };
}

/** Those that have their store first, and of these those that take visitors. */
function candidates(heard: readonly HeardReport[]): string[] {
  const rank = ({ report }: HeardReport) => (report.store === 'ok' ? 2 : 0) + (report.ready ? 1 : 0);
  return [...heard]
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, MOST_ASKED)
    .map(({ report }) => report.gateway);
}

function refusedBy({ reason, code }: Extract<CommandAnswer, { kind: 'refused' }>): AdminError {
  return new AdminError(code === 'HG_NO_ROOM' ? 'HG_NOT_THERE' : 'HG_CONFLICT', reason);
}
