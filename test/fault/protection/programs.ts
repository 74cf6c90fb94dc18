/** Programs that ask one address again and again, so many times a second, whatever becomes of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { cleanUpLater } from '../../support/clean-up.ts';
import type { Answers } from './answers.ts';

export interface ProgramOptions {
  base: string;
  method: 'GET' | 'POST';
  path: string;
  /** JSON. */
  body?: string;
  perSecond: number;
  answers: Answers;
}

const TURN_MS = 20;

/** Returns how to end it. */
export function sendPrograms(options: ProgramOptions): () => Promise<void> {
  const { perSecond } = options;
  const agent = new Agent({ connections: null });
  const pending = new Set<Promise<void>>();
  let isOver = false;
  const run = async () => {
    const beganMs = performance.now();
    for (let count = 0; !isOver; await sleep(TURN_MS))
      for (; count < ((performance.now() - beganMs) / 1_000) * perSecond; count++) {
        const one = ask(options, agent, () => isOver).finally(() => pending.delete(one));
        pending.add(one);
      }
  };
  const running = run();
  const stop = async () => {
    isOver = true;
    await running;
    await agent.destroy();
    await Promise.all(pending);
  };
  cleanUpLater(stop);
  return stop;
}

async function ask(
  { base, method, path, body, answers }: ProgramOptions,
  dispatcher: Agent,
  isOver: () => boolean,
): Promise<void> {
  const askedAtMs = performance.now();
  const headers = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const told = await request(base + path, { dispatcher, method, headers, body: body ?? null })
    .then(async ({ statusCode, headers: back, body: content }) => {
      await content.dump();
      return { status: statusCode, state: (back['headgate-state'] as string | undefined) ?? null };
    })
    .catch(() => ({ status: 0, state: null }));
  if (told.status === 0 && isOver()) return;
  const answer = {
    header: () => null,
    json: () => null,
    text: () => '',
    wasRefused: false,
    leadsAway: false,
  };
  const toldAtMs = performance.now();
  answers.note(
    { method, path, purpose: 'ask' },
    { ...answer, ...told, dueAtMs: askedAtMs, askedAtMs, toldAtMs },
  );
}
