/** The link of many gateways and one admin process: two hashes in Redis, of which only what is new is read. */
import type { RedisLink } from '../store/redis-link.ts';
import type { ControlLink } from './link.ts';
import { type ControlScript, controlCommands } from './redis-control-scripts.ts';
import type { GatewayReport, HeardReport, Published } from './words.ts';

export const controlKeys = (prefix: string) => ({
  control: `${prefix}:{control}`,
  reports: `${prefix}:{control}:reports`,
});

/** A report as it was read, under the first line by which the server knows it again. */
interface KnownReport {
  head: string;
  heard: HeardReport;
}

export function createRedisControl(link: Pick<RedisLink, 'client' | 'isUp'>, prefix: string): ControlLink {
  const keys = controlKeys(prefix);
  const commands = controlCommands(link.client);
  let known = new Map<string, KnownReport>();

  const reached = () => {
    if (!link.isUp()) throw new Error('Redis cannot be reached');
    return link.client;
  };
  const run = async (script: ControlScript, key: string, ...args: (string | number)[]): Promise<unknown> => {
    reached();
    return commands[script](key, ...args);
  };

  return {
    async nowMs() {
      const [seconds, micros] = await link.client.time();
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    },
    async published(serial) {
      const text = (await run('hgControlPublished', keys.control, serial)) as string | null;
      return text === null ? null : (JSON.parse(text) as Published);
    },
    async publishedMark() {
      const [serial, at] = await reached().hmget(keys.control, 'serial', 'at');
      return serial == null ? null : { serial: Number(serial), at: at ?? '' };
    },
    async publish(document) {
      const { serial, at } = document;
      return (await run('hgControlPublish', keys.control, serial, at, JSON.stringify(document))) === 1;
    },
    async report(report) {
      const { gateway, wallMs } = report;
      await run('hgControlReport', keys.reports, gateway, Math.round(wallMs), JSON.stringify(report));
    },
    async reports(withinMs) {
      const had = known;
      const heads = [...had].flatMap(([gateway, { head }]) => [gateway, head]);
      const flat = (await run('hgControlReports', keys.reports, withinMs, ...heads)) as string[];
      known = new Map(pairsOf(flat).map(([gateway, text]) => [gateway, knownBy(text, had.get(gateway))]));
      return [...known.values()].map(({ heard }) => heard);
    },
    async forget(gateway) {
      if (link.isUp()) await link.client.hdel(keys.reports, gateway);
    },
    async holdAdmin(holder, forMs) {
      const by = (await run('hgControlHold', keys.control, holder, forMs)) as string;
      return by === '' ? { kind: 'held' } : { kind: 'taken', by };
    },
    async releaseAdmin(holder) {
      await run('hgControlRelease', keys.control, holder);
    },
    // Nobody is woken: subscribing needs a connection of its own, and half a second is soon enough.
    onPublish: () => {},
  };
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at]!, flat[at + 1]!]);
  return pairs;
}

/** Nothing was sent for what is known already. */
function knownBy(text: string, before: KnownReport | undefined): KnownReport {
  return text === '' && before !== undefined ? before : readReport(text);
}

function readReport(text: string): KnownReport {
  const headEnd = text.indexOf('\n');
  const head = text.slice(0, headEnd);
  const [heardMs, clockAheadMs] = head.split(' ').map(Number);
  const report = JSON.parse(text.slice(headEnd + 1)) as GatewayReport;
  return { head, heard: { report, heardMs: heardMs!, clockAheadMs: clockAheadMs! } };
}
