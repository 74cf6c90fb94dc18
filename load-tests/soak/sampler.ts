/** Takes a sample of everything that may grow, of each gateway, of Redis and of the answers, and keeps them as series. */
import { readdirSync, readlinkSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { Agent, request } from 'undici';
import { residentBytes } from '../bench/process-tree.ts';
import type { Churn } from './churn.ts';
import { FIGURES, type FigureKey } from './figures.ts';
import type { Probed } from './probe.ts';
import type { Failures } from './report.ts';
import type { SoakedGate, SoakStage } from './stage.ts';
import type { Series } from './verdict.ts';

export interface Sampler {
  /** At a time of its own clock. */
  sample(atMs: number): Promise<void>;
  series(): Series[];
  failures(): Failures;
}

const MEGA = 1e6;

export function createSampler({ gates, redis }: SoakStage, churn: Pick<Churn, 'take'>): Sampler {
  const series = new Map<string, Series>();
  const failures: Failures = {};
  const note = (atMs: number, key: FigureKey, value: number, of = '') => {
    const figure = FIGURES[key];
    const name = of === '' ? figure.name : `${of}: ${figure.name}`;
    const kept = series.get(name) ?? { figure: { ...figure, name }, points: [] };
    series.set(name, { ...kept, points: [...kept.points, { atMs, value }] });
  };
  return {
    series: () => [...series.values()],
    failures: () => failures,
    async sample(atMs) {
      const answers = churn.take();
      for (const status of answers.failedWith) failures[status] = (failures[status] ?? 0) + 1;
      const [probed, kept] = await Promise.all([Promise.all(gates.map(probe)), redisKeeps(redis)]);
      for (const [i, gate] of gates.entries()) {
        for (const [key, value] of figuresOf(gate, probed[i] as Probed))
          note(atMs, key, value, `gateway ${i + 1}`);
      }
      note(atMs, 'redisMemory', kept.bytes / MEGA);
      note(atMs, 'redisKeys', kept.keys);
      const { latenciesMs } = answers;
      if (latenciesMs.length === 0) return;
      note(atMs, 'latencyP50', percentile(latenciesMs, 0.5));
      note(atMs, 'latencyP99', percentile(latenciesMs, 0.99));
    },
  };
}

function figuresOf({ pid }: SoakedGate, probed: Probed): [FigureKey, number][] {
  const files = openFiles(pid);
  return [
    ['resident', residentBytes(pid) / MEGA],
    ['heap', probed.heapBytes / MEGA],
    ['outside', probed.outsideBytes / MEGA],
    ['loopDelay', probed.loopDelayP99Ms],
    ['resources', probed.resources],
    ['files', files.length],
    ['sockets', files.filter((file) => file.startsWith('socket:')).length],
  ];
}

/** What each open descriptor leads to; one that is closed meanwhile is left out. */
function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      return [];
    }
  });
}

async function probe({ socketFile }: SoakedGate): Promise<Probed> {
  const dispatcher = new Agent({ connect: { socketPath: socketFile } });
  try {
    const { body } = await request('http://probe/', { dispatcher });
    return (await body.json()) as Probed;
  } finally {
    await dispatcher.close();
  }
}

/** Used up tickets and ended sessions are kept until they expire, as they should be: what is asked is what grows beside them. */
const EXPIRING = [':claimed', ':ended'];

async function redisKeeps(redis: Redis): Promise<{ bytes: number; keys: number }> {
  const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  const keys = await redis.keys('*');
  const spent = keys.filter((key) => EXPIRING.some((part) => key.endsWith(part)));
  const sizes = await Promise.all(spent.map((key) => redis.memory('USAGE', key, 'SAMPLES', 0)));
  return { bytes: used - sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0), keys: keys.length };
}

function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}
