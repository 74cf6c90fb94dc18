/** The scripts of the council in Redis: each is one step, none of them judges anything. All keys share one hash tag. */
import type { Cluster, Redis } from 'ioredis';

/**
 * A gateway lays its evidence on the table and hears what stands.
 * KEYS 1 the decision's hash: `version`, `text`, `decidedMs`, `nowMs` and `timeMs` (the council's clock and the server's when
 * it was read last), `weighed` (windows ever taken off the table); 2 the table, a list of windows; 3 the hash of gateways.
 * ARGV 1 gateway; 2 its window, JSON, or '' for none; 3 its demand and what it decides by, JSON; 4 the version it goes by; 5 the latest time it knows,
 * ms; 6 how long a decision stands, ms; 7 after how many ms a silent gateway is forgotten; 8 most windows on the table.
 * Returns now in ms, version or '', the decision or '', 1 where it is due, windows up to here, then the count of windows
 * and the windows (none where it is not due), then pairs of gateway and what it said of itself.
 */
const MEET = `
local council, windows, gateways = KEYS[1], KEYS[2], KEYS[3]
local gateway, window, demand, known = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local floorMs, standsMs, heardMs, most = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local MOST_STEP_MS, TABLE_MS = 5000, 10000
local time = redis.call('TIME')
local timeMs = time[1] * 1000 + math.floor(time[2] / 1000)
local had = redis.call('HMGET', council, 'version', 'text', 'decidedMs', 'nowMs', 'timeMs', 'weighed')
local version, text = had[1] or '', had[2] or ''
-- A server's clock that jumps moves the council's by 5 s at most, and never back.
local nowMs = timeMs
if had[4] then
  nowMs = tonumber(had[4]) + math.min(MOST_STEP_MS, math.max(0, timeMs - tonumber(had[5])))
end
nowMs = math.max(nowMs, floorMs)
redis.call('HSET', council, 'nowMs', string.format('%d', nowMs), 'timeMs', string.format('%d', timeMs))
local weighed = tonumber(had[6] or '0')
if window ~= '' then
  local count = redis.call('RPUSH', windows, window)
  redis.call('PEXPIRE', windows, TABLE_MS)
  if count > most then
    redis.call('LTRIM', windows, count - most, -1)
    weighed = weighed + count - most
    redis.call('HSET', council, 'weighed', string.format('%d', weighed))
  end
end
redis.call('HSET', gateways, gateway, string.format('%d ', nowMs) .. demand)
redis.call('PEXPIRE', gateways, heardMs * 2)
local isDue = window ~= '' and nowMs - tonumber(had[3] or '-1e15') >= standsMs
local answer = { string.format('%d', nowMs), version, version == known and '' or text, isDue and 1 or 0 }
local lying = isDue and redis.call('LRANGE', windows, 0, -1) or {}
answer[5] = string.format('%d', weighed + #lying)
answer[6] = #lying
for at = 1, #lying do answer[#answer + 1] = lying[at] end
local flat = redis.call('HGETALL', gateways)
for at = 1, #flat, 2 do
  local saidMs, said = string.match(flat[at + 1], '^(%d+) (.*)$')
  if nowMs - tonumber(saidMs) > heardMs then redis.call('HDEL', gateways, flat[at])
  else
    answer[#answer + 1] = flat[at]
    answer[#answer + 1] = said
  end
end
return answer
`;

/**
 * A decision takes the place of the one that it was made from.
 * KEYS as above. ARGV 1 the version that it was made from, 2 up to which window it weighed, 3 the decision.
 * Returns the new version, or '' where another decision stands by now.
 */
const DECIDE = `
local council, windows = KEYS[1], KEYS[2]
local known, upTo, text = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local had = redis.call('HMGET', council, 'version', 'weighed', 'nowMs')
if (had[1] or '') ~= known then return '' end
local weighed = tonumber(had[2] or '0')
if upTo > weighed then redis.call('LTRIM', windows, upTo - weighed, -1) end
local version = string.format('%d', tonumber(had[1] or '0') + 1)
redis.call('HSET', council, 'version', version, 'text', text, 'decidedMs', had[3] or '0',
  'weighed', string.format('%d', math.max(weighed, upTo)))
return version
`;

const SCRIPTS = { hgCouncilMeet: MEET, hgCouncilDecide: DECIDE };

export type CouncilScript = keyof typeof SCRIPTS;

type Run = (...words: (string | number)[]) => Promise<unknown>;

/** Each script as a command, of which only the digest travels once the server knows it. */
export function councilCommands(client: Redis | Cluster): Record<CouncilScript, Run> {
  for (const [name, lua] of Object.entries(SCRIPTS)) client.defineCommand(name, { numberOfKeys: 3, lua });
  return client as unknown as Record<CouncilScript, Run>;
}
