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
      ...mergeKeys(bodies),
      revision: bodies.length === 0 ? known.revision : Math.min(...bodies.map((body) => body.revision)),
      workers: { wanted, running, ready },
    },
  };
}

function mergeKeys(bodies: readonly Ready[]): Pick<Ready, 'keys' | 'missingKeys' | 'keysDetail'> {
  const lacking = bodies.filter((body) => body.keys === 'missing');
  if (lacking.length === 0) return { keys: 'ok' };
  const missingKeys = [...new Set(lacking.flatMap((body) => body.missingKeys ?? []))];
  const keysDetail = lacking.find((body) => body.keysDetail !== undefined)?.keysDetail;
  return { keys: 'missing', missingKeys, ...(keysDetail === undefined ? {} : { keysDetail }) };
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
