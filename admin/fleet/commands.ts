/** Commands to gateways: published until they expire, answered in the gateways' reports. */
import type { Command, CommandAnswer, CommandTarget, HeardReport } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import type { Fleet } from '../control/words.ts';
import type { Heard } from './heard.ts';

export interface Commands {
  send: Fleet['command'];
  /** Takes the answers that have come. */
  hear(reports: readonly HeardReport[]): void;
  /** Nobody waits any longer. */
  stop(): void;
}

export interface CommandsParts {
  publisher: Publisher;
  heard: Heard;
  clock: { monotonicMs(): number };
  newId(): string;
}

type Answers = Map<string, CommandAnswer | null>;

interface Waiting {
  answers: Answers;
  /** Monotonic ms. */
  untilMs: number;
  timer: NodeJS.Timeout;
  resolve(answers: Answers): void;
}

const WITHIN_MS = 5_000;

export function createCommands({ publisher, heard, clock, newId }: CommandsParts): Commands {
  const waiting = new Map<string, Waiting>();

  const end = (id: string) => {
    const one = waiting.get(id);
    waiting.delete(id);
    clearTimeout(one?.timer);
    one?.resolve(one.answers);
  };

  const targets = (to: CommandTarget): string[] =>
    to === 'all' ? heard.live().map(({ report }) => report.gateway) : [to.gateway];

  /** What expired goes with the next command. */
  const publish = (command: Command) => {
    const nowMs = heard.linkNowMs();
    const pending = publisher.current().commands.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    publisher.change({ commands: [...pending, command] });
  };

  return {
    async send(words, to, withinMs = WITHIN_MS) {
      const answers: Answers = new Map(targets(to).map((gateway) => [gateway, null]));
      const live = new Set(heard.live().map(({ report }) => report.gateway));
      if (![...answers.keys()].some((gateway) => live.has(gateway))) return answers;
      const id = newId();
      publish({ ...words, id, to, expiresAtMs: Math.round(heard.linkNowMs() + withinMs) });
      return new Promise((resolve) => {
        const timer = setTimeout(end, withinMs, id);
        waiting.set(id, { answers, untilMs: clock.monotonicMs() + withinMs, timer, resolve });
      });
    },
    hear(reports) {
      for (const [id, { answers, untilMs }] of waiting) {
        for (const { report } of reports) {
          const answer = report.answers[id];
          if (answer !== undefined && answers.has(report.gateway)) answers.set(report.gateway, answer);
        }
        const isComplete = [...answers.values()].every((answer) => answer !== null);
        if (isComplete || clock.monotonicMs() >= untilMs) end(id);
      }
    },
    stop() {
      for (const id of [...waiting.keys()]) end(id);
    },
  };
}
