/** What a soak looks at, and how much growth an hour nobody minds. */
import type { Figure } from './verdict.ts';

export const FIGURES = {
  resident: { name: 'memory resident', unit: 'MB', boundPerHour: 20 },
  heap: { name: 'heap after a collection', unit: 'MB', boundPerHour: 5 },
  outside: { name: 'buffers outside the heap', unit: 'MB', boundPerHour: 5 },
  loopDelay: { name: 'event loop late, p99', unit: 'ms', boundPerHour: 10 },
  resources: { name: 'active resources', unit: '', boundPerHour: 30 },
  files: { name: 'open files', unit: '', boundPerHour: 30 },
  sockets: { name: 'open sockets', unit: '', boundPerHour: 30 },
  redisMemory: { name: 'Redis memory beside what expires', unit: 'MB', boundPerHour: 2 },
  redisKeys: { name: 'Redis keys', unit: '', boundPerHour: 10 },
  latencyP50: { name: 'answer, p50', unit: 'ms', boundPerHour: 5 },
  latencyP99: { name: 'answer, p99', unit: 'ms', boundPerHour: 50 },
} satisfies Record<string, Figure>;

export type FigureKey = keyof typeof FIGURES;
