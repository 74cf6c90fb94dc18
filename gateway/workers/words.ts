/** What the first process asks of its workers, and what they answer. */
import type { ErrorCode } from '../errors.ts';
import type { ReadyAnswer } from '../observe/health.ts';
import type { Figures } from '../observe/metrics.ts';
import type { Reloaded } from '../reload.ts';

export interface StartOrder {
  /** Counted from 1; the worker that replaces another one has its number. */
  worker: number;
  file: string;
  /** The configuration in force: a file that was changed since is nobody's until it is reloaded. */
  text: string;
  /** What all workers listen on. */
  port: number;
}

export type Started =
  | { kind: 'listening'; url: string }
  | { kind: 'refused'; code: ErrorCode; message: string };

/** By the name of the question: what is told with it, and the shape of its answer. */
export interface Questions {
  start: { told: StartOrder; answer: Started };
  ready: { told: null; answer: ReadyAnswer };
  metrics: { told: null; answer: Figures };
  reload: { told: { text: string }; answer: Reloaded };
  /** Answered when the worker runs this revision: null, or the reason why it does not. */
  catchUp: { told: { revision: number }; answer: string | null };
  /** Answered as soon as the worker is not ready any more; its end is the end of the process. */
  drain: { told: { delaySeconds: number }; answer: null };
}

export type QuestionName = keyof Questions;

export interface Question<Name extends QuestionName = QuestionName> {
  id: number;
  name: Name;
  told: Questions[Name]['told'];
}

export type Answer = { id: number; value: unknown } | { id: number; error: string };
