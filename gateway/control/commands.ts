/** Does each published command that is meant for this gateway once, and keeps what it answered for a minute. */
import type { Clock } from '../clock.ts';
import type { ControlLink } from './link.ts';
import type { Command, CommandAnswer } from './words.ts';

export interface Commands {
  see(commands: readonly Command[], link: Pick<ControlLink, 'nowMs'>): Promise<void>;
  answers(): Record<string, CommandAnswer>;
}

export interface CommandsParts {
  gateway: string;
  carryOut(command: Command): Promise<CommandAnswer>;
  clock: Clock;
}

const KEPT_MS = 60_000;

/** `onAnswer`: the sooner it is reported, the sooner somebody stops waiting. */
export function createCommands({ gateway, carryOut, clock }: CommandsParts, onAnswer: () => void): Commands {
  /** Null: it is being done. */
  const done = new Map<string, { answer: CommandAnswer | null; at: number }>();

  async function carry(command: Command): Promise<void> {
    done.set(command.id, { answer: null, at: clock.monotonicMs() });
    const answer = await carryOut(command).catch(
      (error): CommandAnswer => ({
        kind: 'refused',
        reason: error instanceof Error ? error.message : String(error),
      }),
    );
    done.set(command.id, { answer, at: clock.monotonicMs() });
    onAnswer();
  }

  function forgetOld(): void {
    for (const [id, { at }] of done) if (clock.monotonicMs() - at > KEPT_MS) done.delete(id);
  }

  return {
    async see(commands, link) {
      forgetOld();
      const mine = commands.filter(({ id, to }) => !done.has(id) && (to === 'all' || to.gateway === gateway));
      if (mine.length === 0) return;
      const nowMs = await link.nowMs();
      for (const command of mine) if (command.expiresAtMs > nowMs) void carry(command);
    },
    answers: () =>
      Object.fromEntries([...done].flatMap(([id, { answer }]) => (answer === null ? [] : [[id, answer]]))),
  };
}
