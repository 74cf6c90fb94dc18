/** Questions and answers between two processes: each question has one answer, or fails within its time. */
import type { Answer, Question, QuestionName, Questions } from './words.ts';

export interface Asker {
  /** Rejects when the answer is an error, does not come in time, or when the other side has ended. */
  ask<Name extends QuestionName>(
    name: Name,
    told: Questions[Name]['told'],
    withinMs: number,
  ): Promise<Questions[Name]['answer']>;
  /** A message from the other side. */
  hear(message: unknown): void;
  /** The other side is gone: whatever is still open fails. */
  end(reason: string): void;
}

export function createAsker(send: (question: Question) => void): Asker {
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  let ended: string | null = null;
  return {
    async ask<Name extends QuestionName>(name: Name, told: Questions[Name]['told'], withinMs: number) {
      if (ended !== null) throw new Error(ended);
      const id = ++lastId;
      const answer = Promise.withResolvers<unknown>();
      const timer = setTimeout(
        () => answer.reject(new Error(`no answer to "${name}" in ${withinMs} ms`)),
        withinMs,
      );
      open.set(id, answer);
      try {
        send({ id, name, told });
        return (await answer.promise) as Questions[Name]['answer'];
      } finally {
        clearTimeout(timer);
        open.delete(id);
      }
    },
    hear(message) {
      if (!isAnswer(message)) return;
      if ('error' in message) open.get(message.id)?.reject(new Error(message.error));
      else open.get(message.id)?.resolve(message.value);
    },
    end(reason) {
      ended = reason;
      for (const answer of open.values()) answer.reject(new Error(reason));
    },
  };
}

export type Handlers = {
  [Name in QuestionName]: (
    told: Questions[Name]['told'],
  ) => Questions[Name]['answer'] | Promise<Questions[Name]['answer']>;
};

export async function answerQuestion(
  message: unknown,
  handlers: Handlers,
  send: (answer: Answer) => void,
): Promise<void> {
  if (!isQuestion(message)) return;
  const { id, name, told } = message;
  try {
    const handle = handlers[name] as (told: unknown) => unknown;
    send({ id, value: await handle(told) });
  } catch (error) {
    send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function isAnswer(message: unknown): message is Answer {
  return isRecord(message) && typeof message.id === 'number' && ('value' in message || 'error' in message);
}

function isQuestion(message: unknown): message is Question {
  return isRecord(message) && typeof message.id === 'number' && typeof message.name === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
