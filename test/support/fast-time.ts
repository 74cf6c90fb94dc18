/**
 * Lets a process live FAST_TIME times as fast: loaded before it by `--import`, it hands every clock and timer of the process
 * a day that is compressed as a whole. No interval is left out, so that what happens within it keeps its proportions; only
 * what the machine itself takes (network, CPU, disk) seems so many times as slow, which makes a run harder, never easier.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

const factor = Number(process.env.FAST_TIME ?? 1);
const require = createRequire(import.meta.url);
const timers = require('node:timers') as typeof import('node:timers');
const promises = require('node:timers/promises') as typeof import('node:timers/promises');

const RealDate = Date;
const startedAt = RealDate.now();
const monotonicMs = performance.now.bind(performance);
const nanoseconds = process.hrtime.bigint.bind(process.hrtime);
const wallMs = () => Math.floor(startedAt + (RealDate.now() - startedAt) * factor);

function FastDate(...parts: unknown[]): Date | string {
  if (new.target === undefined) return new RealDate(wallMs()).toString();
  return Reflect.construct(RealDate, parts.length === 0 ? [wallMs()] : parts, new.target) as Date;
}
FastDate.prototype = RealDate.prototype;
Object.setPrototypeOf(FastDate, RealDate);
FastDate.now = wallMs;
globalThis.Date = FastDate as unknown as DateConstructor;

performance.now = () => monotonicMs() * factor;
process.hrtime.bigint = () => nanoseconds() * BigInt(factor);

/** A timer whose second argument is a time. */
const faster = <T extends (task: never, ms?: number, ...rest: never[]) => unknown>(timer: T): T =>
  ((task: never, ms = 1, ...rest: never[]) => timer(task, ms / factor, ...rest)) as T;

for (const home of [globalThis, timers]) {
  home.setTimeout = Object.assign(faster(setTimeoutOf(home)), setTimeoutOf(home));
  home.setInterval = faster(home.setInterval as never);
}
function setTimeoutOf(home: { setTimeout: unknown }) {
  return home.setTimeout as typeof setTimeout;
}
const { setTimeout: sleep, setInterval: ticks } = promises;
Object.assign(promises, {
  setTimeout: (ms = 1, ...rest: never[]) => sleep(ms / factor, ...rest),
  setInterval: (ms = 1, ...rest: never[]) => ticks(ms / factor, ...rest),
});
syncBuiltinESMExports();
