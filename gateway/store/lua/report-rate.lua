-- report-rate: a gateway's word on the rate that the platform can bear; the least word of the last 5 s rules. See
--   gateway/line/report-rate.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {{factor, 0 to 1, perMinute, or nil: no word on it}}.
-- Returns lib/reply's MessagePack map; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local word = args[1]

local before = rate_per_minute()
to_write.factors = true
for gateway, known in pairs(read_field('factors')) do
  if room.at - known.at > WORDS_KEPT_MS then room.factors[gateway] = nil end
end
room.factors[caller.gateway] = {
  factor = min(1, max(0, word.factor)), perMinute = word.perMinute and max(0, word.perMinute), at = room.at,
}
room.spokenAt = room.at
keep_tokens(before)
return reply({})
