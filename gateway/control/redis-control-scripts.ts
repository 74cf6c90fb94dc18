/** The scripts of the link in Redis: what admin process and gateways do to the two hashes that they share, each in one step. */
import type { Cluster, Redis } from 'ioredis';

/** KEYS 1 the control hash. ARGV 1 serial, 2 when it was made, 3 document. Returns 1, or 0 where a higher serial stands there. */
const PUBLISH = `
local serial, at, document = ARGV[1], ARGV[2], ARGV[3]
if tonumber(redis.call('HGET', KEYS[1], 'serial') or '0') > tonumber(serial) then return 0 end
redis.call('HSET', KEYS[1], 'serial', serial, 'at', at, 'document', document)
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

/**
 * KEYS 1 the reports' hash. ARGV 1 ms since when, then pairs: gateway, and the first line of its report that the caller has.
 * Returns those heard since then, flat: gateway, and its report, or nothing where the caller has it. Those unheard for an
 * hour are dropped.
 */
const REPORTS = `
local withinMs, FORGOTTEN_MS, known = tonumber(ARGV[1]), 3600000, {}
for at = 2, #ARGV, 2 do known[ARGV[at]] = ARGV[at + 1] end
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local flat, heard = redis.call('HGETALL', KEYS[1]), {}
for at = 1, #flat, 2 do
  local gateway, report = flat[at], flat[at + 1]
  local head = string.match(report, '^[^\\n]*')
  local ageMs = nowMs - tonumber(string.match(head, '^%d+'))
  if ageMs > FORGOTTEN_MS then redis.call('HDEL', KEYS[1], gateway)
  elseif ageMs <= withinMs then
    heard[#heard + 1] = gateway
    heard[#heard + 1] = known[gateway] == head and '' or report
  end
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

const SCRIPTS = {
  hgControlPublish: PUBLISH,
  hgControlPublished: PUBLISHED,
  hgControlReport: REPORT,
  hgControlReports: REPORTS,
  hgControlHold: HOLD,
  hgControlRelease: RELEASE,
};

export type ControlScript = keyof typeof SCRIPTS;

type Run = (key: string, ...words: (string | number)[]) => Promise<unknown>;

/** Each script as a command, of which only the digest travels once the server knows it. */
export function controlCommands(client: Redis | Cluster): Record<ControlScript, Run> {
  for (const [name, lua] of Object.entries(SCRIPTS)) client.defineCommand(name, { numberOfKeys: 1, lua });
  return client as unknown as Record<ControlScript, Run>;
}
