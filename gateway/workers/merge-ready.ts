/** One answer to "are you ready?" for all workers: ready where one is, and of everything else the worst that one says. */
import type { Ready, ReadyAnswer } from '../observe/health.ts';

export interface ReadyOfWorkers extends Ready {
  workers: { wanted: number; running: number; ready: number };
}

const UPSTREAM_WORST_FIRST = ['down', 'degraded', 'ok'] as const;

/** `answers`: of those that answered; a worker that does not is not ready. `revision`: for when none does. */
export function mergeReady(
  answers: readonly ReadyAnswer[],
  known: { wanted: number; running: number; revision: number },
): { status: 200 | 503; body: ReadyOfWorkers } {
  const bodies = answers.map((answer) => answer.body);
  const ready = bodies.filter((body) => body.ready).length;
  const { wanted, running } = known;
  return {
    status: ready > 0 ? 200 : 503,
    body: {
      ready: ready > 0,
      store: bodies.length === 0 || bodies.some((body) => body.store === 'lost') ? 'lost' : 'ok',
      upstreams: worstUpstreams(bodies),
      keys: bodies.some((body) => body.keys === 'missing') ? 'missing' : 'ok',
      revision: bodies.length === 0 ? known.revision : Math.min(...bodies.map((body) => body.revision)),
      workers: { wanted, running, ready },
    },
  };
}

function worstUpstreams(bodies: readonly Ready[]): Ready['upstreams'] {
  const names = [...new Set(bodies.flatMap((body) => Object.keys(body.upstreams)))];
  return Object.fromEntries(
    names.map((name) => {
      const said = bodies.map((body) => body.upstreams[name]);
      return [name, UPSTREAM_WORST_FIRST.find((status) => said.includes(status)) ?? 'down'];
    }),
  );
}
