/** The link of many gateways and one admin process: two hashes in Redis, of which only what is new is read. */
import type { RedisLink } from '../store/redis-link.ts';
import type { ControlLink } from './link.ts';
import type { GatewayReport, HeardReport, Published } from './words.ts';

/** KEYS 1 the control hash. ARGV 1 serial, 2 document. Returns 1, or 0 where a higher serial stands there. */
const PUBLISH = `
local serial, document = ARGV[1], ARGV[2]
if tonumber(redis.call('HGET', KEYS[1], 'serial') or '0') > tonumber(serial) then return 0 end
redis.call('HSET', KEYS[1], 'serial', serial, 'document', document)
return 1
`;

/** KEYS 1 the control hash. ARGV 1 the serial that the caller has. Returns the document where its serial is higher, else false. */
const PUBLISHED = `
local known = tonumber(ARGV[1])
if tonumber(redis.call('HGET', KEYS[1], 'serial') or '0') <= known then return false end
return redis.call('HGET', KEYS[1], 'document')
`;

/** KEYS 1 the reports' hash. ARGV 1 gateway, 2 its wall clock in ms, 3 report. Kept behind the store's time and the clock's lead, both ms. */
const REPORT = `
local gateway, wallMs, report = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], gateway, string.format('%d %d\\n', nowMs, wallMs - nowMs) .. report)
return nowMs
`;

/** KEYS 1 the reports' hash. ARGV 1 ms since when. Returns those heard since then; those unheard for an hour are dropped. */
const REPORTS = `
local withinMs, FORGOTTEN_MS = tonumber(ARGV[1]), 3600000
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local flat, heard = redis.call('HGETALL', KEYS[1]), {}
for at = 1, #flat, 2 do
  local ageMs = nowMs - tonumber(string.match(flat[at + 1], '^%d+'))
  if ageMs > FORGOTTEN_MS then redis.call('HDEL', KEYS[1], flat[at])
  elseif ageMs <= withinMs then heard[#heard + 1] = flat[at + 1] end
end
return heard
`;

/** KEYS 1 the control hash. ARGV 1 holder, 2 for how many ms. Returns '' where it holds now, else who does. */
const HOLD = `
local holder, forMs = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local untilMs, present = string.match(redis.call('HGET', KEYS[1], 'admin') or '', '^(%d+) (.*)$')
if present and present ~= holder and tonumber(untilMs) > nowMs then return present end
redis.call('HSET', KEYS[1], 'admin', string.format('%d ', nowMs + forMs) .. holder)
return ''
`;

/** KEYS 1 the control hash. ARGV 1 holder. Returns 1, or 0 where another one holds. */
const RELEASE = `
local present = string.match(redis.call('HGET', KEYS[1], 'admin') or '', '^%d+ (.*)$')
if present ~= ARGV[1] then return 0 end
return redis.call('HDEL', KEYS[1], 'admin')
`;

export const controlKeys = (prefix: string) => ({
  control: `${prefix}:{control}`,
  reports: `${prefix}:{control}:reports`,
});

export function createRedisControl(link: Pick<RedisLink, 'client' | 'isUp'>, prefix: string): ControlLink {
  const keys = controlKeys(prefix);
  const run = async (script: string, key: string, ...args: (string | number)[]): Promise<unknown> => {
    if (!link.isUp()) throw new Error('Redis cannot be reached');
    return link.client.eval(script, 1, key, ...args);
  };

  return {
    async nowMs() {
      const [seconds, micros] = await link.client.time();
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    },
    async published(serial) {
      const text = (await run(PUBLISHED, keys.control, serial)) as string | null;
      return text === null ? null : (JSON.parse(text) as Published);
    },
    async publish(document) {
      return (await run(PUBLISH, keys.control, document.serial, JSON.stringify(document))) === 1;
    },
    async report(report) {
      await run(REPORT, keys.reports, report.gateway, Math.round(report.wallMs), JSON.stringify(report));
    },
    async reports(withinMs) {
      return ((await run(REPORTS, keys.reports, withinMs)) as string[]).map(readReport);
    },
    async forget(gateway) {
      if (link.isUp()) await link.client.hdel(keys.reports, gateway);
    },
    async holdAdmin(holder, forMs) {
      const by = (await run(HOLD, keys.control, holder, forMs)) as string;
      return by === '' ? { kind: 'held' } : { kind: 'taken', by };
    },
    async releaseAdmin(holder) {
      await run(RELEASE, keys.control, holder);
    },
    // Nobody is woken: subscribing needs a connection of its own, and half a second is soon enough.
    onPublish: () => {},
  };
}

function readReport(text: string): HeardReport {
  const headEnd = text.indexOf('\n');
  const [heardMs, clockAheadMs] = text.slice(0, headEnd).split(' ').map(Number);
  return {
    report: JSON.parse(text.slice(headEnd + 1)) as GatewayReport,
    heardMs: heardMs as number,
    clockAheadMs: clockAheadMs as number,
  };
}
