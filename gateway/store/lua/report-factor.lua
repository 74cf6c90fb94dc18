-- report-factor: a gateway says how much of the rate the platform can bear; the least word of the last 5 s rules.
--   See gateway/line/factor.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {factor, 0 to 1}.
-- Returns lib/reply's MessagePack map; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local factor = args[1]
local KEPT_MS = 60000

to_write.factors = true
for gateway, report in pairs(read_field('factors')) do
  if room.at - report.at > KEPT_MS then room.factors[gateway] = nil end
end
room.factors[caller.gateway] = { factor = min(1, max(0, factor)), at = room.at }
return reply({})
